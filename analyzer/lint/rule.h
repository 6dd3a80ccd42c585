// A lint rule: its documentation, its options, and its check.
//
// A rule is one file in rules/<subject>/ and registers itself; nothing else names it. `plowline rules`,
// rules/README.md and the JSON Schema of plowline.yml are made from what is registered, so they cannot disagree.
//
//   // rules/documentation/model_description.cc
//   #include "lint/rule.h"
//   namespace plowline {
//   namespace {
//
//   struct ModelDescriptionOptions {
//     std::int64_t min_length = 1;
//     std::vector<std::string> forbidden = {"TODO"};
//   };
//
//   Result<void> check(const LintProject& project, const RuleScope& scope, const ModelDescriptionOptions& options,
//                      Violations& violations) {
//     scope.for_each(ResourceType::kModel, [&](NodeId id) { … violations.push_back({.node = id, .message = …}); });
//     return {};
//   }
//
//   const RegisterRule<ModelDescriptionOptions> rule{
//       {.name = "model-description", .subject = "documentation", .summary = "…", .what = "…", .why = "…",
//        .example = "…", .use_instead = "…", .basis = "…", .severity = Severity::kWarn, .presets = kRecommended},
//       {option<&ModelDescriptionOptions::min_length>("min_length", "The fewest characters it may have."),
//        option<&ModelDescriptionOptions::forbidden>("forbidden", "Phrases that are no description.")},
//       check};
//
//   }  // namespace
//   }  // namespace plowline
//
// (Each rule's options type needs a name of its own: GCC 12 gives templates over types in unnamed namespaces one
// linkage name where two files name a type alike.)
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "diagnostic/error.h"
#include "lint/finding.h"
#include "lint/lint_project.h"
#include "lint/pattern.h"
#include "lint/rule_scope.h"

namespace plowline {

using Violations = std::vector<Violation>;

// Presets that a rule belongs to; each rule belongs to `all`.
enum Presets : std::uint8_t {
  kOnRequest = 0,       // only in `all`, or by name
  kRecommended = 1,     // right for nearly every dbt project; on by default
  kSnowplowPreset = 2,  // on by default where a Snowplow package is installed
  kStrict = 4,          // for teams that want more; has all of `recommended` too
  kOwnRule = 8,         // the user's own: runs wherever the configuration names its file
};

// What a rule reads besides the manifest. Where something that it needs is missing the rule is skipped, and that is
// said; what it uses it does without.
enum Needs : std::uint8_t {
  kManifestOnly = 0,
  kNeedsCatalog = 1,       // catalog.json
  kNeedsState = 2,         // --state: an earlier manifest
  kNeedsStateCatalog = 4,  // --state-catalog, or the catalog.json beside the earlier manifest
  kNeedsProjectFiles = 8,  // dbt_project.yml, packages.yml, selectors.yml
  kNeedsSnowplow = 16,     // a Snowplow package in the project
  kNeedsRunResults = 32,   // run_results.json
  kUsesCatalog = 64,       // catalog.json, where there is one
};

// Texts are Markdown. `what`, `why` and `basis` are one or more sentences; `example` and `use_instead` are fenced code.
struct RuleInfo {
  std::string name;     // kebab-case, unique; stable for ever
  std::string subject;  // the folder under rules/
  std::string summary;  // one line without a full stop: what is found
  std::string what;     // What it does
  std::string why;      // Why is this bad?
  std::string example;
  std::string use_instead;
  std::string basis;                    // where the fact comes from: a package's macro, dbt's documentation or source
  Severity severity = Severity::kWarn;  // unless the configuration says otherwise
  std::uint8_t presets = kOnRequest;    // of Presets
  std::uint8_t needs = kManifestOnly;   // of Needs
  bool fixes = false;                   // some of its violations carry a Fix
  std::string file;                     // of the user's own rules: where they stand; else empty
};

using TextMap = std::map<std::string, std::string>;
using NumberMap = std::map<std::string, std::int64_t>;            // {unique: 1, not_null: 2}
using ListMap = std::map<std::string, std::vector<std::string>>;  // {owner: [data, web]}; one text is a list of one
// The value of an option as plowline.yml gives it.
using OptionValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, TextMap, NumberMap,
                                 ListMap, Pattern>;

struct OptionSpec {
  std::string name;         // snake_case
  std::string description;  // a sentence
  OptionValue default_value;
  std::vector<std::string> choices;  // of a text or a list of texts: the only ones accepted; empty: any
  std::int64_t minimum = 0;          // of whole numbers, those of a NumberMap too
  // Puts a value, of the same alternative as default_value, into the options object.
  void (*set)(void* options, OptionValue value) = nullptr;
};

// The options' C++ types are those of OptionValue.
template <auto Member>
OptionSpec option(std::string name, std::string description, std::vector<std::string> choices = {});

// One rule with its options set: what the engine runs.
class ConfiguredRule {
 public:
  virtual ~ConfiguredRule() = default;
  virtual const RuleInfo& info() const = 0;
  // Looks at the project and adds what it finds. Called from several threads, each with a rule of its own. Errors: a
  // record of an artifact that is not what it should be; of the user's own rules, what is wrong with the rule.
  virtual Result<void> check(const LintProject& project, const RuleScope& scope, Violations& violations) const = 0;
};

// A kind of rule: what the registry holds.
class Rule {
 public:
  Rule(RuleInfo info, std::vector<OptionSpec> options) : info_(std::move(info)), options_(std::move(options)) {}
  virtual ~Rule() = default;
  const RuleInfo& info() const { return info_; }
  const std::vector<OptionSpec>& options() const { return options_; }
  // `values` by the options' names, of the right alternatives (the configuration has checked that).
  virtual std::unique_ptr<ConfiguredRule> configure(const std::map<std::string, OptionValue>& values) const = 0;

