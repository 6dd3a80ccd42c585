#include "rules/schema/column_types.h"

#include <algorithm>
#include <array>

namespace plowline {
namespace {

struct Synonym {
  std::string_view name;
  std::string_view type;
};

// Names that several warehouses have for one type, and that mean the same on all of them.
constexpr std::array<Synonym, 25> kSynonyms = {{{"int", "integer"},
                                                {"int4", "integer"},
                                                {"int2", "smallint"},
                                                {"int8", "bigint"},
                                                {"bool", "boolean"},
                                                {"charactervarying", "varchar"},
                                                {"charvarying", "varchar"},
                                                {"nvarchar", "varchar"},
                                                {"text", "varchar"},
                                                {"string", "varchar"},
                                                {"character", "char"},
                                                {"nchar", "char"},
                                                {"bpchar", "char"},
                                                {"decimal", "numeric"},
                                                {"number", "numeric"},
                                                {"dec", "numeric"},
                                                {"float8", "doubleprecision"},
                                                {"double", "doubleprecision"},
                                                {"float64", "doubleprecision"},
                                                {"float4", "real"},
                                                {"timestampwithouttimezone", "timestamp"},
                                                {"timestamp_ntz", "timestamp"},
                                                {"timestampwithtimezone", "timestamptz"},
                                                {"timestamp_tz", "timestamptz"},
                                                {"int64", "bigint"}}};

// In lower case, without blanks and without a size: `varchar(10)` and `VARCHAR (20)` hold the same kind of value.
std::string base_type(std::string_view type) {
  std::string out;
  int depth = 0;
  for (const char c : type) {
    if (c == '(') ++depth;
    if (depth == 0 && c != ' ' && c != '\t') out += ascii_lower(c);
    if (c == ')' && depth > 0) --depth;
  }
  const auto synonym = std::ranges::find(kSynonyms, out, &Synonym::name);
  return synonym == kSynonyms.end() ? out : std::string(synonym->type);
}

// The node's table; null where there is no catalog, it does not have the table, or the warehouse did not tell its
// columns.
const CatalogTable* table_of(const LintProject& project, NodeId id) {
  if (project.catalog() == nullptr) return nullptr;
  const CatalogTable* table = project.catalog()->find(project.node(id).unique_id);
  return table == nullptr || table->columns.empty() ? nullptr : table;
}

// Without the fields within others, which BigQuery lists as `address.city`.
CatalogColumns::Columns columns_of(const CatalogTable& table) {
  CatalogColumns::Columns out;
  for (const CatalogColumn& column : table.columns) {
    if (column.name.find('.') != std::string_view::npos) continue;
    out.emplace_back(column.name, column.type);
  }
  return out;
}

}  // namespace

bool same_type(const LintProject&, std::string_view a, std::string_view b) {
  return base_type(a) == base_type(b);
}

std::optional<CatalogColumns> columns_of_both_catalogs(const LintProject& project, NodeId id, NodeId previous) {
  const CatalogTable* now = table_of(project, id);
  const CatalogTable* before = table_of(*project.state(), previous);
  if (now == nullptr || before == nullptr) return std::nullopt;
  return CatalogColumns{columns_of(*before), columns_of(*now)};
}

bool in_both_catalogs(const LintProject& project, NodeId id, NodeId previous) {
  return table_of(project, id) != nullptr && table_of(*project.state(), previous) != nullptr;
}

}  // namespace plowline
