// sources, exposures, metrics, macros and groups: what has members that models have not.
#include "lint/node_parts.h"
#include "query/table_of.h"

namespace plowline {
namespace {

using Of = const LintProject&;
constexpr auto kText = ColumnType::kText;
constexpr auto kJson = ColumnType::kJson;

// A node of one type.
struct ResourceItem {
  NodeId id{};
};

template <ResourceType Type>
void nodes_of_type(const TableSources& sources, std::size_t owner, std::vector<ResourceItem>& out) {
  const NodeId id = static_cast<NodeId>(owner);
  if (sources.project->project().type(id) == Type) out.push_back({id});
}

template <std::string_view NodeRecord::* Member>
CellValue resource_text(Of project, const ResourceItem& item) {
  return text_cell(project.node(item.id).*Member);
}

// A member that no record of plowline's has: there are few such nodes. `outer.inner` for one that lies within another.
CellValue from_record(Of project, const ResourceItem& item, std::string_view outer, std::string_view inner = {}) {
  const RawJson member = member_of(project.node(item.id).whole, outer);
  return json_cell(inner.empty() ? member : member_of(member, inner));
}

CellValue none_for_empty(CellValue value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && text->empty() ? CellValue() : value;
}

CellValue resource_description(Of project, const ResourceItem& item) {
  return none_for_empty(string_cell(project.node(item.id).description));
}

const Field<ResourceItem> kUniqueId{"unique_id", kText, "dbt's own", resource_text<&NodeRecord::unique_id>};
const Field<ResourceItem> kName{"name", kText, "as written", resource_text<&NodeRecord::name>};
const Field<ResourceItem> kDescription{"description", kText, "NULL where there is none", resource_description};
const Field<ResourceItem> kPackage{"package_name", kText, "the dbt package that defines it",
                                   resource_text<&NodeRecord::package_name>};
const Field<ResourceItem> kFile{"original_file_path", kText, "the YAML file, relative to its package's folder",
                                resource_text<&NodeRecord::original_file_path>};

// dbt writes one without numbers where nothing is said.
CellValue freshness_of(Of project, const ResourceItem& item) {
  const RawJson freshness = member_of(project.node(item.id).whole, "freshness");
  const auto is_said = [&](std::string_view which) { return !member_of(member_of(freshness, which), "count").empty(); };
  return is_said("warn_after") || is_said("error_after") ? json_cell(freshness) : CellValue();
}

TableSpec<ResourceItem> sources_spec() {
  return {
      .name = "sources",
      .comment = "tables that dbt reads and does not make",
      .owners = count_nodes,
      .find = find_node,
      .items = nodes_of_type<ResourceType::kSource>,
      .fields =
          {
              kUniqueId,
              {"source_name", kText, "the source that the table belongs to", resource_text<&NodeRecord::source_name>},
              kName,
              {"identifier", kText, "its name in the warehouse", resource_text<&NodeRecord::identifier>},
              {"database", kText, "where it lies", resource_text<&NodeRecord::database>},
              {"schema", kText, "where it lies", resource_text<&NodeRecord::schema>},
              {"relation_name", kText, "all three, quoted", resource_text<&NodeRecord::relation_name>},
              {"loader", kText, "what fills it",
               [](Of project, const ResourceItem& item) {
                 return none_for_empty(from_record(project, item, "loader"));
               }},
              {"loaded_at_field", kText, "the column that tells when a row was loaded",
               [](Of project, const ResourceItem& item) {
                 CellValue own = none_for_empty(from_record(project, item, "loaded_at_field"));
                 return own.index() != 0 ? own
                                         : none_for_empty(from_record(project, item, "config", "loaded_at_field"));
               }},
              {"freshness", kJson, "how old it may be: warn_after, error_after; NULL where nothing is said",
               freshness_of},
              {"source_description", kText, "of the source; NULL where there is none",
               [](Of project, const ResourceItem& item) {
                 return none_for_empty(from_record(project, item, "source_description"));
               }},
              kDescription,
              kPackage,
              kFile,
          },
      .key_is_unique = true,
  };
}

TableSpec<ResourceItem> exposures_spec() {
  return {
      .name = "exposures",
      .comment = "what outside of dbt reads its models: dashboards, notebooks, ...",
      .owners = count_nodes,
      .find = find_node,
      .items = nodes_of_type<ResourceType::kExposure>,
      .fields =
          {
              kUniqueId,
              kName,
              {"label", kText, "for people",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "label"); }},
              {"type", kText, "dashboard, notebook, analysis, ml, application",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "type"); }},
              {"maturity", kText, "high, medium, low",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "maturity"); }},
              {"url", kText, "where it is",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "url"); }},
              {"owner_name", kText, "who answers for it",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "owner", "name"); }},
              {"owner_email", kText, "where they are reached",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "owner", "email"); }},
              kDescription,
              kPackage,
              kFile,
          },
      .key_is_unique = true,
  };
}

