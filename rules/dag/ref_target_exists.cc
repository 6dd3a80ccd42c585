#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <unordered_set>

#include "lint/record_member.h"
#include "rules/dag/neighbours.h"
#include "rules/dag/refs.h"

namespace plowline {
namespace {

constexpr TypesOfNodes kReferable = {ResourceType::kModel, ResourceType::kSeed, ResourceType::kSnapshot};

// What ref() and source() can resolve to. An index.
class ReferableNames {
 public:
  explicit ReferableNames(const LintProject& project) {
    const Project& graph = project.project();
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      const NodeId id{i};
      if (kReferable.has(graph.type(id))) add(graph.enabled(id) ? names_ : disabled_, graph.node(id));
      if (graph.type(id) == ResourceType::kSource) sources_.insert(dotted_name(graph.node(id)));
    }
    for (const NodeRecord& node : graph.disabled()) {
      disabled_ids_.insert(node.unique_id);
      if (kReferable.has(node.resource_type)) add(disabled_, node);
      if (node.resource_type == ResourceType::kSource) disabled_.insert(dotted_name(node));
    }
  }

  bool has(const WrittenRef& ref) const { return names_.contains(key_of(ref.name, ref.version)); }
  bool has_source(const std::string& dotted) const { return sources_.contains(dotted); }
  bool is_disabled(const WrittenRef& ref) const { return disabled_.contains(key_of(ref.name, ref.version)); }
  bool is_disabled_source(const std::string& dotted) const { return disabled_.contains(dotted); }
  bool is_disabled_id(std::string_view unique_id) const { return disabled_ids_.contains(unique_id); }

 private:
  static std::string key_of(std::string_view name, std::string_view version) {
    return version.empty() ? std::string(name) : fmt::format("{} v{}", name, version);
  }
  static void add(std::unordered_set<std::string>& to, const NodeRecord& node) {
    to.emplace(node.name);
    if (!node.version.empty()) to.insert(key_of(node.name, scalar_of(node.version)));
  }

  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> sources_;
  std::unordered_set<std::string> disabled_;
  std::unordered_set<std::string_view> disabled_ids_;
};

// What dbt makes of the node because of it.
std::string_view consequence(const NodeRecord& node) {
  return node.resource_type == ResourceType::kTest
             ? "dbt warns and leaves the test out, so it never runs and never fails"
             : "dbt stops with an error when it parses the project";
}

class TargetFinder {
 public:
  TargetFinder(const LintProject& project, Violations& violations) : project_(project), violations_(violations) {}

  // Says how many tests each of the mistakes concerns. To be called at the end.
  void count_tests() {
    for (const auto& [key, tests] : tests_) {
      if (tests.others > 0)
        violations_[tests.first].message +=
            fmt::format("; {} more {} left out for that", tests.others, tests.others == 1 ? "test is" : "tests are");
    }
  }

  void look_at(NodeId id) {
    const NodeRecord& node = project_.node(id);
    const bool enabled = project_.project().enabled(id);
    const std::size_t known = project_.project().parents(id).size();
    if (!enabled && node.resource_type != ResourceType::kTest) return;
    if (enabled && node.depends_on.nodes.size() != known) look_at_dependencies(id);
    if (most_refs_of(node) > node.depends_on.nodes.size()) look_at_refs(id);
    if (node.depends_on.nodes.empty() && node.raw_code.bytes.find("source") != std::string_view::npos)
      look_at_sources(id);
  }

 private:
  // Few nodes need it.
  const ReferableNames& names() const { return project_.index<ReferableNames>(); }

  void look_at_dependencies(NodeId id) {
    for (const std::string_view target : project_.node(id).depends_on.nodes) {
      if (target.empty() || project_.project().find(target)) continue;
      const bool disabled = names().is_disabled_id(target);
      report(id, std::string(target), disabled, target.substr(target.rfind('.') + 1));
    }
  }

  void look_at_refs(NodeId id) {
    for (const WrittenRef& ref : refs_of(project_.node(id))) {
      if (names().has(ref)) continue;
      const std::string spoken = ref.version.empty() ? ref.name : ref.name + " v" + ref.version;
      report(id, spoken, names().is_disabled(ref), ref.name);
    }
  }

  void look_at_sources(NodeId id) {
    static const RecordMember kSources("sources");
    const auto sources = plowline::check(kSources.of(project_, id));
    if (!sources) return;
    for (const JsonText& source : sources->items()) {
      const std::vector<std::string> words = source.strings();
      if (words.size() != 2) continue;
      const std::string dotted = words[0] + "." + words[1];
      if (!names().has_source(dotted)) report(id, "the source " + dotted, names().is_disabled_source(dotted), words[1]);
    }
  }

  void report(NodeId id, const std::string& target, bool disabled, std::string_view name) {
    const NodeRecord& node = project_.node(id);
    // A test of a disabled model is left out on purpose.
    if (disabled && node.resource_type == ResourceType::kTest) return;
    if (node.resource_type == ResourceType::kTest) {
      // The tests of a YAML entry whose model is gone are one mistake.
      const auto [at, is_new] = tests_.try_emplace({node.original_file_path, target}, Tests{violations_.size(), 0});
      if (!is_new) {
        ++at->second.others;
        return;
      }
    }
    violations_.push_back({.node = id,
                           .message = fmt::format("{} reads {}, which {}: {}", spoken_name(node), printable(target),
                                                  disabled ? "is disabled" : "does not exist", consequence(node)),
                           .at = place_of(id, name),
                           .key = target});
  }

  // The call that has the name as its last literal.
  Anchor place_of(NodeId id, std::string_view name) const {
    const NodeRecord& node = project_.node(id);
    if (node.raw_code.empty() || node.language == "python") return {};
    for (const SqlText::Call& call : project_.sql(id).calls()) {
      if (call.name != "ref" && call.name != "source") continue;
      const bool names = std::ranges::any_of(call.arguments, [&](const SqlText::Argument& argument) {
        return argument.name.empty() && argument.literal == name;
      });
      if (names) return Anchor::code(call.offset, call.length);
    }
    return {};
  }

  struct Tests {
    std::size_t first = 0;  // its violation
    std::size_t others = 0;
  };

  const LintProject& project_;
  Violations& violations_;
  std::map<std::pair<std::string_view, std::string>, Tests> tests_;  // by file and target
};

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  TargetFinder finder(project, violations);
  scope.nodes().for_each([&](NodeId id) { finder.look_at(id); });
  finder.count_tests();
  return {};
}

const RegisterRule<> rule{
    {.name = "ref-target-exists",
     .subject = "dag",
     .summary = "a node reads something that is not in the project, or is disabled",
     .what =
         "Looks up what each node depends on, and each ref() and source() that dbt could not resolve: the target has "
         "to be in the manifest and enabled. Tests of disabled models are left out: dbt disables them with the "
         "model.",
     .why = "For most nodes dbt stops with an error. For tests it only warns: the test is dropped, and everybody takes "
            "for tested what is not.",
     .example = R"(```sql tests/no_negative_orders.sql
select * from {{ ref('ordres') }} where amount < 0
```
```sql models/orders.sql
select 1 as amount
```
)",
     .use_instead = R"(```sql tests/no_negative_orders.sql
select * from {{ ref('orders') }} where amount < 0
```
```sql models/orders.sql
select 1 as amount
```
)",
     .basis = "dbt-core: `invalid_target_fail_unless_test` (an error, or a warning for tests). dbt-checkpoint: "
              "`check-script-ref-and-source`, which does not know functions.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
