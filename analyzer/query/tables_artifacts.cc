// catalog_tables, catalog_columns, run_results and findings: what other artifacts, and the linter, know.
#include "lint/rule.h"
#include "query/table_of.h"

namespace plowline {
namespace {

using Of = const LintProject&;
constexpr auto kText = ColumnType::kText;
constexpr auto kInteger = ColumnType::kInteger;

std::size_t count_catalog_tables(const TableSources& sources) {
  return sources.project->catalog()->tables.size();
}

std::optional<std::size_t> find_catalog_table(const TableSources& sources, std::string_view unique_id) {
  const Catalog& catalog = *sources.project->catalog();
  const CatalogTable* table = catalog.find(unique_id);
  if (table == nullptr) return std::nullopt;
  return static_cast<std::size_t>(table - catalog.tables.data());
}

template <typename Number>
CellValue number_cell(const std::optional<Number>& number) {
  return number ? CellValue(static_cast<std::int64_t>(*number)) : CellValue();
}

using CatalogTableItem = const CatalogTable*;

TableSpec<CatalogTableItem> catalog_tables_spec() {
  return {
      .name = "catalog_tables",
      .comment = "catalog.json: the tables and views that the warehouse has",
      .owners = count_catalog_tables,
      .find = find_catalog_table,
      .items = [](const TableSources& sources, std::size_t owner,
                  std::vector<CatalogTableItem>& out) { out.push_back(&sources.project->catalog()->tables[owner]); },
      .fields =
          {
              {"unique_id", kText, "of the node or source",
               [](Of, const CatalogTableItem& table) { return text_cell(table->unique_id); }},
              {"type", kText, "in the warehouse's word",
               [](Of, const CatalogTableItem& table) { return text_cell(table->type); }},
              {"database", kText, "where it lies",
               [](Of, const CatalogTableItem& table) { return text_cell(table->database); }},
              {"schema", kText, "where it lies",
               [](Of, const CatalogTableItem& table) { return text_cell(table->schema); }},
              {"name", kText, "as the warehouse has it",
               [](Of, const CatalogTableItem& table) { return text_cell(table->name); }},
              {"owner", kText, "the role that owns it",
               [](Of, const CatalogTableItem& table) { return text_cell(table->owner); }},
              {"comment", kText, "the warehouse's comment",
               [](Of, const CatalogTableItem& table) { return text_cell(table->comment); }},
              {"row_count", kInteger, "the warehouse's estimate, where it has one",
               [](Of, const CatalogTableItem& table) { return number_cell(table->row_count); }},
              {"bytes", kInteger, "the same",
               [](Of, const CatalogTableItem& table) { return number_cell(table->bytes); }},
          },
      .needs = kNeedsCatalog,
      .key_is_unique = true,
  };
}

struct CatalogColumnItem {
  const CatalogTable* table = nullptr;
  const CatalogColumn* column = nullptr;
};

TableSpec<CatalogColumnItem> catalog_columns_spec() {
  return {
      .name = "catalog_columns",
      .comment = "catalog.json: the columns that the warehouse has",
      .owners = count_catalog_tables,
      .find = find_catalog_table,
      .items =
          [](const TableSources& sources, std::size_t owner, std::vector<CatalogColumnItem>& out) {
            const CatalogTable& table = sources.project->catalog()->tables[owner];
            for (const CatalogColumn& column : table.columns) out.push_back({&table, &column});
          },
      .fields =
          {
              {"unique_id", kText, "of the node or source",
               [](Of, const CatalogColumnItem& item) { return text_cell(item.table->unique_id); }},
              {"name", kText, "as the warehouse has it, in its letter case",
               [](Of, const CatalogColumnItem& item) { return text_cell(item.column->name); }},
              {"type", kText, "in the warehouse's words",
               [](Of, const CatalogColumnItem& item) { return text_cell(item.column->type); }},
              {"position", kInteger, "as the adapter counts: from 0 or 1, perhaps with gaps",
               [](Of, const CatalogColumnItem& item) { return number_cell(item.column->index); }},
              {"comment", kText, "the warehouse's comment",
               [](Of, const CatalogColumnItem& item) { return text_cell(item.column->comment); }},
          },
      .needs = kNeedsCatalog,
  };
}

using RunResultItem = const NodeResult*;

TableSpec<RunResultItem> run_results_spec() {
  return {
      .name = "run_results",
      .comment = "run_results.json: what became of each node in the last dbt command",
      .owners = [](const TableSources& sources) { return sources.project->run_results()->results.size(); },
      .find = nullptr,
      .items = [](const TableSources& sources, std::size_t owner,
                  std::vector<RunResultItem>& out) { out.push_back(&sources.project->run_results()->results[owner]); },
      .fields =
          {
              {"unique_id", kText, "the node's",
               [](Of, const RunResultItem& result) { return text_cell(result->unique_id); }},
              {"status", kText, "success, error, skipped, pass, warn, fail, ...",
               [](Of, const RunResultItem& result) { return text_cell(result->status); }},
              {"execution_time", ColumnType::kReal, "seconds",
               [](Of, const RunResultItem& result) { return json_cell(result->execution_time); }},
              {"failures", kInteger, "of tests: the rows that failed",
               [](Of, const RunResultItem& result) { return json_cell(result->failures); }},
              {"message", kText, "the warehouse's or dbt's",
               [](Of, const RunResultItem& result) { return string_cell(result->message); }},
          },
      .needs = kNeedsRunResults,
  };
}

using FindingItem = const Finding*;

TableSpec<FindingItem> findings_spec() {
  return {
      .name = "findings",
      .comment = "what 'plowline lint' finds in the project, as plowline.yml has it",
      .owners = [](const TableSources& sources) { return sources.findings->size(); },
      .find = nullptr,
      .items = [](const TableSources& sources, std::size_t owner,
                  std::vector<FindingItem>& out) { out.push_back(&(*sources.findings)[owner]); },
      .fields =
          {
              {"rule", kText, "the rule's name",
               [](Of, const FindingItem& finding) { return text_cell(finding->rule); }},
              {"severity", kText, "error or warn",
               [](Of, const FindingItem& finding) -> CellValue { return to_string(finding->severity); }},
              {"unique_id", kText, "of the node or macro; NULL where it is about the project",
               [](Of, const FindingItem& finding) { return text_cell(finding->unique_id); }},
              {"name", kText, "dbt's name of it",
               [](Of, const FindingItem& finding) { return text_cell(finding->name); }},
              {"resource_type", kText, "dbt's word; macro; project",
               [](Of, const FindingItem& finding) { return text_cell(finding->resource_type); }},
              {"column_name", kText, "the column concerned, if it is about one",
               [](Of, const FindingItem& finding) { return text_cell(finding->column); }},
              {"message", kText, "what is wrong",
               [](Of, const FindingItem& finding) { return text_cell(finding->message); }},
              {"file", kText, "from the working directory",
               [](Of, const FindingItem& finding) { return text_cell(finding->file); }},
              {"line", kInteger, "from 1; NULL where it is not known",
               [](Of, const FindingItem& finding) {
                 return finding->range.line == 0 ? CellValue() : CellValue(std::int64_t{finding->range.line});
               }},
              {"fixable", kInteger, "1 where --fix can repair it",
               [](Of, const FindingItem& finding) { return flag_cell(finding->fixable()); }},
              {"fingerprint", kText, "the same for the same mistake, whatever lines move",
               [](Of, const FindingItem& finding) -> CellValue { return finding->fingerprint.text(); }},
          },
  };
}

}  // namespace

void add_artifact_tables(TableList& tables) {
  tables.push_back(std::make_unique<TableOf<CatalogTableItem>>(catalog_tables_spec()));
  tables.push_back(std::make_unique<TableOf<CatalogColumnItem>>(catalog_columns_spec()));
  tables.push_back(std::make_unique<TableOf<RunResultItem>>(run_results_spec()));
  tables.push_back(std::make_unique<TableOf<FindingItem>>(findings_spec()));
}

}  // namespace plowline
