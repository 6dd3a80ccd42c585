#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>

#include "artifact/text_search.h"
#include "diagnostic/suggest.h"
#include "lint/record_member.h"
#include "rules/dag/neighbours.h"
#include "rules/dag/refs.h"

namespace plowline {
namespace {

constexpr std::string_view kTheSource = "the source ";
constexpr TypesOfNodes kReferable = {ResourceType::kModel, ResourceType::kSeed, ResourceType::kSnapshot};

// What ref() and source() can resolve to. An index.
class ReferableNames {
 public:
  explicit ReferableNames(const LintProject& project) {
    const Project& graph = project.project();
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      const NodeId id{i};
      if (kReferable.has(graph.type(id))) add(graph.enabled(id) ? names_ : disabled_, graph.node(id));
      if (graph.enabled(id)) add_spoken(graph.node(id));
      if (graph.type(id) == ResourceType::kSource) sources_.insert(dotted_name(graph.node(id)));
    }
    for (const NodeRecord& node : graph.disabled()) {
      disabled_ids_.insert(node.unique_id);
      if (kReferable.has(node.resource_type)) add(disabled_, node);
      if (node.resource_type == ResourceType::kSource) disabled_.insert(dotted_name(node));
    }
  }

  // A package that is written is the only one that dbt looks into.
  bool has(const WrittenRef& ref) const { return names_.contains(key_of(ref.package, ref.name, ref.version)); }
  bool has_source(const std::string& dotted) const { return sources_.contains(dotted); }
  bool is_disabled(const WrittenRef& ref) const {
    return disabled_.contains(key_of(ref.package, ref.name, ref.version));
  }
  bool is_disabled_source(const std::string& dotted) const { return disabled_.contains(dotted); }
  bool is_disabled_id(std::string_view unique_id) const { return disabled_ids_.contains(unique_id); }

  // What was likely meant. O(names).
  std::optional<std::string> nearest_source(std::string_view dotted) const { return nearest(dotted, spoken_sources_); }
  std::optional<std::string> nearest_name(std::string_view name) const { return nearest(name, spoken_names_); }

 private:
  static std::string key_of(std::string_view package, std::string_view name, std::string_view version) {
    return fmt::format("{}\n{}\n{}", package, name, version);
  }
  static void add(std::unordered_set<std::string>& to, const NodeRecord& node) {
    const std::string version = scalar_of(node.version);
    for (const std::string_view package : {std::string_view(), node.package_name}) {
      to.insert(key_of(package, node.name, ""));
      if (!version.empty()) to.insert(key_of(package, node.name, version));
    }
  }
  void add_spoken(const NodeRecord& node) {
    if (kReferable.has(node.resource_type)) spoken_names_.emplace_back(node.name);
    if (node.resource_type == ResourceType::kSource) spoken_sources_.push_back(dotted_name(node));
  }

  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> sources_;
  std::unordered_set<std::string> disabled_;
  std::unordered_set<std::string_view> disabled_ids_;
  std::vector<std::string> spoken_names_;  // of what is enabled, as are those of sources
  std::vector<std::string> spoken_sources_;
};

// Whether the record may have more ref() calls than dbt resolved.
bool may_have_unresolved_refs(const NodeRecord& node) {
  const auto resolved = std::ranges::count_if(node.depends_on.nodes, [](std::string_view target) {
    return target.starts_with("model.") || target.starts_with("seed.") || target.starts_with("snapshot.");
  });
  return std::cmp_greater(most_refs_of(node), resolved);
}

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
    if (!project_.project().enabled(id)) {
      // Of the nodes that are off only these are in the manifest's graph: dbt turned them off itself.
      if (node.resource_type != ResourceType::kTest) return;
      look_at_refs(id);
      look_at_sources(id);
      return;
    }
    if (node.depends_on.nodes.size() != project_.project().parents(id).size()) look_at_dependencies(id);
    if (may_have_unresolved_refs(node)) look_at_refs(id);
    if (node.depends_on.nodes.empty() && has_text(node.raw_code.bytes, "source")) look_at_sources(id);
  }

 private:
  // Few nodes need it.
  const ReferableNames& names() const { return project_.index<ReferableNames>(); }

  struct Missing {
    std::string target;     // as messages name it
    std::string_view name;  // the last literal of its ref() or source()
    bool disabled = false;
    bool source = false;
  };

  void look_at_dependencies(NodeId id) {
    for (const std::string_view target : project_.node(id).depends_on.nodes) {
      if (target.empty() || project_.project().find(target)) continue;
      report(id, {.target = std::string(target),
                  .name = target.substr(target.rfind('.') + 1),
                  .disabled = names().is_disabled_id(target)});
    }
  }

  void look_at_refs(NodeId id) {
    for (const WrittenRef& ref : refs_of(project_.node(id))) {
      if (names().has(ref)) continue;
      const std::string spoken =
          (ref.package.empty() ? "" : ref.package + ".") + ref.name + (ref.version.empty() ? "" : " v" + ref.version);
      report(id, {.target = spoken, .name = ref.name, .disabled = names().is_disabled(ref)});
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
      if (names().has_source(dotted)) continue;
      report(id, {.target = std::string(kTheSource) + dotted,
                  .name = words[1],
                  .disabled = names().is_disabled_source(dotted),
                  .source = true});
    }
  }

  // ` (did you mean orders?)`. A search through all names: a project in which very much is missing is not helped by it.
  std::string hint(const Missing& missing) {
    constexpr int kMost = 100;
    if (missing.disabled || ++hints_ > kMost) return {};
    const std::string_view spoken = std::string_view(missing.target).substr(missing.source ? kTheSource.size() : 0);
    const auto near = missing.source ? names().nearest_source(spoken) : names().nearest_name(missing.name);
    // Of a package or version that is not there the name itself is the nearest one.
    return near && *near != spoken ? fmt::format(" (did you mean {}?)", printable(*near)) : "";
  }

  void report(NodeId id, const Missing& missing) {
    const NodeRecord& node = project_.node(id);
    // A test of a disabled model is left out on purpose.
    if (missing.disabled && node.resource_type == ResourceType::kTest) return;
    if (node.resource_type == ResourceType::kTest) {
      // The tests of a YAML entry whose model is gone are one mistake.
      const auto [at, is_new] =
          tests_.try_emplace({node.original_file_path, missing.target}, Tests{violations_.size(), 0});
      if (!is_new) {
        ++at->second.others;
        return;
      }
    }
    const std::string fault = missing.disabled ? "is disabled" : "does not exist" + hint(missing);
    violations_.push_back({.node = id,
                           .message = fmt::format("{} reads {}, which {}: {}", spoken_name(node),
                                                  printable(missing.target), fault, consequence(node)),
                           .at = place_of(id, missing.name),
                           .key = missing.target});
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
  int hints_ = 0;
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