 private:
  RuleInfo info_;
  std::vector<OptionSpec> options_;
};

// Every rule of the program, sorted by name. The registry is filled before main() and does not change.
const std::vector<const Rule*>& all_rules();
// Null where there is none of that name.
const Rule* find_rule(std::string_view name);
// The subjects, sorted.
std::vector<std::string_view> rule_subjects();

// The rules that a configuration may name: those of the program, and the user's own beside them.
class RuleSet {
 public:
  // Those of the program.
  RuleSet() : rules_(all_rules()) {}
  // False where a rule or subject has that name already, or a rule the name of its subject.
  bool add(std::shared_ptr<const Rule> rule);
  // Sorted by name.
  const std::vector<const Rule*>& all() const { return rules_; }
  // Null where there is none of that name.
  const Rule* find(std::string_view name) const;
  // Sorted.
  std::vector<std::string_view> subjects() const;
  bool has_subject(std::string_view name) const;

 private:
  std::vector<const Rule*> rules_;
  std::vector<std::shared_ptr<const Rule>> own_;  // those of rules_ that are not the program's
};
// The page of that rule in the project's documentation.
std::string rule_url(std::string_view rule);

namespace rule_detail {

void add_to_registry(std::unique_ptr<Rule> rule);

template <auto P>
struct OptionMember;
template <typename R, typename M, M R::* P>
struct OptionMember<P> {
  using Options = R;
  using Value = M;
  static void set(void* options, OptionValue value) { static_cast<R*>(options)->*P = std::get<M>(std::move(value)); }
};

template <typename Options>
using Check = Result<void> (*)(const LintProject&, const RuleScope&, const Options&, Violations&);

template <typename Options>
class TypedRule final : public Rule {
 public:
  TypedRule(RuleInfo info, std::vector<OptionSpec> options, Check<Options> check)
      : Rule(std::move(info), std::move(options)), check_(check) {}

  std::unique_ptr<ConfiguredRule> configure(const std::map<std::string, OptionValue>& values) const override {
    auto configured = std::make_unique<Configured>(*this, check_);
    for (const OptionSpec& spec : this->options()) {
      if (const auto given = values.find(spec.name); given != values.end())
        spec.set(&configured->options, given->second);
    }
    return configured;
  }

 private:
  struct Configured final : ConfiguredRule {
    Configured(const Rule& its_rule, Check<Options> its_check) : rule(its_rule), function(its_check) {}
    const RuleInfo& info() const override { return rule.info(); }
    Result<void> check(const LintProject& project, const RuleScope& scope, Violations& violations) const override {
      return function(project, scope, options, violations);
    }
    const Rule& rule;
    Check<Options> function;
    Options options;
  };
  Check<Options> check_;
};

}  // namespace rule_detail

template <auto Member>
OptionSpec option(std::string name, std::string description, std::vector<std::string> choices) {
  using Of = rule_detail::OptionMember<Member>;
  return {.name = std::move(name),
          .description = std::move(description),
          .default_value = typename Of::Options{}.*Member,
          .choices = std::move(choices),
          .set = &Of::set};
}

struct NoOptions {};

// Registers a rule for as long as the program runs.
template <typename Options = NoOptions>
struct RegisterRule {
  RegisterRule(RuleInfo info, std::vector<OptionSpec> options, rule_detail::Check<Options> check) {
    rule_detail::add_to_registry(
        std::make_unique<rule_detail::TypedRule<Options>>(std::move(info), std::move(options), check));
  }
  RegisterRule(RuleInfo info, rule_detail::Check<Options> check) : RegisterRule(std::move(info), {}, check) {}
};

}  // namespace plowline
