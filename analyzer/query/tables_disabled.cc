// disabled: what dbt leaves out of the graph. A manifest keeps it beside the nodes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lint/node_parts.h"
#include "query/table_of.h"

namespace plowline {
namespace {

using Of = const LintProject&;
constexpr auto kText = ColumnType::kText;
constexpr auto kJson = ColumnType::kJson;

using DisabledItem = const NodeRecord*;

template <std::string_view NodeRecord::* Member>
CellValue disabled_text(Of, const DisabledItem& item) {
  return text_cell(item->*Member);
}

template <RawJson NodeRecord::* Member>
CellValue disabled_json(Of, const DisabledItem& item) {
  return raw_cell(item->*Member);
}

CellValue disabled_type(Of, const DisabledItem& item) {
  return item->resource_word.empty() ? to_string(item->resource_type) : item->resource_word;
}

// (One unique_id may stand there several times, so that it is no key.)
TableSpec<DisabledItem> disabled_spec() {
  return {
      .name = "disabled",
      .comment = "nodes that are disabled, and so no part of the graph: nodes, edges, columns, ... have none of them",
      .owners = [](const TableSources& sources) { return sources.project->project().disabled().size(); },
      .find = nullptr,
      .items = [](const TableSources& sources, std::size_t owner,
                  std::vector<DisabledItem>& out) { out.push_back(&sources.project->project().disabled()[owner]); },
      .fields =
          {
              {"unique_id", kText, "dbt's own; several nodes that are disabled may share one",
               disabled_text<&NodeRecord::unique_id>},
              {"resource_type", kText, "dbt's word: model, test, source, ...", disabled_type},
              {"name", kText, "without a version; of a source, the table's", disabled_text<&NodeRecord::name>},
              {"package_name", kText, "the dbt package that defines it", disabled_text<&NodeRecord::package_name>},
              {"is_own", ColumnType::kInteger, "1: the root project's, 0: a package's",
               [](Of project, const DisabledItem& item) {
                 return flag_cell(item->package_name == project.project().root_package());
               }},
              {"original_file_path", kText, "the file, relative to its package's folder",
               disabled_text<&NodeRecord::original_file_path>},
              {"patch_path", kText, "the YAML file that describes it", disabled_text<&NodeRecord::patch_path>},
              {"fqn", kText, "dbt's fully qualified name, joined by dots",
               [](Of, const DisabledItem& item) { return CellValue(fmt::format("{}", fmt::join(item->fqn, "."))); }},
              {"materialized", kText, "table, view, incremental, ephemeral, ...",
               [](Of, const DisabledItem& item) { return string_cell(member_of(item->config, "materialized")); }},
              {"raw_code", kText, "as written",
               [](Of, const DisabledItem& item) { return string_cell(item->raw_code); }, true},
              {"tags", kJson, "a list", [](Of, const DisabledItem& item) { return list_cell(item->tags); }, true},
              {"meta", kJson, "an object", disabled_json<&NodeRecord::meta>, true},
              {"config", kJson, "an object", disabled_json<&NodeRecord::config>, true},
              {"record", kJson, "all that the manifest has of it", disabled_json<&NodeRecord::whole>, true},
          },
  };
}

}  // namespace

void add_disabled_table(TableList& tables) {
  tables.push_back(std::make_unique<TableOf<DisabledItem>>(disabled_spec()));
}

}  // namespace plowline
