#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/lint_input.h"
#include "cli/print.h"
#include "diagnostic/suggest.h"
#include "lint/config.h"
#include "lint/config_schema.h"
#include "output/rule_pages.h"

namespace plowline {
namespace {

struct RulesFlags {
  std::vector<std::string> names;
  std::string format = "text";
  std::string preset;
  std::string subject;
  bool schema = false;
  std::string config;
};

Result<RuleList> named_rules(const std::vector<std::string>& names, const RuleSet& all) {
  RuleList rules;
  for (const std::string& name : names) {
    const auto rule = rule_named(name, all);
    if (!rule) return std::unexpected(rule.error());
    rules.push_back(*rule);
  }
  return rules;
}

Result<void> check_subject(const std::string& subject, const RuleSet& all) {
  const auto known = all.subjects();
  if (subject.empty() || std::ranges::find(known, subject) != known.end()) return {};
  const std::vector<std::string> names(known.begin(), known.end());
  const auto near = nearest(subject, names);
  return usage_error(fmt::format("there is no subject '{}'{}", printable(subject),
                                 near ? fmt::format(": did you mean '{}'?", *near) : ""),
                     fmt::format("there are: {}", fmt::join(names, ", ")));
}

Result<RuleList> listed_rules(const RulesFlags& flags, const RuleSet& all) {
  if (auto known = check_subject(flags.subject, all); !known) return std::unexpected(known.error());
  RuleList rules;
  std::ranges::copy_if(all.all(), std::back_inserter(rules), [&](const Rule* rule) {
    return (flags.preset.empty() || preset_has(flags.preset, rule->info())) &&
           (flags.subject.empty() || rule->info().subject == flags.subject);
  });
  return rules;
}

std::string pages(const RuleList& rules, bool markdown) {
  std::string out;
  for (const Rule* rule : rules) {
    if (!out.empty()) out += "\n";
    out += markdown ? rule_page_markdown(*rule) : rule_page_text(*rule);
  }
  return out;
}

// The user's own rules beside those of the program. A configuration that cannot be read is no reason not to explain the
// latter: one may be reading about them to correct it.
RuleSet known_rules(const std::string& file) {
  auto config = lint_config({.config = file});
  if (config) return std::move(config->rule_set);
  print_info("rules of your own are left out: " + to_text(config.error()));
  return {};
}

Result<std::string> rules_result(const RulesFlags& flags) {
  const RuleSet all = known_rules(flags.config);
  const bool filtered = !flags.preset.empty() || !flags.subject.empty();
  if (flags.schema) {
    if (filtered || !flags.names.empty()) return usage_error("--schema is the schema of plowline.yml, for all rules");
    return config_schema(all);
  }
  if (filtered && !flags.names.empty()) {
    return usage_error("--preset and --subject choose from the table of all rules", "leave them out beside a NAME");
  }
  const auto rules = flags.names.empty() ? listed_rules(flags, all) : named_rules(flags.names, all);
  if (!rules) return std::unexpected(rules.error());
  if (rules->empty()) print_info("no rule is in that preset and about that subject");
  if (flags.format == "json") return rules_json(*rules);
  if (!flags.names.empty()) return pages(*rules, flags.format == "markdown");
  if (flags.format != "markdown") return rules_text(*rules);
  return flags.subject.empty() ? rules_markdown(*rules) : subject_markdown(flags.subject, *rules);
}

std::vector<Flag> flags_of(RulesFlags& flags) {
  return {
      {.names = {"--format"},
       .description = "text, a JSON document, or Markdown",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json", "markdown"},
       .default_value = "text",
       .target = &flags.format},
      {.names = {"--preset"},
       .description = "the rules of this preset only",
       .kind = ValueKind::kChoice,
       .value_name = "PRESET",
       .choices = {preset_names().begin(), preset_names().end()},
       .target = &flags.preset},
      {.names = {"--subject"},
       .description = "the rules about this subject only",
       .kind = ValueKind::kText,
       .value_name = "SUBJECT",
       .target = &flags.subject},
      {.names = {"--schema"}, .description = "print the JSON Schema of plowline.yml", .target = &flags.schema},
      {.names = {"--config"},
       .description = "the configuration that names rules of your own; default: the nearest plowline.yml upward",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.config},
  };
}

}  // namespace

CommandLine rules_command() {
  auto flags = std::make_shared<RulesFlags>();
  CommandLine command{.name = "rules", .description = "list the rules of 'plowline lint', or explain one"};
  command.about =
      "A rule's page says what it finds, why that matters, what to write instead, which options it has, and where the "
      "fact comes from.";
  command.flags = flags_of(*flags);
  command.positionals = {{.name = "NAME",
                          .description = "explain these rules",
                          .kind = ValueKind::kText,
                          .repeated = true,
                          .target = &flags->names}};
  command.subcommands = {rules_test_command(std::shared_ptr<const std::string>(flags, &flags->config))};
  command.examples = {{"plowline rules unused-suppression", "the page of one rule"},
                      {"plowline rules --preset recommended", "what runs without a configuration"},
                      {"plowline rules --schema > plowline.schema.json", "for an editor that checks plowline.yml"}};
  command.run = [flags](const CommandLine&) -> Result<ExitStatus> {
    const auto text = rules_result(*flags);
    if (!text) return std::unexpected(text.error());
    if (auto printed = print_result(*text); !printed) return std::unexpected(printed.error());
    return ExitStatus::kOk;
  };
  return command;
}

}  // namespace plowline
