#include "source/ignore_comments.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "artifact/text_search.h"
#include "source/ignore_yaml.h"
#include "source/sql_text.h"

namespace plowline {
namespace {

constexpr std::string_view kWord = "plowline:";

bool has_word(std::string_view text) {
  return has_text(text, kWord);
}

bool ends_with(std::string_view path, std::string_view suffix) {
  return path.size() >= suffix.size() && same_letters(path.substr(path.size() - suffix.size()), suffix);
}

bool is_yaml(std::string_view path) {
  return ends_with(path, ".yml") || ends_with(path, ".yaml");
}

// A mark with its place in the text that was searched.
struct FoundMark {
  IgnoreMark mark;
  std::size_t offset = 0;
};

void add_marks(std::string_view comment, std::size_t offset, std::vector<FoundMark>& marks) {
  for (IgnoreMark& mark : ignore_marks(comment)) {
    const std::size_t at = offset + mark.offset;
    marks.push_back({std::move(mark), at});
  }
}

std::vector<FoundMark> marks_of_sql(std::string_view text) {
  std::vector<FoundMark> marks;
  const SqlText sql(text);
  for (const SqlText::Part& part : sql.parts()) {
    const bool is_comment =
        part.kind == SqlText::PartKind::kSqlComment || part.kind == SqlText::PartKind::kJinjaComment;
    if (is_comment && has_word(sql.text_of(part))) add_marks(sql.text_of(part), part.offset, marks);
  }
  return marks;
}

// (Whether a `#` stands in a text is not looked at: a text that says this is not worth a scanner of Python.)
std::vector<FoundMark> marks_of_python(std::string_view text) {
  std::vector<FoundMark> marks;
  for (std::size_t word = text.find(kWord); word != std::string_view::npos; word = text.find(kWord, word + 1)) {
    const std::size_t line = text.rfind('\n', word) + 1;
    const std::size_t sign = text.substr(line, word - line).rfind('#');
    if (sign == std::string_view::npos) continue;
    const std::size_t end = std::min(text.find('\n', word), text.size());
    add_marks(text.substr(line + sign, end - line - sign), line + sign, marks);
  }
  return marks;
}

class Collector {
 public:
  Collector(Places& places, std::span<const NodeId> scope) : places_(places), project_(places.project()) {
    for (const NodeId id : scope) add_node(id);
    for (const MacroRecord& macro : project_.macros()) add_macro(macro);
    for (const GroupRecord& group : project_.groups()) {
      if (group.package_name != project_.root_package()) continue;
      yaml_[places_.files().path_of(group.package_name, group.original_file_path)];
    }
  }

  std::vector<IgnoreComment> collect() {
    for (const auto& [path, file] : yaml_) read_properties(path, file);
    for (const auto& [path, file] : blocks_) read_blocks(path, file);
    for (const char* name : {"dbt_project.yml", "packages.yml", "dependencies.yml", "selectors.yml"}) read_lines(name);
    std::ranges::stable_sort(comments_, {}, [](const IgnoreComment& c) {
      return std::tuple(std::string_view(c.file), c.range.line, c.range.column);
    });
    return std::move(comments_);
  }

 private:
  // What the manifest has of one file.
  struct File {
    std::vector<NodeId> nodes;
    std::vector<const MacroRecord*> macros;
  };

  void add_node(NodeId id) {
    const bool in_yaml = places_.is_defined_in_yaml(id);
    if (!places_.files().any() && in_yaml) return;
    if (File* file = property_file_of(id, in_yaml)) file->nodes.push_back(id);
    const ResourceType type = project_.type(id);
    if (in_yaml || type == ResourceType::kOperation) return;
    if (type != ResourceType::kSnapshot && !has_word(project_.node(id).raw_code.bytes)) return;
    const std::string path = places_.path_of(id);
    if (path == places_.properties_path_of(id)) return;
    if (type == ResourceType::kSnapshot) {
      blocks_[path].nodes.push_back(id);
    } else {
      read_code(id, path);
    }
  }

  // The YAML file that defines or describes the node; null where there is none. Thousands of nodes share a file: its
  // path is worked out once.
  File* property_file_of(NodeId id, bool in_yaml) {
    const NodeRecord& node = project_.node(id);
    const std::string_view written = in_yaml ? node.original_file_path : node.patch_path;
    if (written.empty()) return nullptr;
    const auto [known, is_new] = property_files_[in_yaml].try_emplace({node.package_name, written}, nullptr);
    if (is_new) {
      const std::string path = places_.properties_path_of(id);
      if (is_yaml(path)) known->second = &yaml_[path];
    }
    return known->second;
  }

