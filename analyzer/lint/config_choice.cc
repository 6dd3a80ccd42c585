// From what plowline.yml says to the rules that run.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "lint/config.h"
#include "lint/config_rules.h"
#include "lint/config_value.h"

namespace plowline {
namespace {

struct Preset {
  std::string_view name;
  std::uint8_t flags;
  std::string_view description;
};

constexpr std::array<std::string_view, 4> kPresetNames{"recommended", "snowplow", "strict", "all"};
constexpr std::array<Preset, 4> kPresets{{
    {kPresetNames[0], kRecommended, "right for nearly every dbt project"},
    {kPresetNames[1], kSnowplowPreset, "for projects with a Snowplow package"},
    {kPresetNames[2], kRecommended | kStrict, "recommended, and what stricter teams want besides"},
    {kPresetNames[3], 0, "every rule"},
}};

using Entries = std::vector<const RuleSetting*>;

Entries own_entries(const RuleSettings* settings, std::string_view rule) {
  Entries entries;
  if (settings == nullptr) return entries;
  if (const auto found = settings->rules.find(rule); found != settings->rules.end()) {
    for (const RuleSetting& setting : found->second) entries.push_back(&setting);
  }
  return entries;
}

// What a configuration says of the rule itself: for each time that it is to run, the entries that count, the nearest
// first. Once without any where there are none.
std::vector<Entries> own_entry_chains(const LintConfig& config, const ProjectEntry* project, std::string_view rule) {
  const Entries near = own_entries(project == nullptr ? nullptr : &project->rules, rule);
  const Entries far = own_entries(&config.rules, rule);
  std::vector<Entries> chains;
  if (near.size() > 1) {
    for (const RuleSetting* entry : near) {
      chains.push_back({entry});
      if (far.size() == 1) chains.back().push_back(far.front());
    }
    return chains;
  }
  for (const RuleSetting* entry : far) {
    chains.push_back(near);
    chains.back().push_back(entry);
  }
  if (chains.empty()) chains.push_back(near);
  return chains;
}

Severity own_severity(const RuleInfo& rule) {
  return rule.severity == Severity::kOff ? Severity::kWarn : rule.severity;
}

// Everything that a configuration says of one rule. In each list the nearest entry stands first.
class RuleEntries {
 public:
  RuleEntries(const LintConfig& config, const ProjectEntry* project, const RuleInfo& rule, Entries own)
      : rule_(rule), own_(std::move(own)) {
    for (const RuleSettings* settings : {project == nullptr ? nullptr : &project->rules, &config.rules}) {
      if (settings == nullptr) continue;
      const auto found = settings->subjects.find(rule.subject);
      if (found != settings->subjects.end()) subject_.push_back(&found->second);
    }
    all_ = own_;
    all_.insert(all_.end(), subject_.begin(), subject_.end());
  }

  // kOff where the rule does not run. `by_preset`: a preset has it.
  Severity severity(bool by_preset) const {
    const auto own = nearest_level(own_);
    if (own == RuleLevel::kOff) return Severity::kOff;
    if (own || !own_.empty()) return severity_when_on();
    const auto subject = nearest_level(subject_);
    if (subject == RuleLevel::kOff) return Severity::kOff;
    const bool switched_on =
        std::ranges::any_of(subject_, [](const RuleSetting* setting) { return setting->level == RuleLevel::kOn; });
    return by_preset || switched_on ? severity_when_on() : Severity::kOff;
  }

  // That which the rule has where it runs in any case.
  Severity severity_when_on() const {
    if (const auto own = nearest_level(own_)) return named(*own);
    if (const auto subject = nearest_level(subject_)) return named(*subject);
    return own_severity(rule_);
  }

  std::vector<std::string> where() const {
    const auto written = std::ranges::find_if(all_, [](const RuleSetting* setting) { return !setting->where.empty(); });
    return written == all_.end() ? std::vector<std::string>() : (*written)->where;
  }

