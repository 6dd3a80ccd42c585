// YAML selectors: the selections that a project names in selectors.yml.
//
// dbt writes them into the manifest with their Jinja rendered, so a manifest alone is enough; a selectors.yml that is
// newer can be read as text. Both are parsed by the same rules, which are dbt's own with their corners: an `exclude`
// among the parts of a union or intersection is subtracted from the others, whatever else stands beside it; a
// definition that is one text is one criterion, blanks and commas included; `parents_depth: 0` means no limit.
//
// Up to dbt 1.11 `method: selector` puts an earlier selector's definition in its place. Since 1.12 it is a method like
// others (see evaluate.h) and may also stand on the command line.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "project/project.h"
#include "selection/expression.h"

namespace plowline {

class NamedSelectors {
 public:
  NamedSelectors() = default;
  // What the manifest holds; none where it holds none.
  static Result<NamedSelectors> from_manifest(const Project& project);
  // The text of selectors.yml. `file` names it in errors. A `default` that is Jinja is taken from the manifest's
  // selector of that name, where there is one; else it counts as false, with a warning. Errors, with line and column:
  // every shape that dbt refuses.
  static Result<NamedSelectors> from_yaml(std::string_view text, const std::string& file, const Project& project,
                                          Warnings& warnings);

  // In the order of the file.
  std::vector<std::string> names() const;
  // The selector with `default: true`; empty where there is none.
  const std::string& default_name() const { return default_name_; }
  // The tree of that selector. `indirect` is what criteria have that name none. An error names the known selectors.
  Result<ExpressionPtr> find(std::string_view name, IndirectSelection indirect);

  // Whether this manifest's dbt knows `selector:` as a method: 1.12 and later, and where the version is unknown.
  static bool has_selector_method(const Project& project);

 private:
  struct Entry {
    std::string name;
    bool is_default = false;
    PlacedValue definition;
  };

  Result<void> read_file(const PlacedValue& file, Warnings& warnings);
  Result<void> read_entry(const PlacedValue& entry, Warnings& warnings);
  Result<bool> read_default(const std::string& name, const PlacedValue& value, Warnings& warnings) const;
  Result<void> choose_default();
  void add(Entry entry);
  Result<ExpressionPtr> parsed(std::size_t entry, IndirectSelection indirect);

  std::string file_;
  bool selector_is_method_ = false;
  std::vector<Entry> entries_;  // no name twice, the last one counts
  std::map<std::string, bool, std::less<>> rendered_defaults_;
  std::string default_name_;
  std::map<std::pair<std::size_t, IndirectSelection>, ExpressionPtr> parsed_;
  std::size_t parsing_ = 0;  // how many selectors are being parsed, each for the one before
};

}  // namespace plowline
