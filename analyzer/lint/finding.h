// What the linter finds, and where.
//
// A rule reports a Violation: which node, what is wrong, and by an Anchor what of the node it concerns (a column, a
// config, a piece of its code). The engine turns those that remain after scope and suppressions into Findings, with the
// place in the user's files, and renderers (output/) print Findings. All strings of a Finding are its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/manifest.h"
#include "diagnostic/error.h"
#include "project/project.h"
#include "source/text_range.h"

namespace plowline {

enum class Severity : std::uint8_t { kOff, kWarn, kError };
std::string_view to_string(Severity severity);  // `off`, `warn`, `error`

// What of a node (or of the project) a violation points at. Where that cannot be found in the files, the node's own
// place serves.
struct Anchor {
  enum class Kind : std::uint8_t {
    kNode,           // the node: its SQL file, or its entry in a YAML file
    kProperties,     // its entry in a YAML file; the SQL file where there is none
    kColumn,         // `key`: the column's entry in a YAML file
    kConfig,         // `key`: the config's key in the SQL file's config(), the YAML entry, or dbt_project.yml
    kTag,            // `key`: the tag where it is written
    kCode,           // `offset`, `length`: bytes of the node's (a macro's) raw code, as LintProject::code() gives it
    kProjectFile,    // `key`: a path in dbt_project.yml, `vars.snowplow__start_date`
    kPackagesFile,   // `key`: a package's name in packages.yml (or dependencies.yml)
    kSelectorsFile,  // `key`: a selector's name in selectors.yml
    kManifest,       // the manifest itself: about the artifacts, not about the project's files
  };
  Kind kind = Kind::kNode;
  std::string key;
  std::size_t offset = 0;
  std::size_t length = 0;

  static Anchor properties() { return {Kind::kProperties, {}, 0, 0}; }
  static Anchor column(std::string name) { return {Kind::kColumn, std::move(name), 0, 0}; }
  static Anchor config(std::string config_key) { return {Kind::kConfig, std::move(config_key), 0, 0}; }
  static Anchor tag(std::string name) { return {Kind::kTag, std::move(name), 0, 0}; }
  static Anchor code(std::size_t offset, std::size_t length) { return {Kind::kCode, {}, offset, length}; }
  static Anchor project_file(std::string path) { return {Kind::kProjectFile, std::move(path), 0, 0}; }
  static Anchor packages_file(std::string package) { return {Kind::kPackagesFile, std::move(package), 0, 0}; }
  static Anchor selectors_file(std::string selector) { return {Kind::kSelectorsFile, std::move(selector), 0, 0}; }
  static Anchor manifest() { return {Kind::kManifest, {}, 0, 0}; }
};

// A change of the user's files that makes a violation go away and nothing else. The rule says what; fix.h knows how.
struct Fix {
  struct Column {
    std::string name;
    std::string data_type;  // may be empty
  };
  enum class Kind : std::uint8_t {
    kAddTag,         // `key` is the tag
    kSetConfig,      // `key: value` in the node's config
    kAddColumns,     // `columns` to the node's YAML entry (which is made where there is none)
    kSetColumnType,  // `columns`: their data_type becomes the one given here
  };
  Kind kind = Kind::kSetConfig;
  std::string key;
  std::string value;
  std::vector<Column> columns;
};

// What a rule reports.
struct Violation {
  // One of the two, or neither where it is about the project as a whole.
  std::optional<NodeId> node;
  const MacroRecord* macro = nullptr;
  // What is wrong and what follows from that; one sentence or two, without a full stop at the end. Names in it are
  // printable().
  std::string message;
  Anchor at;
  std::string column;  // the column concerned, as the user wrote it; may be empty
  // Tells apart several violations of one rule at one node: a column, a config, a ref. Never a line or a value that a
  // new commit may change: it is a part of the fingerprint. Empty: `column`, or else what `at` names.
  std::string key;
  std::optional<Fix> fix;
};

// A Violation that stands, placed.
struct Finding {
  std::string rule;
  Severity severity = Severity::kWarn;
  std::string unique_id;      // of the node or macro; empty where the finding is about the project
  std::string name;           // dbt's name of it
  std::string resource_type;  // dbt's word, `macro` too; `project` where there is no unique_id
  std::string column;         // may be empty
  std::string message;
  // As the user can open it from the working directory, with `/`; empty where no file is known at all.
  std::string file;
  TextRange range;
  std::string project;  // the root project's name
  // 32 hexadecimal digits; the same for the same mistake after lines moved or files were renamed. Different among the
  // findings of one run.
  std::string fingerprint;
  // The same as long as the node's code stays what it is, whatever the node is called: empty where that is not known.
  std::string content_fingerprint;
  std::optional<Fix> fix;

  bool fixable() const { return fix.has_value(); }
};

// What came of a whole run, for renderers.
struct LintSummary {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t fixable = 0;
  std::size_t suppressed = 0;      // by comments and meta
  std::size_t in_baseline = 0;     // known before
  std::size_t fixed_baseline = 0;  // entries of the baseline that nothing corresponds to any more
  std::size_t nodes = 0;           // that were looked at
  std::size_t rules = 0;           // that were run
  std::size_t projects = 0;
};

// A rule that could not be run, and why: `needs a catalog.json`.
struct SkippedRule {
  std::string rule;
  std::string project;
  std::string reason;
};

// A rule of the user's own that could not be run: its SQL is wrong, or takes too long.
struct FailedRule {
  std::string rule;
  std::string project;
  Error error;  // with the rule's file
};

struct LintReport {
  // Sorted by project, file, line, column, rule, unique_id, message.
  std::vector<Finding> findings;
  LintSummary summary;
  std::vector<SkippedRule> skipped;  // sorted
  std::vector<FailedRule> failed;
  // `baseline` entries that are fixed, as the user may want to see them: rule and unique_id.
  std::vector<std::pair<std::string, std::string>> fixed_baseline;
};

}  // namespace plowline