  std::vector<std::string> except() const {
    std::vector<std::string> all;
    for (const RuleSetting* setting : all_) all.insert(all.end(), setting->except.begin(), setting->except.end());
    return all;
  }

  std::map<std::string, OptionValue> options() const {
    std::map<std::string, OptionValue> options;
    for (const RuleSetting* setting : own_) options.insert(setting->options.begin(), setting->options.end());
    return options;
  }

 private:
  static std::optional<RuleLevel> nearest_level(const Entries& entries) {
    for (const RuleSetting* setting : entries) {
      if (setting->level) return setting->level;
    }
    return std::nullopt;
  }

  Severity named(RuleLevel level) const {
    return level == RuleLevel::kError  ? Severity::kError
           : level == RuleLevel::kWarn ? Severity::kWarn
                                       : own_severity(rule_);
  }

  const RuleInfo& rule_;
  Entries own_;
  Entries subject_;
  Entries all_;
};

bool by_preset(const LintConfig& config, const RuleInfo& rule, bool has_snowplow) {
  if ((rule.presets & kOwnRule) != 0) return true;
  const auto has = [&](std::string_view preset) { return preset_has(preset, rule); };
  if (config.presets) return std::ranges::any_of(*config.presets, has);
  return has("recommended") || (has_snowplow && has("snowplow"));
}

// The names of the rules that `only` means.
Result<std::set<std::string_view>> rules_meant(const std::vector<std::string>& only, const RuleSet& rules) {
  std::set<std::string_view> meant;
  for (const std::string& name : only) {
    if (!rules.has_subject(name)) {
      const auto rule = rule_named(name, rules);
      if (!rule) return std::unexpected(rule.error());
      meant.insert((*rule)->info().name);
      continue;
    }
    for (const Rule* rule : rules.all()) {
      if (rule->info().subject == name) meant.insert(rule->info().name);
    }
  }
  return meant;
}

}  // namespace

std::span<const std::string_view> preset_names() {
  return kPresetNames;
}

std::string_view preset_description(std::string_view preset) {
  const auto found = std::ranges::find(kPresets, preset, &Preset::name);
  return found == kPresets.end() ? std::string_view() : found->description;
}

bool preset_has(std::string_view preset, const RuleInfo& rule) {
  const auto found = std::ranges::find(kPresets, preset, &Preset::name);
  if (found == kPresets.end()) return false;
  return preset == "all" || (found->flags & rule.presets) != 0;
}

Result<const Rule*> rule_named(std::string_view name, const RuleSet& rules) {
  if (const Rule* rule = rules.find(name)) return rule;
  if (rules.has_subject(name)) {
    return usage_error(fmt::format("'{}' is a subject, no rule", name),
                       fmt::format("'plowline rules --subject {}' lists its rules", name));
  }
  return usage_error(
      fmt::format("there is no rule '{}'{}", printable(name), did_you_mean(name, names_of_rules_and_subjects(rules))),
      "'plowline rules' lists them");
}

Result<std::vector<RuleChoice>> choose_rules(const LintConfig& config, const ProjectEntry* project, bool has_snowplow,
                                             const std::vector<std::string>& only) {
  const auto meant = rules_meant(only, config.rule_set);
  if (!meant) return std::unexpected(meant.error());
  std::vector<RuleChoice> choices;
  for (const Rule* rule : config.rule_set.all()) {
    const RuleInfo& info = rule->info();
    if (!only.empty() && !meant->contains(info.name)) continue;
    for (Entries& chain : own_entry_chains(config, project, info.name)) {
      const RuleEntries entries(config, project, info, std::move(chain));
      Severity severity = entries.severity(!only.empty() || by_preset(config, info, has_snowplow));
      if (severity == Severity::kOff) {
        if (only.empty()) continue;
        severity = own_severity(info);
      }
      RuleChoice choice{.rule = rule, .configured = rule->configure(entries.options()), .severity = severity};
      choice.where = entries.where();
      choice.except = entries.except();
      choices.push_back(std::move(choice));
    }
  }
  return choices;
}

}  // namespace plowline