TableSpec<ResourceItem> metrics_spec() {
  return {
      .name = "metrics",
      .comment = "of the semantic layer, and those of dbt before 1.6",
      .owners = count_nodes,
      .find = find_node,
      .items = nodes_of_type<ResourceType::kMetric>,
      .fields =
          {
              kUniqueId,
              kName,
              {"label", kText, "for people",
               [](Of project, const ResourceItem& item) { return from_record(project, item, "label"); }},
              {"type", kText, "simple, ratio, derived, cumulative, ...; before dbt 1.6 what it calculates",
               [](Of project, const ResourceItem& item) {
                 CellValue type = from_record(project, item, "type");
                 return type.index() != 0 ? type : from_record(project, item, "calculation_method");
               }},
              {"group_name", kText, "dbt's group", resource_text<&NodeRecord::group>},
              kDescription,
              kPackage,
              kFile,
          },
      .key_is_unique = true,
  };
}

// --- macros and groups: they stand beside the graph
// -------------------------------------------------------------------

using MacroItem = const MacroRecord*;

TableSpec<MacroItem> macros_spec() {
  return {
      .name = "macros",
      .comment = "of the project, its packages and dbt itself",
      .owners = [](const TableSources& sources) { return sources.project->project().macros().size(); },
      .find = [](const TableSources& sources, std::string_view key) -> std::optional<std::size_t> {
        const MacroRecord* macro = sources.project->macro(key);
        if (macro == nullptr) return std::nullopt;
        return static_cast<std::size_t>(macro - sources.project->project().macros().data());
      },
      .items = [](const TableSources& sources, std::size_t owner,
                  std::vector<MacroItem>& out) { out.push_back(&sources.project->project().macros()[owner]); },
      .fields =
          {
              {"unique_id", kText, "dbt's own: macro.shop.cents",
               [](Of, const MacroItem& macro) { return text_cell(macro->unique_id); }},
              {"name", kText, "as it is called", [](Of, const MacroItem& macro) { return text_cell(macro->name); }},
              {"package_name", kText, "the dbt package that defines it",
               [](Of, const MacroItem& macro) { return text_cell(macro->package_name); }},
              {"original_file_path", kText, "the file, relative to its package's folder",
               [](Of, const MacroItem& macro) { return text_cell(macro->original_file_path); }},
              {"patch_path", kText, "the YAML file that describes it",
               [](Of, const MacroItem& macro) { return text_cell(macro->patch_path); }},
              {"description", kText, "NULL where there is none",
               [](Of, const MacroItem& macro) { return none_for_empty(string_cell(macro->description)); }},
              {"arguments", kJson, "a list, as described in YAML",
               [](Of, const MacroItem& macro) { return raw_cell(macro->arguments); }},
              {"meta", kJson, "an object", [](Of, const MacroItem& macro) { return raw_cell(macro->meta); }},
              {"macro_sql", kText, "as written",
               [](Of project, const MacroItem& macro) { return text_cell(project.code(*macro)); }, true},
          },
      .key_is_unique = true,
  };
}

using GroupItem = const GroupRecord*;

TableSpec<GroupItem> groups_spec() {
  return {
      .name = "groups",
      .comment = "dbt's groups of models, and who owns them",
      .owners = [](const TableSources& sources) { return sources.project->project().groups().size(); },
      .find = nullptr,
      .items = [](const TableSources& sources, std::size_t owner,
                  std::vector<GroupItem>& out) { out.push_back(&sources.project->project().groups()[owner]); },
      .fields =
          {
              {"unique_id", kText, "dbt's own: group.shop.finance",
               [](Of, const GroupItem& group) { return text_cell(group->unique_id); }},
              {"name", kText, "nodes have it as group_name",
               [](Of, const GroupItem& group) { return text_cell(group->name); }},
              {"package_name", kText, "the dbt package that defines it",
               [](Of, const GroupItem& group) { return text_cell(group->package_name); }},
              {"original_file_path", kText, "the YAML file",
               [](Of, const GroupItem& group) { return text_cell(group->original_file_path); }},
              {"owner_name", kText, "who answers for it",
               [](Of, const GroupItem& group) { return json_cell(member_of(group->owner, "name")); }},
              {"owner_email", kText, "where they are reached",
               [](Of, const GroupItem& group) { return json_cell(member_of(group->owner, "email")); }},
              {"owner", kJson, "all that is said of the owner",
               [](Of, const GroupItem& group) { return raw_cell(group->owner); }},
          },
  };
}

}  // namespace

void add_resource_tables(TableList& tables) {
  tables.push_back(std::make_unique<TableOf<ResourceItem>>(sources_spec()));
  tables.push_back(std::make_unique<TableOf<ResourceItem>>(exposures_spec()));
  tables.push_back(std::make_unique<TableOf<ResourceItem>>(metrics_spec()));
  tables.push_back(std::make_unique<TableOf<MacroItem>>(macros_spec()));
  tables.push_back(std::make_unique<TableOf<GroupItem>>(groups_spec()));
}

}  // namespace plowline
