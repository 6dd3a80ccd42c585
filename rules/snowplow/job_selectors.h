// The project's YAML selectors, as those that run a Snowplow package's job.
//
// dbt takes selectors from the root project alone, so Snowplow's documentation has its users copy a package's selector:
// it is called like the package and selects the package together with everything that carries its tag. Selectors are
// taken from the manifest, where dbt has rendered their Jinja; where it has none, from selectors.yml.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/node_set.h"
#include "lint/lint_project.h"
#include "selection/select.h"

namespace plowline {

class JobSelectors {
 public:
  // Cost: nothing much; each selector is evaluated when it is asked for.
  explicit JobSelectors(const LintProject& project);

  // In the order of the file.
  const std::vector<std::string>& names() const { return names_; }
  // The one with `default: true`; empty where there is none.
  const std::string& default_name() const { return default_name_; }
  // What `dbt ls --selector NAME` would select without tests of it. Nothing where that cannot be told: it needs an
  // earlier state, or dbt would refuse it.
  std::optional<NodeSet> nodes_of(const std::string& name);
  // The same, where the selector runs the package: the model that computes its window is among the nodes.
  std::optional<NodeSet> job_of(const std::string& name, const SnowplowPackage& package);

 private:
  Selector selector_;
  std::vector<std::string> names_;
  std::string default_name_;
};

}  // namespace plowline