  void add_macro(const MacroRecord& macro) {
    if (macro.package_name != project_.root_package()) return;
    SourceFiles& files = places_.files();
    blocks_[files.path_of(macro.package_name, macro.original_file_path)].macros.push_back(&macro);
    if (macro.patch_path.empty()) return;
    const std::string properties = files.path_of_patch(macro.package_name, macro.patch_path);
    if (is_yaml(properties)) yaml_[properties].macros.push_back(&macro);
  }

  // ---- SQL and Python -----------------------------------------------------------------------------------------------

  // A file with one node, as it lies in the manifest.
  void read_code(NodeId id, const std::string& path) {
    const auto raw = check(project_.node(id).raw_code);
    const std::string text = raw ? raw->string().value_or("") : std::string();
    const bool is_python = ends_with(path, ".py") || project_.node(id).language == "python";
    for (FoundMark& found : is_python ? marks_of_python(text) : marks_of_sql(text)) {
      const Place place = places_.code(id, found.offset, found.mark.length);
      IgnoreComment comment{.rules = std::move(found.mark.rules), .file = place.file, .range = place.range};
      comment.whole_file = true;
      comment.nodes = {id};
      comments_.push_back(std::move(comment));
    }
  }

  // A file with blocks. Where it is not at hand, what the manifest has of it.
  void read_blocks(const std::string& path, const File& known) {
    SourceFiles& files = places_.files();
    if (!files.contains(path, kWord)) {
      if (files.file(path) == nullptr) read_blocks_of_manifest(known);
      return;
    }
    SourceFile& file = *files.file(path);
    for (FoundMark& found : marks_of_sql(file.text())) {
      const TextRange range = file.lines().range(found.offset, found.mark.length);
      IgnoreComment comment{.rules = std::move(found.mark.rules), .file = files.shown(path), .range = range};
      const auto has_it = [&](const JinjaBlock& b) { return b.offset <= found.offset && found.offset < b.end; };
      const auto block = std::ranges::find_if(file.blocks(), has_it);
      if (block == file.blocks().end()) {
        comment.whole_file = true;
        comment.nodes = known.nodes;
        comment.macros = known.macros;
      } else {
        const TextRange its = file.lines().range(block->offset, block->end - block->offset);
        comment.lines = {its.line, its.end_line};
        std::ranges::copy_if(known.nodes, std::back_inserter(comment.nodes), [&](NodeId id) {
          return block->kind == "snapshot" && project_.node(id).name == block->name;
        });
        std::ranges::copy_if(known.macros, std::back_inserter(comment.macros),
                             [&](const MacroRecord* macro) { return block->is(macro->name); });
      }
      comments_.push_back(std::move(comment));
    }
  }

  void read_blocks_of_manifest(const File& known) {
    for (const NodeId id : known.nodes) {
      if (has_word(project_.node(id).raw_code.bytes)) read_block_of_manifest(project_.node(id).raw_code, id, nullptr);
    }
    for (const MacroRecord* macro : known.macros) {
      if (has_word(macro->macro_sql.bytes)) read_block_of_manifest(macro->macro_sql, std::nullopt, macro);
    }
  }

  void read_block_of_manifest(RawJson code, std::optional<NodeId> node, const MacroRecord* macro) {
    const auto raw = check(code);
    const std::string text = raw ? raw->string().value_or("") : std::string();
    for (FoundMark& found : marks_of_sql(text)) {
      const Place place = macro != nullptr ? places_.code(*macro, found.offset, found.mark.length)
                                           : places_.code(*node, found.offset, found.mark.length);
      IgnoreComment comment{.rules = std::move(found.mark.rules), .file = place.file, .range = place.range};
      if (node) comment.nodes = {*node};
      if (macro != nullptr) comment.macros = {macro};
      comments_.push_back(std::move(comment));
    }
  }

  // ---- YAML ---------------------------------------------------------------------------------------------------------

  void read_properties(const std::string& path, const File& known) {
    SourceFiles& files = places_.files();
    if (!files.contains(path, kWord)) return;
    SourceFile& file = *files.file(path);
    const auto comments = yaml_comments(file.text());
    const YamlOwnerIndex index(file.properties(), file.text(), comments);
    for (const YamlComment& each : comments) {
      for (IgnoreMark& mark : ignore_marks(each.text)) {
        const TextRange range = file.lines().range(each.offset + mark.offset, mark.length);
        IgnoreComment comment{.rules = std::move(mark.rules), .file = files.shown(path), .range = range};
        cover(comment, index.owners_of(each), known, file.properties());
        comments_.push_back(std::move(comment));
      }
    }
  }

