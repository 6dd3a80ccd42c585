// nodes, edges and macro_calls: the graph.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lint/node_parts.h"
#include "query/table_of.h"

namespace plowline {
namespace {

using Of = const LintProject&;
constexpr auto kText = ColumnType::kText;
constexpr auto kInteger = ColumnType::kInteger;
constexpr auto kJson = ColumnType::kJson;

// A member of the record that is text.
template <std::string_view NodeRecord::* Member>
CellValue node_text(Of project, const NodeId& id) {
  return text_cell(project.node(id).*Member);
}

// A member that is kept as JSON, as JSON.
template <RawJson NodeRecord::* Member>
CellValue node_json(Of project, const NodeId& id) {
  return raw_cell(project.node(id).*Member);
}

CellValue relation_of(Of project, const NodeId& id) {
  return text_cell(project.node(id).relation_name);
}

CellValue resource_type_of(Of project, const NodeId& id) {
  const NodeRecord& node = project.node(id);
  return node.resource_word.empty() ? to_string(node.resource_type) : node.resource_word;
}

CellValue layer_cell(Of project, const NodeId& id) {
  return project.project().type(id) == ResourceType::kModel ? CellValue(project.layer(id)) : CellValue();
}

CellValue code_cell(std::string_view code) {
  return code.empty() ? CellValue() : CellValue(code);
}

TableSpec<NodeId> nodes_spec() {
  return {
      .name = "nodes",
      .comment = "what stands in the graph: models, seeds, snapshots, tests, sources, exposures, metrics, ...",
      .owners = count_nodes,
      .find = find_node,
      .items = [](const TableSources&, std::size_t owner,
                  std::vector<NodeId>& out) { out.push_back(static_cast<NodeId>(owner)); },
      .fields =
          {
              {"unique_id", kText, "dbt's own: model.shop.orders", node_text<&NodeRecord::unique_id>},
              {"resource_type", kText, "dbt's word: model, test, source, ...", resource_type_of},
              {"name", kText, "without a version; of a source, the table's", node_text<&NodeRecord::name>},
              {"package_name", kText, "the dbt package that defines it", node_text<&NodeRecord::package_name>},
              {"is_own", kInteger, "1: the root project's, 0: a package's",
               [](Of project, const NodeId& id) { return flag_cell(project.is_own(id)); }},
              {"original_file_path", kText, "the file, relative to its package's folder",
               node_text<&NodeRecord::original_file_path>},
              {"patch_path", kText, "the YAML file that describes it", node_text<&NodeRecord::patch_path>},
              {"fqn", kText, "dbt's fully qualified name, joined by dots",
               [](Of project, const NodeId& id) {
                 return CellValue(fmt::format("{}", fmt::join(project.node(id).fqn, ".")));
               }},
              {"materialized", kText, "table, view, incremental, ephemeral, ...",
               [](Of project, const NodeId& id) { return text_cell(project.config(id).materialized); }},
              {"layer", kText, "of models: staging, intermediate, marts, ... (layers: in plowline.yml)", layer_cell},
              {"access", kText, "of models: private, protected, public", node_text<&NodeRecord::access>},
              {"group_name", kText, "dbt's group", node_text<&NodeRecord::group>},
              {"database", kText, "where dbt builds it, or the source lies", node_text<&NodeRecord::database>},
              {"schema", kText, "the same", node_text<&NodeRecord::schema>},
              {"alias", kText, "the name that dbt builds it under", node_text<&NodeRecord::alias>},
              {"identifier", kText, "of sources: the table's name in the warehouse",
               node_text<&NodeRecord::identifier>},
              {"relation_name", kText, "database, schema and name, quoted", relation_of},
              {"source_name", kText, "of sources", node_text<&NodeRecord::source_name>},
              {"language", kText, "sql or python", node_text<&NodeRecord::language>},
              {"version", ColumnType::kAny, "of versioned models",
               [](Of project, const NodeId& id) { return json_cell(project.node(id).version); }},
              {"latest_version", ColumnType::kAny, "of versioned models",
               [](Of project, const NodeId& id) { return json_cell(project.node(id).latest_version); }},
              {"deprecation_date", kText, "ISO 8601",
               [](Of project, const NodeId& id) { return string_cell(project.node(id).deprecation_date); }},
              {"enabled", kInteger, "0 for the few that dbt keeps in the graph although they are disabled",
               [](Of project, const NodeId& id) { return flag_cell(project.project().enabled(id)); }},
              {"description", kText, "NULL where there is none",
               [](Of project, const NodeId& id) {
                 CellValue text = string_cell(project.node(id).description);
                 const auto* held = std::get_if<std::string>(&text);
                 return held != nullptr && held->empty() ? CellValue() : text;
               }},
              {"checksum", kText, "of the file that it is made from",
               [](Of project, const NodeId& id) { return text_cell(project.node(id).checksum.checksum); }},
              {"raw_code", kText, "as written",
               [](Of project, const NodeId& id) { return code_cell(project.code(id)); }, true},
              {"compiled_code", kText, "as dbt compiled it; NULL where it did not",
               [](Of project, const NodeId& id) { return code_cell(project.compiled_code(id)); }, true},
              {"tags", kJson, "a list; the table tags has a row for each",
               [](Of project, const NodeId& id) { return list_cell(project.node(id).tags); }, true},
              {"meta", kJson, "an object; the table metas has a row for each key", node_json<&NodeRecord::meta>, true},
              {"config", kJson, "an object; the table configs has a row for each key", node_json<&NodeRecord::config>,
               true},
              {"record", kJson, "all that the manifest has of it", node_json<&NodeRecord::whole>, true},
          },
      .key_is_unique = true,
  };
}

struct MacroCallItem {
  std::string_view unique_id;
  std::string_view macro;
};

TableSpec<MacroCallItem> macro_calls_spec() {
  return {
      .name = "macro_calls",
      .comment = "which macros a node calls itself",
      .owners = count_nodes,
      .find = find_node,
      .items =
          [](const TableSources& sources, std::size_t owner, std::vector<MacroCallItem>& out) {
            const NodeRecord& node = sources.project->node(static_cast<NodeId>(owner));
            for (const std::string_view macro : node.depends_on.macros) out.push_back({node.unique_id, macro});
          },
      .fields =
          {
              {"unique_id", kText, "the node's",
               [](Of, const MacroCallItem& item) { return text_cell(item.unique_id); }},
              {"macro", kText, "the macro's unique_id",
               [](Of, const MacroCallItem& item) { return text_cell(item.macro); }},
          },
  };
}

}  // namespace

void add_node_tables(TableList& tables) {
  tables.push_back(std::make_unique<TableOf<NodeId>>(nodes_spec()));
  tables.push_back(edges_table());
  tables.push_back(std::make_unique<TableOf<MacroCallItem>>(macro_calls_spec()));
}

}  // namespace plowline
