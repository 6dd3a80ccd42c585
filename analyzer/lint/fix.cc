#include "lint/fix.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

#include "artifact/file.h"
#include "artifact/write_file.h"
#include "lint/fix_files.h"
#include "lint/fix_sql.h"
#include "lint/fix_yaml.h"
#include "lint/text_edit.h"
#include "project/file_checksum.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kParseAgain = "let dbt parse the project again";

std::unexpected<std::string> because(std::string reason) {
  return std::unexpected(std::move(reason));
}

// The bytes of a file, all of them.
std::optional<std::string> bytes_of(const fs::path& file) {
  const auto read = FileBytes::read(file);
  if (!read) return std::nullopt;
  return (read->skipped() > 0 ? "\xEF\xBB\xBF" : "") + std::string(read->text());
}

// Whether a name can stand in SQL and YAML as it is, in quotes: without control characters, and without what dbt would
// take for Jinja (it renders the values of YAML files).
bool can_be_written(std::string_view text) {
  constexpr std::string_view kLineEnds[] = {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"};
  return !text.empty() && printable(text) == text && !text.contains("{{") && !text.contains("{%") &&
         !text.contains("{#") && std::ranges::none_of(kLineEnds, [&](auto end) { return text.contains(end); });
}

bool can_be_written(const Fix& fix) {
  switch (fix.kind) {
    case Fix::Kind::kAddTag:
      return can_be_written(fix.key);
    case Fix::Kind::kSetConfig:
      return can_be_written(fix.key) && can_be_written(fix.value);
    default:
      return std::ranges::all_of(fix.columns, [](const Fix::Column& column) {
        return can_be_written(column.name) && (column.data_type.empty() || can_be_written(column.data_type));
      });
  }
}

PlacedValue yaml_column(const Fix::Column& column) {
  std::vector<std::pair<std::string, PlacedValue>> members{{"name", yaml_text(column.name)}};
  if (!column.data_type.empty()) members.emplace_back("data_type", yaml_text(column.data_type));
  return yaml_map(std::move(members));
}

// A YAML entry, as the file has it after the fixes before.
struct EntryEdit {
  std::string path;
  std::unique_ptr<YamlEdit> yaml;
  const PropertyEntry* entry = nullptr;
  const PropertyEntry* version = nullptr;
};

// Part of a file's text.
struct Scope {
  std::size_t offset = 0;
  std::string_view code;
};

class Planner {
 public:
  Planner(const LintProject& project, Places& places) : project_(project), places_(places) {}

  OrReason<void> fix(const Finding& finding);
  std::vector<FileChange> changes() const;

 private:
  OrReason<void> configure(NodeId id, const Fix& fix);
  OrReason<SqlConfig> in_code(NodeId id, const Fix& fix);
  OrReason<void> edit_code(NodeId id, const Fix& fix);
  OrReason<void> edit_config(EntryEdit entry, const Fix& fix);
  OrReason<void> add_columns(NodeId id, const std::vector<Fix::Column>& columns);
  OrReason<void> add_entry(NodeId id, const std::vector<Fix::Column>& columns);
  OrReason<void> set_type(NodeId id, const Fix::Column& column);
  OrReason<void> fix_columns(NodeId id, const Fix& fix);

  bool has_own_code(NodeId id) const;
  OrReason<Scope> scope_in(NodeId id, std::string_view text) const;
  OrReason<EntryEdit> entry_of(NodeId id);
  OrReason<EntryEdit> read_yaml(const std::string& path);
  EditedFile* open(const std::string& path);
  OrReason<void> apply(const std::string& path, OrReason<TextEdits> edits);

  // Whether an earlier fix made the same change; a reason where it made another one of the same place.
  OrReason<bool> is_made(const std::string& place, const std::string& value) const;

  const LintProject& project_;
  Places& places_;
  std::map<std::string, EditedFile> files_;  // by path
  std::map<std::string, std::string> made_;  // what is changed, and what it became
};

// --- files -----------------------------------------------------------------------------------------------------------

EditedFile* Planner::open(const std::string& path) {
  if (const auto known = files_.find(path); known != files_.end()) return &known->second;
  if (places_.files().file(path) == nullptr) return nullptr;
  auto bytes = bytes_of(project_.folder() / path);
  if (!bytes) return nullptr;
  return &files_.try_emplace(path, std::move(*bytes)).first->second;
}

OrReason<void> Planner::apply(const std::string& path, OrReason<TextEdits> edits) {
  if (!edits) return because(std::move(edits.error()));
  if (edits->empty()) return because(fmt::format("{} has it already: {}", printable(path), kParseAgain));
  files_.at(path).apply(*edits);
  return {};
}

OrReason<EntryEdit> Planner::read_yaml(const std::string& path) {
  const EditedFile* file = open(path);
  if (file == nullptr) return because(fmt::format("{} cannot be read", printable(path)));
  EntryEdit edit{.path = path, .yaml = std::make_unique<YamlEdit>(file->text())};
  if (!edit.yaml->is_readable()) return because(fmt::format("{} cannot be read as YAML", printable(path)));
  return edit;
}

OrReason<EntryEdit> Planner::entry_of(NodeId id) {
  const NodeRecord& node = project_.node(id);
  const std::string path = places_.properties_path_of(id);
  if (path.empty()) return because("it has no YAML entry");
  const std::size_t scheme = node.patch_path.find("://");
  if (scheme != std::string_view::npos && node.patch_path.substr(0, scheme) != project_.project().root_package()) {
    return because("its YAML entry belongs to a package");
  }
  auto edit = read_yaml(path);
  if (!edit) return edit;
  edit->entry = places_.find_entry(node, edit->yaml->file());
  if (edit->entry == nullptr) {
    return because(fmt::format("{} does not describe it any more: {}", printable(path), kParseAgain));
  }
  edit->version = places_.version_of(node, edit->yaml->file(), *edit->entry);
  return edit;
}

// --- config ----------------------------------------------------------------------------------------------------------

// Whether the node is SQL in a file of its own, and not Python, YAML or CSV.
bool Planner::has_own_code(NodeId id) const {
  const NodeRecord& node = project_.node(id);
  const bool is_code = node.resource_type == ResourceType::kModel || node.resource_type == ResourceType::kSnapshot;
  return is_code && node.language != "python" && places_.properties_path_of(id) != places_.path_of(id);
}

// What of the file is the node's: all of it, or the inside of its {% snapshot %}.
OrReason<Scope> Planner::scope_in(NodeId id, std::string_view text) const {
  const NodeRecord& node = project_.node(id);
  if (node.resource_type != ResourceType::kSnapshot) return Scope{0, text};
  for (const JinjaBlock& block : jinja_blocks(text)) {
    if (block.kind != "snapshot" || block.name != node.name) continue;
    return Scope{block.body, text.substr(block.body, block.body_end - block.body)};
  }
  return because("its {% snapshot %} is not in its file any more");
}

// Whether its code has the key, as the file is now; a reason where the file is not what the manifest was made from.
OrReason<SqlConfig> Planner::in_code(NodeId id, const Fix& fix) {
  const std::string path = places_.path_of(id);
  const EditedFile* file = open(path);
  if (file == nullptr) return because("its file cannot be read");
  const auto before = scope_in(id, file->text_before());
  if (!before) return because(before.error());
  const EditedFile of_manifest{std::string(project_.code(id))};
  if (stripped(before->code) != stripped(of_manifest.text())) {
    return because(fmt::format("{} has changed since the manifest was written: {}", printable(path), kParseAgain));
  }
  const auto now = scope_in(id, file->text());
  if (!now) return because(now.error());
  return sql_config(now->code, fix.kind == Fix::Kind::kAddTag ? std::string_view("tags") : fix.key);
}

OrReason<void> Planner::edit_code(NodeId id, const Fix& fix) {
  const std::string path = places_.path_of(id);
  const auto scope = scope_in(id, files_.at(path).text());
  if (!scope) return because(scope.error());
  const bool may_add_call = project_.node(id).resource_type == ResourceType::kModel;
  auto edits = fix.kind == Fix::Kind::kAddTag ? add_tag_in_sql(scope->code, fix.key, may_add_call)
                                              : set_in_sql(scope->code, fix.key, fix.value, may_add_call);
  if (edits) {
    for (TextEdit& edit : *edits) edit.offset += scope->offset;
  }
  return apply(path, std::move(edits));
}

// Where a config stands in an entry: below `config:`, tags also beside `name:`.
struct ConfigPlace {
  const PlacedValue* map = nullptr;
  const PlacedValue::Member* member = nullptr;
};

ConfigPlace place_of(const PropertyEntry& entry, std::string_view key) {
  const PlacedValue* config = entry.value->get("config");
  if (config != nullptr) {
    if (const auto* member = config_member(*config, key)) return {config, member};
  }
  if (key == "tags") {
    if (const auto* member = config_member(*entry.value, key)) return {entry.value, member};
  }
  return {config != nullptr && config->kind == PlacedValue::Kind::kMap ? config : nullptr, nullptr};
}

OrReason<void> Planner::edit_config(EntryEdit edit, const Fix& fix) {
  static const std::vector<std::string_view> kBeforeConfig{"name", "description", "latest_version", "access", "group"};
  const bool is_tag = fix.kind == Fix::Kind::kAddTag;
  const std::string key = is_tag ? "tags" : fix.key;
  const ConfigPlace place = place_of(*edit.entry, key);
  const std::string written_key = place.member != nullptr ? place.member->key.text : key;
  if (is_tag && place.map != nullptr) return apply(edit.path, edit.yaml->add_text(*place.map, written_key, fix.key));
  if (place.member != nullptr) {
    return apply(edit.path, edit.yaml->replace_text(*place.map, written_key, fix.value));
  }
  const PlacedValue value = is_tag ? yaml_list({yaml_text(fix.key)}) : yaml_text(fix.value);
  if (place.map != nullptr) return apply(edit.path, edit.yaml->add_member(*place.map, key, value));
  return apply(edit.path, edit.yaml->add_member(*edit.entry->value, "config", yaml_map({{key, value}}), kBeforeConfig));
}

OrReason<void> Planner::configure(NodeId id, const Fix& fix) {
  const NodeRecord& node = project_.node(id);
  const std::string_view key = fix.kind == Fix::Kind::kAddTag ? std::string_view("tags") : fix.key;
  if (section_of(node.resource_type).empty()) return because("only models, seeds and snapshots are configured");
  // (A key becomes a keyword and a key of YAML as it is.)
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (!std::ranges::all_of(key, is_word)) return because("the config's key is no plain word");
  SqlConfig code = SqlConfig::kNone;
  if (has_own_code(id)) {
    const auto found = in_code(id, fix);
    if (!found) return because(found.error());
    code = *found;
  } else if (node.language == "python" && project_.code(id).contains("dbt.config(")) {
    return because("the config of a Python model is not edited");
  }
  if (code == SqlConfig::kHasKey) return edit_code(id, fix);
  if (!node.version.empty()) {  // its entry is that of all versions
    if (has_own_code(id)) return edit_code(id, fix);
    return because("its YAML entry is that of all versions of the model");
  }
  if (places_.properties_path_of(id).empty()) {
    return has_own_code(id) ? edit_code(id, fix) : because("it has no YAML entry");
  }
  auto entry = entry_of(id);
  const bool entry_has_key = entry && place_of(*entry->entry, key).member != nullptr;
  if (code == SqlConfig::kOther && !entry_has_key) return edit_code(id, fix);
  if (!entry) return because(std::move(entry.error()));
  return edit_config(std::move(*entry), fix);
}

// --- columns ---------------------------------------------------------------------------------------------------------

OrReason<void> Planner::add_columns(NodeId id, const std::vector<Fix::Column>& columns) {
  if (places_.properties_path_of(id).empty()) return add_entry(id, columns);
  auto edit = entry_of(id);
  if (!edit) return because(std::move(edit.error()));
  const PropertyEntry* entry = edit->entry;
  if (!project_.node(id).version.empty()) {
    if (edit->version == nullptr || edit->version->value->get("columns") == nullptr) {
      return because("its columns are those of all versions of the model");
    }
    entry = edit->version;
  }
  std::vector<PlacedValue> items;
  for (const Fix::Column& column : columns) {
    if (entry->column(column.name) == nullptr) items.push_back(yaml_column(column));
  }
  if (items.empty()) return apply(edit->path, TextEdits{});
  return apply(edit->path, edit->yaml->add_items(*entry->value, "columns", items));
}

// A new entry, in a file that may be new.
OrReason<void> Planner::add_entry(NodeId id, const std::vector<Fix::Column>& columns) {
  const NodeRecord& node = project_.node(id);
  const std::string section(section_of(node.resource_type));
  if (section.empty() || !node.version.empty()) return because("it has no YAML entry");
  if (!can_be_written(node.name)) return because("its name cannot be written to YAML");
  const auto path = properties_file_for(project_, places_, id);
  if (!path) return because(path.error());
  std::vector<PlacedValue> items;
  for (const Fix::Column& column : columns) items.push_back(yaml_column(column));
  PlacedValue entry = yaml_map({{"name", yaml_text(node.name)}, {"columns", yaml_list(std::move(items))}});
  std::error_code error;
  const bool is_new = !files_.contains(*path) &&
                      fs::symlink_status(project_.folder() / *path, error).type() == fs::file_type::not_found;
  if (is_new) {
    EditedFile& file = files_.try_emplace(*path, std::string()).first->second;
    file.apply({{0, 0, "version: 2\n\n" + yaml_document(yaml_map({{section, yaml_list({std::move(entry)})}}))}});
    return {};
  }
  auto edit = read_yaml(*path);
  if (!edit) return because(std::move(edit.error()));
  return apply(*path, edit->yaml->add_items(edit->yaml->root(), section, {std::move(entry)}));
}

OrReason<void> Planner::set_type(NodeId id, const Fix::Column& column) {
  auto edit = entry_of(id);
  if (!edit) return because(std::move(edit.error()));
  const bool is_version = !project_.node(id).version.empty();
  const PropertyEntry* entry = is_version ? edit->version : edit->entry;
  const PropertyColumn* found = entry == nullptr ? nullptr : entry->column(column.name);
  if (found == nullptr) return because(fmt::format("no entry for its column {}", printable(column.name)));
  const PlacedValue& map = *found->value;
  if (map.get("data_type") == nullptr) {
    return apply(edit->path, edit->yaml->add_member(map, "data_type", yaml_text(column.data_type), {"name"}));
  }
  return apply(edit->path, edit->yaml->replace_text(map, "data_type", column.data_type));
}

// All columns of a fix, or none.
OrReason<void> Planner::fix_columns(NodeId id, const Fix& fix) {
  std::vector<Fix::Column> columns;
  std::map<std::string, std::string> making;
  for (const Fix::Column& column : fix.columns) {
    if (fix.kind == Fix::Kind::kSetColumnType && column.data_type.empty()) return because("the type is not known");
    std::string name = column.name;
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    const std::string place = fmt::format("{}\ncolumn\n{}", project_.node(id).unique_id, name);
    const auto made = is_made(place, column.data_type);
    if (!made) return because(made.error());
    if (*made || !making.emplace(place, column.data_type).second) continue;
    columns.push_back(column);
  }
  if (!columns.empty() && fix.kind == Fix::Kind::kAddColumns) {
    if (auto added = add_columns(id, columns); !added) return added;
  } else if (!columns.empty()) {
    const std::string path = places_.properties_path_of(id);
    const EditedFile* file = path.empty() ? nullptr : open(path);
    if (file == nullptr) return because("it has no YAML entry that can be read");
    const EditedFile before = *file;
    for (const Fix::Column& column : columns) {
      auto set = set_type(id, column);
      if (set) continue;
      files_.at(path) = before;
      return set;
    }
  }
  made_.merge(making);
  return {};
}

// --- one finding -----------------------------------------------------------------------------------------------------

OrReason<bool> Planner::is_made(const std::string& place, const std::string& value) const {
  const auto made = made_.find(place);
  if (made == made_.end()) return false;
  if (made->second != value) return because("another fix of this run changes the same place");
  return true;
}

OrReason<void> Planner::fix(const Finding& finding) {
  const auto id = project_.project().find(finding.unique_id);
  if (!id) return because("it is about no node of the project");
  if (!project_.is_own(*id)) return because("it belongs to a package");
  if (project_.folder().empty()) return because("the project's files are not at hand");
  const Fix& fix = *finding.fix;
  if (!can_be_written(fix)) return because("a name in it has control characters or Jinja in it");
  if (fix.kind == Fix::Kind::kAddColumns || fix.kind == Fix::Kind::kSetColumnType) return fix_columns(*id, fix);
  const bool is_tag = fix.kind == Fix::Kind::kAddTag;
  const std::string place = fmt::format("{}\n{}\n{}", finding.unique_id, is_tag ? "tag" : "config", fix.key);
  const auto made = is_made(place, fix.value);
  if (!made) return because(made.error());
  if (*made) return {};
  if (auto configured = configure(*id, fix); !configured) return configured;
  made_[place] = fix.value;
  return {};
}

std::vector<FileChange> Planner::changes() const {
  std::vector<FileChange> changes;
  for (const auto& [path, file] : files_) {
    if (file.before() == file.after()) continue;
    changes.push_back({project_.folder() / path, places_.files().shown(path), file.before(), file.after()});
  }
  std::ranges::sort(changes, {}, &FileChange::file);
  return changes;
}

}  // namespace

FixPlan plan_fixes(const LintProject& project, Places& places, const std::vector<Finding>& findings) {
  FixPlan plan;
  plan.fixed.assign(findings.size(), false);
  Planner planner(project, places);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!findings[i].fix) continue;
    const auto fixed = planner.fix(findings[i]);
    plan.fixed[i] = fixed.has_value();
    if (!fixed) plan.left.push_back({i, fixed.error()});
  }
  plan.changes = planner.changes();
  return plan;
}

Result<void> write_changes(const std::vector<FileChange>& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const FileChange& change = changes[i];
    const auto not_written = [&] {
      std::string names = "not written:";
      for (std::size_t rest = i; rest < changes.size(); ++rest) names += " " + printable(changes[rest].file);
      return names;
    };
    std::error_code error;
    const bool is_there = fs::symlink_status(change.path, error).type() != fs::file_type::not_found;
    const auto now = is_there ? bytes_of(change.path) : std::optional(std::string());
    if (now != change.before) {
      return input_error(change.file, {}, "has changed while fixes were worked out", not_written());
    }
    if (auto written = write_file(change.path, change.after); !written) {
      written.error().file = change.file;
      written.error().next_step = not_written();
      return written;
    }
  }
  return {};
}

}  // namespace plowline
