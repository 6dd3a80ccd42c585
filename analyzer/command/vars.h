// The variables of one dbt invocation: what stands behind `--vars`.
//
// They come from several places: the user's own `--vars`, options such as `--start-date`, and plowline, which works
// out `models_to_run`. DbtVars holds them by name, in the order in which they were added, and knows where each came
// from, so that two places that disagree are told apart. dbt takes the variables as one argument, a YAML map.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command/yaml_value.h"
#include "diagnostic/error.h"

namespace plowline {

struct DbtVar {
  std::string name;
  YamlValue value;
  std::string origin;  // for messages, in the user's words: `--vars`, `--start-date`, `plowline`
};

// Owns its variables. A name stands once.
class DbtVars {
 public:
  // Reads the text behind a `--vars` option, YAML or JSON, with the meaning it has for dbt (yaml_value.h); anchors and
  // aliases are resolved. `origin` names the option in messages and becomes the variables' origin.
  //
  // Warns (`vars-date-quoted`) about unquoted dates, which become strings. Errors, with line and column: text that is
  // no YAML, or no map, or more than one document; a name that stands twice or is no string; what dbt could not read;
  // merge keys, tags other than the standard scalars' and collections', keys that are lists or maps; an alias within
  // the value that it names; aliases that blow the text up past a megabyte.
  static Result<DbtVars> parse(std::string_view text, std::string_view origin, Warnings& warnings);

  // Adds a variable. Where the name stands already with the same value nothing changes; with another value it is an
  // error that names both.
  Result<void> add(std::string_view name, YamlValue value, std::string_view origin);
  // Adds all of `other`, in its order; on an error some may have been added.
  Result<void> merge(const DbtVars& other);

  const DbtVar* find(std::string_view name) const;  // null where there is none; valid until the next add
  std::span<const DbtVar> all() const { return vars_; }
  bool empty() const { return vars_.empty(); }

  // The map on one line, as dbt is to read it; `{}` for none. Errors: see to_yaml; the message names the variable.
  Result<std::string> render(VarsStyle style) const;

 private:
  std::vector<DbtVar> vars_;
};

}  // namespace plowline
