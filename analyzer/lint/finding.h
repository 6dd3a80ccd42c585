// What the linter finds, and where.
//
// A rule reports a Violation: which node, what is wrong, and by an Anchor what of the node it concerns (a column, a
// config, a piece of its code). The engine turns those that remain after scope and suppressions into Findings, with the
// place in the user's files, and renderers (output/) print Findings.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
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
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::string key;

  static Anchor properties() { return {.kind = Kind::kProperties}; }
  static Anchor column(std::string name) { return {.kind = Kind::kColumn, .key = std::move(name)}; }
  static Anchor config(std::string config_key) { return {.kind = Kind::kConfig, .key = std::move(config_key)}; }
  static Anchor tag(std::string name) { return {.kind = Kind::kTag, .key = std::move(name)}; }
  static Anchor code(std::size_t offset, std::size_t length) {  // (no artifact is larger than 4 GiB: artifact/file.h)
    return {.kind = Kind::kCode,
            .offset = static_cast<std::uint32_t>(offset),
            .length = static_cast<std::uint32_t>(length)};
  }
  static Anchor project_file(std::string path) { return {.kind = Kind::kProjectFile, .key = std::move(path)}; }
  static Anchor packages_file(std::string package) { return {.kind = Kind::kPackagesFile, .key = std::move(package)}; }
  static Anchor selectors_file(std::string selector) {
    return {.kind = Kind::kSelectorsFile, .key = std::move(selector)};
  }
  static Anchor manifest() { return {.kind = Kind::kManifest}; }
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

inline std::shared_ptr<const Fix> shared_fix(Fix fix) {
  return std::make_shared<const Fix>(std::move(fix));
}

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
  std::shared_ptr<const Fix> fix;  // null: there is none
};

// By what a finding is known again: 128 bits that are spread evenly. All zero: there is none.
struct Fingerprint {
  std::array<std::uint8_t, 16> bytes{};

  bool empty() const { return *this == Fingerprint(); }
  // 32 hexadecimal digits; nothing where it is empty.
  std::string text() const;
  auto operator<=>(const Fingerprint&) const = default;
};

// A Violation that stands, placed. Views go into the project and its rules, which must outlive it: of a big project
// there are a hundred thousand findings.
struct Finding {
  std::string_view rule;
  Severity severity = Severity::kWarn;
  std::string_view unique_id;      // of the node or macro; empty where the finding is about the project
  std::string_view name;           // dbt's name of it
  std::string_view resource_type;  // dbt's word, `macro` too; `project` where there is no unique_id
  std::string column;              // may be empty
  std::string message;
  // As the user can open it from the working directory, with `/`; empty where no file is known at all.
  std::string file;
  TextRange range;
  std::string_view project;  // the root project's name
  // The same for the same mistake after lines moved or files were renamed. Different among the findings of one run.
  Fingerprint fingerprint;
  // The same as long as the node's code stays what it is, whatever the node is called: empty where that is not known.
  Fingerprint content_fingerprint;
  std::shared_ptr<const Fix> fix;  // null: there is none

  bool fixable() const { return fix != nullptr; }
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
  std::string_view rule;     // a view into the rules, which must outlive it
  std::string_view project;  // and into the project
  Error error;               // with the rule's file
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
