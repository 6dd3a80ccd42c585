// Where in the user's files something stands: a node, its YAML entry, a column, a config, a tag, a piece of code.
//
// The manifest names the file of each node; the place in it is looked up in the file itself. A place is a courtesy: it
// is given as exactly as the files at hand allow, and never costs a finding. Where a file cannot be read (see
// source_files.h) or no longer holds what the manifest says, a wider place serves, at last the file without a line. An
// answer for which the project's folder is not known names the file as the manifest does, relative to the project.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "artifact/locate.h"
#include "project/project.h"
#include "source/property_file.h"
#include "source/source_files.h"
#include "source/sql_text.h"
#include "source/text_range.h"

namespace plowline {

struct Place {
  // As the user can open it from the working directory, with `/`. May hold anything that a file's name can: printable()
  // it where it is shown.
  std::string file;
  TextRange range;
  bool operator==(const Place&) const = default;
};

// Not to be shared between threads: files are read when first asked for, and kept.
class Places {
 public:
  // `project` must outlive this object. Paths in answers are relative to `working_directory`; empty: the process's own.
  Places(const Project& project, const Location& location, std::filesystem::path working_directory = {});

  // The same for another thread, with nothing read yet.
  Places for_another_thread() const { return Places(project_, files_.for_another_thread()); }

  // Where it is defined. In a file of its own: the beginning of the file, of a snapshot that shares its file, its
  // `{% snapshot %}`. In YAML: the name of its entry; of a generic test, the test's name below its column or model. Of
  // a hook, its statement in dbt_project.yml.
  Place node(NodeId id);
  // Its YAML entry (of a versioned model, that of the version); where it has none, node().
  Place properties(NodeId id);
  // The column's entry (a version's own first), letter case apart; else properties().
  Place column(NodeId id, std::string_view name);
  // The config's key: in config() of its code, else in its YAML entry (below `config:` or where else dbt reads it; of a
  // source's table also the source's), else the nearest one in dbt_project.yml (of its package, the root project's
  // first), else properties(). `meta.owner` is the member `owner` of `meta`.
  Place config(NodeId id, std::string_view key);
  // The tag where it is written, looked up in the same places; else properties().
  Place tag(NodeId id, std::string_view tag);
  // `length` bytes from `offset` on of the node's raw code, unescaped. Where the file has changed since, the same line
  // if there is only one such; else no line. Line ends need not be those of the manifest.
  Place code(NodeId id, std::size_t offset, std::size_t length);
  Place code(const MacroRecord& macro, std::size_t offset, std::size_t length);
  // The name in its `{% macro name(` (test, materialization).
  Place macro(const MacroRecord& macro);
  // Its name in `groups:`.
  Place group(const GroupRecord& group);

  // A key of dbt_project.yml by its path, `vars.snowplow_unified.snowplow__start_date`; an item of a list by its number
  // (`on-run-end.0`). Keys may have dots in them. Where there is no such key, the nearest one above it; empty: the
  // file.
  Place project_file(std::string_view path);
  // A package in packages.yml or dependencies.yml by its name (the last part of `snowplow/snowplow_unified` or of a
  // URL); where it is not there, the file.
  Place packages_file(std::string_view package);
  // A selector in selectors.yml by its name; where it is not there, the file.
  Place selectors_file(std::string_view selector);
  // The manifest, without a line.
  Place manifest() const;

  const Project& project() const { return project_; }
  SourceFiles& files() { return files_; }
  // The path (see source_files.h) of the file in which the node is defined, and of that with its YAML entry; the latter
  // is empty where it has none.
  std::string path_of(NodeId id) const;
  std::string properties_path_of(NodeId id) const;
  // Whether the node has no file but its entry in a property file: the two paths are one.
  bool is_defined_in_yaml(NodeId id) const;

  // The node's entry in a property file, and in that the item of its version; null where there is none.
  const PropertyEntry* find_entry(const NodeRecord& node, const PropertyFile& file) const;
  const PropertyEntry* version_of(const NodeRecord& node, const PropertyFile& file, const PropertyEntry& entry) const;

 private:
  // A node's entry in its YAML file.
  struct Entry {
    SourceFile* file = nullptr;  // null: it cannot be read
    std::string path;
    const PropertyEntry* entry = nullptr;    // null: there is none
    const PropertyEntry* version = nullptr;  // of a versioned model, where it has an item
    const PropertyTest* test = nullptr;      // of a generic test
  };
  // A code's text and where it begins in its file.
  struct Code {
    std::string path;
    std::string text;               // unescaped, as rules see it
    std::string plain;              // the same with `\n` as line end
    std::optional<std::size_t> at;  // in the file's text
    bool text_is_file = false;      // the file is not at hand, but the text is known to begin where it does
    std::optional<SqlText> sql;     // of the text; made when first asked for
  };

  Places(const Project& project, SourceFiles files) : project_(project), files_(std::move(files)) {}

  // What was found out about the node that was asked for last: whoever wants many places goes by node.
  struct Known {
    NodeId id;
    std::string path;
    std::string properties_path;
    std::optional<Entry> entry;
  };

  const Known& known(NodeId id);
  Place place(const std::string& path, TextRange range = {}) const { return {files_.shown(path), range}; }
  // Line 1, where the file can be read.
  Place beginning(const std::string& path);
  const Entry& entry_of(NodeId id);
  Entry property_entry_of(NodeId id);
  Entry test_entry_of(NodeId id);
  Place hook(const NodeRecord& node);

  Code& code_of(NodeId id);
  const Code& code_of(const MacroRecord& macro);
  void find_in_file(Code& code, std::string_view block);
  Place code_place(const Code& code, std::size_t offset, std::size_t length);

  // What is wanted of a node's configuration, and the places it can stand in; nothing where it is not there.
  struct Wanted {
    std::string_view key;
    std::string_view member;  // the key in the config's value; empty: the config's own key
    std::string_view tag;     // the item of the config's value; empty: the key
  };
  std::optional<Place> config_place(NodeId id, const Wanted& wanted);
  std::optional<Place> in_code(NodeId id, const Wanted& wanted);
  std::optional<Place> in_entry(NodeId id, const Wanted& wanted);
  std::optional<Place> in_project_file(NodeId id, const Wanted& wanted);
  std::optional<TextRange> in_project_file(const YamlText& yaml, const NodeRecord& node, const Wanted& wanted) const;

  const Project& project_;
  SourceFiles files_;
  std::optional<Known> known_;
  std::unordered_map<std::uint32_t, Code> node_codes_;
  std::unordered_map<const MacroRecord*, Code> macro_codes_;
};

}  // namespace plowline