  void cover(IgnoreComment& comment, const YamlOwners& owners, const File& known, const PropertyFile& file) {
    comment.whole_file = owners.whole_file;
    comment.lines = owners.lines;
    for (const auto& [entry, column] : owners.columns) {
      comment.columns.push_back(column->name);
      add_nodes(entry->lines, comment.file, known, Which::kNoTests, comment.nodes_of_columns);
      // What a column's comment covers of its version's model stops at that version.
      add_nodes(column->lines, comment.file, known, Which::kTests, comment.nodes);
    }
    if (owners.columns.empty() &&
        (comment.whole_file || !owners.entries.empty() || !owners.sections.empty() || !owners.tests.empty())) {
      const LineSpan all{1, UINT32_MAX};
      const Which which = owners.tests.empty() ? Which::kAll : Which::kTests;
      add_nodes(comment.whole_file ? all : comment.lines, comment.file, known, which, comment.nodes);
    }
    for (const MacroRecord* macro : known.macros) {
      const PropertyEntry* entry = file.find(PropertyKind::kMacro, macro->name);
      const bool among = std::ranges::find(owners.entries, entry) != owners.entries.end();
      const bool inside = entry != nullptr && !owners.sections.empty() && comment.lines.contains(entry->lines.first);
      if (comment.whole_file || (entry != nullptr && (among || inside))) comment.macros.push_back(macro);
    }
  }

  enum class Which : std::uint8_t { kAll, kTests, kNoTests };
  // The nodes whose entries are in those lines of the file.
  void add_nodes(LineSpan lines, const std::string& file, const File& known, Which which, std::vector<NodeId>& to) {
    for (const NodeId id : known.nodes) {
      const bool is_test = !project_.node(id).test_metadata.empty();
      if ((which == Which::kTests && !is_test) || (which == Which::kNoTests && is_test)) continue;
      const Place place = places_.properties(id);
      if (place.file == file && lines.contains(place.range.line)) to.push_back(id);
    }
    std::ranges::sort(to);
    const auto [from, end] = std::ranges::unique(to);
    to.erase(from, end);
  }

  // A YAML file that has no nodes.
  void read_lines(const std::string& path) {
    SourceFiles& files = places_.files();
    if (!files.contains(path, kWord)) return;
    SourceFile& file = *files.file(path);
    const auto comments = yaml_comments(file.text());
    const PropertyFile none;
    const YamlOwnerIndex index(none, file.text(), comments);
    for (const YamlComment& each : comments) {
      for (IgnoreMark& mark : ignore_marks(each.text)) {
        const TextRange range = file.lines().range(each.offset + mark.offset, mark.length);
        IgnoreComment comment{.rules = std::move(mark.rules), .file = files.shown(path), .range = range};
        comment.whole_file = index.is_at_top(each);
        if (!comment.whole_file) comment.lines = {range.line, index.concerned_line(each)};
        comments_.push_back(std::move(comment));
      }
    }
  }

  // A package and a file as the manifest names it.
  struct NamedFile {
    std::string_view package;
    std::string_view file;
    bool operator==(const NamedFile& other) const = default;
  };
  struct HashOfNamedFile {
    std::size_t operator()(const NamedFile& named) const { return std::hash<std::string_view>()(named.file); }
  };

  Places& places_;
  const Project& project_;
  std::map<std::string, File> yaml_;  // property files, by path
  // Some of yaml_ by what nodes name them: [1] where they define the node, [0] where they describe it.
  std::array<std::unordered_map<NamedFile, File*, HashOfNamedFile>, 2> property_files_;
  std::map<std::string, File> blocks_;  // files of snapshots and macros, by path
  std::vector<IgnoreComment> comments_;
};

}  // namespace

std::vector<IgnoreComment> ignore_comments(Places& places, std::span<const NodeId> scope) {
  return Collector(places, scope).collect();
}

std::vector<IgnoreComment> ignore_comments(Places& places, const Project& project) {
  std::vector<NodeId> own;
  for (std::size_t i = 0; i < project.size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (project.node(id).package_name == project.root_package()) own.push_back(id);
  }
  return ignore_comments(places, own);
}

bool covers(const IgnoreComment& comment, const Concern& concern) {
  const bool same_file = !comment.file.empty() && concern.file == comment.file;
  if (same_file && (comment.whole_file || comment.lines.contains(concern.line))) return true;
  if (concern.macro != nullptr && std::ranges::find(comment.macros, concern.macro) != comment.macros.end()) return true;
  if (!concern.node) return false;
  if (std::ranges::binary_search(comment.nodes, *concern.node)) return true;
  return std::ranges::binary_search(comment.nodes_of_columns, *concern.node) &&
         std::ranges::any_of(comment.columns, [&](const std::string& c) { return same_letters(c, concern.column); });
}

}  // namespace plowline
