// columns, tests, configs, metas and tags: what nodes are made of.
#include <algorithm>

#include "lint/node_parts.h"
#include "query/table_of.h"

namespace plowline {
namespace {

using Of = const LintProject&;
constexpr auto kText = ColumnType::kText;
constexpr auto kInteger = ColumnType::kInteger;
constexpr auto kJson = ColumnType::kJson;
constexpr auto kAny = ColumnType::kAny;

NodeId node_of(std::size_t owner) {
  return static_cast<NodeId>(owner);
}

// The members of a JSON object; none for anything else, and for a broken one.
std::vector<std::pair<std::string, JsonText>> members_of(RawJson object) {
  if (!object.bytes.starts_with('{') || object.bytes.size() <= 2) return {};
  const auto checked = check(object);
  return checked ? checked->members() : std::vector<std::pair<std::string, JsonText>>();
}

using Members = std::vector<std::pair<std::string, RawJson>>;

// dbt writes meta twice, in the config and beside it; old versions and some parsers only once.
Members merged_meta(RawJson in_config, RawJson beside) {
  Members merged;
  for (const RawJson meta : {in_config, beside}) {
    for (const auto& [key, value] : members_of(meta)) {
      if (std::ranges::find(merged, key, &Members::value_type::first) == merged.end())
        merged.emplace_back(key, RawJson{value.bytes()});
    }
  }
  return merged;
}

// --- columns ---------------------------------------------------------------------------------------------------------

struct ColumnItem {
  NodeId node{};
  const Column* column = nullptr;
  std::size_t position = 0;  // from 1
};

void column_items(const TableSources& sources, std::size_t owner, std::vector<ColumnItem>& out) {
  const NodeId node = node_of(owner);
  const auto columns = sources.project->columns(node);
  for (std::size_t i = 0; i < columns.size(); ++i) out.push_back({node, &columns[i], i + 1});
}

TableSpec<ColumnItem> columns_spec() {
  return {
      .name = "columns",
      .comment = "the columns that models, sources, ... declare in YAML",
      .owners = count_nodes,
      .find = find_node,
      .items = column_items,
      .fields =
          {
              {"unique_id", kText, "the node's",
               [](Of project, const ColumnItem& item) { return text_cell(project.node(item.node).unique_id); }},
              {"name", kText, "as written", [](Of, const ColumnItem& item) { return text_cell(item.column->name); }},
              {"position", kInteger, "from 1, as they are written",
               [](Of, const ColumnItem& item) -> CellValue { return static_cast<std::int64_t>(item.position); }},
              {"data_type", kText, "where it is declared",
               [](Of, const ColumnItem& item) { return text_cell(item.column->data_type); }},
              {"description", kText, "NULL where there is none",
               [](Of, const ColumnItem& item) { return text_cell(item.column->description); }},
              {"quote", kInteger, "1 or 0 where it is said",
               [](Of, const ColumnItem& item) { return json_cell(item.column->quote); }},
              {"constraints", kJson, "a list",
               [](Of, const ColumnItem& item) { return raw_cell(item.column->constraints); }},
              {"tags", kJson, "a list; the table tags has a row for each",
               [](Of, const ColumnItem& item) { return raw_cell(item.column->tags); }},
              {"meta", kJson, "an object; the table metas has a row for each key",
               [](Of, const ColumnItem& item) { return raw_cell(item.column->meta); }},
          },
  };
}

// --- tests -----------------------------------------------------------------------------------------------------------

struct TestItem {
  NodeId id{};
  std::string_view kind;
  std::optional<NodeId> on;
  std::string test_name;
  std::string namespace_name;
  std::string column_name;
  RawJson kwargs;
};

void generic_test(const LintProject& project, TestItem& item) {
  if (const std::optional<TestOfNode>& found = project.attached(item.id)) {
    const AttachedTest& test = found->test;
    item.on = found->node;
    item.test_name = test.name;
    item.namespace_name = test.package;
    item.column_name = test.column_name;
    item.kwargs = test.kwargs;
    return;
  }
  const RawJson metadata = project.node(item.id).test_metadata;
  item.test_name = unescaped_text(member_of(metadata, "name"));
  item.namespace_name = unescaped_text(member_of(metadata, "namespace"));
  item.column_name = project.node(item.id).column_name;
  item.kwargs = member_of(metadata, "kwargs");
}

void test_items(const TableSources& sources, std::size_t owner, std::vector<TestItem>& out) {
  const LintProject& project = *sources.project;
  TestItem item{.id = node_of(owner)};
  switch (project.project().type(item.id)) {
    case ResourceType::kTest:
      item.kind = project.node(item.id).test_metadata.empty() ? "singular" : "generic";
      if (item.kind == "generic") generic_test(project, item);
      break;
    case ResourceType::kUnitTest: {
      item.kind = "unit";
      const auto parents = project.project().parents(item.id);
      const auto model =
          std::ranges::find(parents, ResourceType::kModel, [&](NodeId id) { return project.project().type(id); });
      if (model != parents.end()) item.on = *model;
      break;
    }
    default:
      return;
  }
  out.push_back(std::move(item));
}

CellValue owned_cell(const std::string& text) {
  return text.empty() ? CellValue() : CellValue(text);
}

TableSpec<TestItem> tests_spec() {
  return {
      .name = "tests",
      .comment = "data tests and unit tests, and what they test",
      .owners = count_nodes,
      .find = find_node,
      .items = test_items,
      .fields =
          {
              {"unique_id", kText, "the test's own",
               [](Of project, const TestItem& item) { return text_cell(project.node(item.id).unique_id); }},
              {"name", kText, "dbt's name of it",
               [](Of project, const TestItem& item) { return text_cell(project.node(item.id).name); }},
              {"kind", kText, "generic, singular or unit",
               [](Of, const TestItem& item) { return text_cell(item.kind); }},
              {"test_name", kText, "of generic ones: not_null, unique, ...",
               [](Of, const TestItem& item) { return owned_cell(item.test_name); }},
              {"namespace", kText, "of generic ones: dbt_utils; NULL for dbt's own and the project's",
               [](Of, const TestItem& item) { return owned_cell(item.namespace_name); }},
              {"attached_node", kText, "the unique_id of the node that is tested; of singular ones NULL: see edges",
               [](Of project, const TestItem& item) {
                 return item.on ? text_cell(project.node(*item.on).unique_id) : CellValue();
               }},
              {"column_name", kText, "of column tests",
               [](Of, const TestItem& item) { return owned_cell(item.column_name); }},
              {"severity", kText, "as configured: ERROR or WARN",
               [](Of project, const TestItem& item) {
                 return json_cell(member_of(project.node(item.id).config, "severity"));
               }},
              {"kwargs", kJson, "the arguments of generic ones",
               [](Of, const TestItem& item) { return raw_cell(item.kwargs); }},
              {"package_name", kText, "the dbt package that defines it",
               [](Of project, const TestItem& item) { return text_cell(project.node(item.id).package_name); }},
              {"original_file_path", kText, "the file that it is written in",
               [](Of project, const TestItem& item) { return text_cell(project.node(item.id).original_file_path); }},
          },
      .key_is_unique = true,
  };
}

// --- configs and metas -----------------------------------------------------------------------------------------------

struct KeyItem {
  NodeId node{};
  std::string_view column;
  std::string key;
  RawJson value;
};

void config_items(const TableSources& sources, std::size_t owner, std::vector<KeyItem>& out) {
  const NodeId node = node_of(owner);
  for (const auto& [key, value] : members_of(sources.project->node(node).config))
    out.push_back({node, {}, key, RawJson{value.bytes()}});
}

void meta_items(const TableSources& sources, std::size_t owner, std::vector<KeyItem>& out) {
  const NodeId node = node_of(owner);
  const NodeRecord& record = sources.project->node(node);
  if (record.meta.bytes.size() > 2 || record.config.bytes.find("\"meta\"") != std::string_view::npos) {
    for (const auto& [key, value] : merged_meta(sources.project->config(node).meta, record.meta))
      out.push_back({node, {}, key, value});
  }
  if (record.columns.bytes.find("\"meta\"") == std::string_view::npos) return;
  std::vector<ColumnItem> columns;
  column_items(sources, owner, columns);
  for (const ColumnItem& column : columns) {
    for (const auto& [key, value] : members_of(column.column->meta))
      out.push_back({node, column.column->name, key, RawJson{value.bytes()}});
  }
}

CellValue key_owner(Of project, const KeyItem& item) {
  return text_cell(project.node(item.node).unique_id);
}
CellValue key_name(Of, const KeyItem& item) {
  return CellValue(item.key);
}
CellValue key_value(Of, const KeyItem& item) {
  return json_cell(item.value);
}
constexpr std::string_view kValueComment =
    "text or a number, 1 and 0 for true and false, NULL; a list or an object as JSON";

TableSpec<KeyItem> configs_spec() {
  return {
      .name = "configs",
      .comment = "every node's config as dbt resolved it, a row for each key",
      .owners = count_nodes,
      .find = find_node,
      .items = config_items,
      .fields = {{"unique_id", kText, "the node's", key_owner},
                 {"key", kText, "materialized, schema, ...", key_name},
                 {"value", kAny, kValueComment, key_value}},
  };
}

TableSpec<KeyItem> metas_spec() {
  return {
      .name = "metas",
      .comment = "meta of nodes and of their columns, a row for each key",
      .owners = count_nodes,
      .find = find_node,
      .items = meta_items,
      .fields = {{"unique_id", kText, "the node's", key_owner},
                 {"column_name", kText, "where it is a column's meta",
                  [](Of, const KeyItem& item) { return text_cell(item.column); }},
                 {"key", kText, "as written", key_name},
                 {"value", kAny, kValueComment, key_value}},
  };
}

// --- tags ------------------------------------------------------------------------------------------------------------

struct TagItem {
  NodeId node{};
  std::string_view column;
  std::string tag;
};

void tag_items(const TableSources& sources, std::size_t owner, std::vector<TagItem>& out) {
  const NodeId node = node_of(owner);
  const NodeRecord& record = sources.project->node(node);
  for (const std::string_view tag : record.tags) out.push_back({node, {}, std::string(tag)});
  if (record.columns.bytes.find("\"tags\"") == std::string_view::npos) return;
  std::vector<ColumnItem> columns;
  column_items(sources, owner, columns);
  for (const ColumnItem& column : columns) {
    for (std::string& tag : texts_of(column.column->tags)) out.push_back({node, column.column->name, std::move(tag)});
  }
}

TableSpec<TagItem> tags_spec() {
  return {
      .name = "tags",
      .comment = "tags of nodes and of their columns, a row for each",
      .owners = count_nodes,
      .find = find_node,
      .items = tag_items,
      .fields = {{"unique_id", kText, "the node's",
                  [](Of project, const TagItem& item) { return text_cell(project.node(item.node).unique_id); }},
                 {"column_name", kText, "where it is a column's tag",
                  [](Of, const TagItem& item) { return text_cell(item.column); }},
                 {"tag", kText, "as written", [](Of, const TagItem& item) { return CellValue(item.tag); }}},
  };
}

}  // namespace

void add_part_tables(TableList& tables) {
  tables.push_back(std::make_unique<TableOf<ColumnItem>>(columns_spec()));
  tables.push_back(std::make_unique<TableOf<TestItem>>(tests_spec()));
  tables.push_back(std::make_unique<TableOf<KeyItem>>(configs_spec()));
  tables.push_back(std::make_unique<TableOf<KeyItem>>(metas_spec()));
  tables.push_back(std::make_unique<TableOf<TagItem>>(tags_spec()));
}

}  // namespace plowline
