#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <unordered_set>

#include "lint/parallel.h"
#include "lint/rule.h"
#include "source/jinja_syntax.h"

namespace plowline {
namespace {

struct UnusedMacroOptions {
  std::vector<std::string> entry_points;
};

using Names = std::unordered_set<std::string_view>;

// is_name_byte(), by table: whole manifests are read so.
const std::array<bool, 256> kIsNameByte = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = is_name_byte(static_cast<char>(i));
  return table;
}();

bool is_in_name(char c) {
  return kIsNameByte[static_cast<unsigned char>(c)];
}

// Calls found(name) for each word of the text that is called (`name(`) or stands in quotes (a dispatch, a unit test's
// override). The text may be JSON's: a backslash before a quote does not matter.
template <typename Found>
void for_each_mention(std::string_view text, const Found& found) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_in_name(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_in_name(text[at])) ++at;
    std::size_t behind = at;
    while (behind < text.size() && text[behind] == ' ') ++behind;
    const bool called = behind < text.size() && text[behind] == '(';
    const bool quoted = begin > 0 && (text[begin - 1] == '\'' || text[begin - 1] == '"');
    // `\n` of JSON runs into the word behind it.
    const bool escaped = begin > 0 && text[begin - 1] == '\\' && at - begin > 1;
    if (called || quoted) found(text.substr(begin, at - begin));
    if (called && escaped) found(text.substr(begin + 1, at - begin - 1));
  }
}

bool has_jinja(std::string_view text) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::string_view behind = text.substr(at + 1);
    if (behind.starts_with('{') || behind.starts_with('%')) return true;
  }
  return false;
}

// The names by which dbt itself calls macros: those of other packages (generate_schema_name, an adapter's), which the
// project's of that name override.
Names names_of_packages(const LintProject& project) {
  Names names;
  for (const MacroRecord& macro : project.project().macros()) {
    if (macro.package_name != project.project().root_package()) names.insert(macro.name);
  }
  return names;
}

Names names_of_all(const LintProject& project) {
  Names names;
  for (const MacroRecord& macro : project.project().macros()) names.insert(macro.name);
  return names;
}

// The project's own macros that something depends on, as dbt has noted, by their unique_ids.
Names noted_calls(const LintProject& project) {
  Names used;
  // (Nearly all that nodes depend on are dbt's own.)
  const std::string prefix = fmt::format("macro.{}.", project.project().root_package());
  const auto add = [&](const NodeRecord& node) {
    for (const std::string_view macro : node.depends_on.macros) {
      if (macro.starts_with(prefix)) used.insert(macro);
    }
  };
  for (std::uint32_t i = 0; i < project.project().size(); ++i) add(project.node(NodeId{i}));
  for (const NodeRecord& node : project.project().disabled()) add(node);
  for (const MacroRecord& macro : project.project().macros()) {
    for (const std::string_view called : macro.depends_on.macros) {
      if (called != macro.unique_id) used.insert(called);
    }
  }
  return used;
}

bool is_called_by_dbt(const MacroRecord& macro, const Names& of_packages, const Names& all) {
  if (macro.name.starts_with("materialization_") || of_packages.contains(macro.name)) return true;
  // postgres__x is what a dispatch of x finds.
  for (std::size_t at = macro.name.find("__", 1); at != std::string_view::npos; at = macro.name.find("__", at + 1)) {
    if (all.contains(macro.name.substr(at + 2))) return true;
  }
  return false;
}

// The same for every text in a YAML file.
template <typename Found>
void for_each_mention_in(const PlacedValue& value, const Found& found) {
  for_each_mention(value.text, found);
  for (const PlacedValue& item : value.items) for_each_mention_in(item, found);
  for (const PlacedValue::Member& member : value.members) for_each_mention_in(member.value, found);
}

// Says of most words, without a look at all names, that they are none of them.
class FirstLook {
 public:
  explicit FirstLook(const Names& names) {
    for (const std::string_view name : names) {
      if (!name.empty()) starts_[static_cast<unsigned char>(name.front())] |= bit_of(name.size());
    }
  }

