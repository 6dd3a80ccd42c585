#include "rules/unit-tests/unit_tests.h"

#include <set>

#include "rules/tests/project_tests.h"

namespace plowline {
namespace {

constexpr std::string_view kDefaultFormat = "dict";

std::string format_of(const JsonText& object) {
  const auto format = object.get("format");
  const auto text = format ? format->string() : std::nullopt;
  return text && !text->empty() ? *text : std::string(kDefaultFormat);
}

// The texts in quotes of `ref('shop', 'orders', v=2)`.
std::vector<std::string_view> quoted_texts(std::string_view call) {
  std::vector<std::string_view> texts;
  std::size_t at = 0;
  while ((at = call.find_first_of("'\"", at)) != std::string_view::npos) {
    const std::size_t end = call.find(call[at], at + 1);
    if (end == std::string_view::npos) break;
    texts.push_back(call.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return texts;
}

using SeedsByName = std::multimap<std::string_view, NodeId>;

SeedsByName seeds_by_name(const Project& project) {
  SeedsByName seeds;
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId id{i};
    if (project.type(id) == ResourceType::kSeed && project.enabled(id)) seeds.emplace(project.node(id).name, id);
  }
  return seeds;
}

// Of two seeds of one name, dbt takes that of the package that asks.
std::optional<NodeId> seed_of(const Project& project, const SeedsByName& seeds, const NodeRecord& test,
                              std::string_view input) {
  if (!input.starts_with("ref")) return std::nullopt;
  const auto texts = quoted_texts(input);
  if (texts.empty() || texts.size() > 2) return std::nullopt;
  const std::string_view package = texts.size() == 2 ? texts.front() : std::string_view();
  std::optional<NodeId> found;
  const auto [first, last] = seeds.equal_range(texts.back());
  for (auto seed = first; seed != last; ++seed) {
    const std::string_view owner = project.node(seed->second).package_name;
    if (!package.empty() && owner != package) continue;
    if (!found || owner == test.package_name) found = seed->second;
  }
  return found;
}

}  // namespace

UnitTestParts unit_test_parts(const LintProject& project, NodeId unit_test) {
  UnitTestParts parts;
  const auto record = project.project().read(unit_test, &NodeRecord::whole);
  if (!record) {
    project.keep_error(record.error());
    return parts;
  }
  const auto expect = record->get("expect");
  if (expect) parts.expect_format = format_of(*expect);
  const auto given = record->get("given");
  if (!given) return parts;
  for (const JsonText& input : given->items()) {
    const auto name = input.get("input");
    parts.given.push_back({name ? name->string().value_or("") : std::string(), format_of(input)});
  }
  return parts;
}

UnitTestsOfSeeds::UnitTestsOfSeeds(const LintProject& lint) {
  const Project& project = lint.project();
  const SeedsByName seeds = seeds_by_name(project);
  if (seeds.empty()) return;
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId test{i};
    if (project.type(test) != ResourceType::kUnitTest || !project.enabled(test)) continue;
    std::set<NodeId> used;
    for (const NodeId parent : project.parents(test)) {
      if (project.type(parent) == ResourceType::kSeed) used.insert(parent);
    }
    for (const UnitTestInput& input : unit_test_parts(lint, test).given) {
      if (const auto seed = seed_of(project, seeds, project.node(test), input.input)) used.insert(*seed);
    }
    for (const NodeId seed : used) ++counts_[seed];
  }
}

std::size_t UnitTestsOfSeeds::count(NodeId seed) const {
  const auto found = counts_.find(seed);
  return found == counts_.end() ? 0 : found->second;
}

bool can_be_unit_tested(const LintProject& project, NodeId model) {
  return project.project().enabled(model) && project.node(model).language != "python";
}

std::size_t number_of_unit_tests(const LintProject& project, NodeId model) {
  std::size_t count = 0;
  project.index<ProjectTests>().for_each_of(model,
                                            [&](const ProjectTest& test) { count += test.kind == TestKind::kUnit; });
  return count;
}

}  // namespace plowline