  bool may_be_one(std::string_view word) const {
    return (starts_[static_cast<unsigned char>(word.front())] & bit_of(word.size())) != 0;
  }

 private:
  static std::uint64_t bit_of(std::size_t length) { return std::uint64_t{1} << (length % 64); }

  std::array<std::uint64_t, 256> starts_{};  // by the first byte: a bit for each length
};

// Takes out of `unused` whatever some text speaks of. dbt notes only what it came past when it parsed: not what stands
// in {% if execute %}, in hooks, or in a name that is put together.
void leave_out_mentioned(const LintProject& project, Names& unused) {
  const FirstLook look(unused);
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < project.project().size(); ++i) nodes.push_back(NodeId{i});
  const auto mentioned =
      collect_in_parallel<std::string_view>(nodes, [&](NodeId id, std::vector<std::string_view>& out) {
        const auto add = [&](std::string_view name) {
          if (look.may_be_one(name) && unused.contains(name)) out.push_back(name);
        };
        const NodeRecord& node = project.node(id);
        for_each_mention(node.raw_code.bytes, add);
        // (A config calls macros in Jinja only.)
        if (has_jinja(node.config.bytes)) for_each_mention(node.config.bytes, add);
        if (node.resource_type == ResourceType::kUnitTest) for_each_mention(node.whole.bytes, add);
      });
  for (const std::string_view name : mentioned) unused.erase(name);
  const auto erase = [&](std::string_view name) { unused.erase(name); };
  for (const NodeRecord& node : project.project().disabled()) {
    for_each_mention(node.raw_code.bytes, erase);
    for_each_mention(node.config.bytes, erase);
  }
  for (const MacroRecord& macro : project.project().macros()) {
    for_each_mention(macro.macro_sql.bytes, [&](std::string_view name) {
      if (name != macro.name) unused.erase(name);
    });
  }
  if (const YamlFile* file = project.yaml().project_file()) for_each_mention_in(file->value, erase);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const UnusedMacroOptions& options,
                   Violations& violations) {
  const Names used = noted_calls(project);
  const Names of_packages = names_of_packages(project);
  const Names all = names_of_all(project);
  std::vector<const MacroRecord*> candidates;
  Names unused;
  scope.for_each_macro([&](const MacroRecord& macro) {
    if (used.contains(macro.unique_id) || macro.package_name != project.project().root_package()) return;
    if (is_called_by_dbt(macro, of_packages, all)) return;
    if (std::ranges::find(options.entry_points, macro.name) != options.entry_points.end()) return;
    candidates.push_back(&macro);
    unused.insert(macro.name);
  });
  if (candidates.empty()) return {};
  leave_out_mentioned(project, unused);
  for (const MacroRecord* macro : candidates) {
    if (!unused.contains(macro->name)) continue;
    violations.push_back({.macro = macro,
                          .message = fmt::format("nothing calls the macro {}: unless somebody runs it by `dbt "
                                                 "run-operation`, it is code that is kept up for nobody",
                                                 printable(macro->name)),
                          .key = "unused"});
  }
  return {};
}

const RegisterRule<UnusedMacroOptions> rule{
    {.name = "unused-macro",
     .subject = "code",
     .summary = "a macro is called by nothing",
     .what =
         "Finds macros of the project that no node and no other macro depends on, and that no code, hook, unit test "
         "or dbt_project.yml mentions. Left out are materializations, macros that override one of dbt's or of a "
         "package, what a dispatch may find (`postgres__x`), and the macros that `entry_points` names.",
     .why =
         "Macros stay behind when the last model that called them is gone. They are read, documented and ported to the "
         "next warehouse all the same.",
     .example = R"(```sql macros/cents.sql
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
```
)",
     .use_instead = R"(```sql macros/cents.sql
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
```
```sql models/orders.sql
select {{ cents('amount') }} as amount
```
)",
     .basis = "dbt-bouncer: `check_macro_is_used`. dbt-core notes in `depends_on.macros` the macros that it comes past "
              "when it parses a node.",
     .presets = kOnRequest},
    {option<&UnusedMacroOptions::entry_points>("entry_points", "Names of macros that `dbt run-operation` calls.")},
    check};

}  // namespace
}  // namespace plowline
