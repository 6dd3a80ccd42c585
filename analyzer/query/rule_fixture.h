// Tests of a user's own rules: `lint/my-rule.test.yml` beside `lint/my-rule.sql`.
//
//   tests:
//     - name: a mart without an owner is found
//       nodes:                                  # the project: nodes by their unique_ids
//         model.shop.orders: {original_file_path: models/marts/orders.sql}
//         model.shop.customers: {meta: {owner: finance}, depends_on: [model.shop.orders]}
//       expect:                                 # all findings, in any order; [] for none
//         - model.shop.orders
//     - name: the same, in full, and compared with an earlier project
//       nodes: {…}
//       before: {…}                             # the nodes of the schema state
//       expect:
//         - {unique_id: model.shop.orders, column_name: id, line: 3, message: orders has no owner}
//     - name: a real project
//       manifest: ../target/manifest.json       # paths are relative to this file
//       state: ../production/manifest.json
//       catalog: ../target/catalog.json
//       run_results: ../target/run_results.json
//       expect: []
//
// A node has what dbt's manifest calls its members; what is not written is as dbt has it in a small project. Made
// shorter: `depends_on` may be a list of unique_ids, `columns` a list of names; `meta` and `tags` count for the config
// too, and the other way round. With `config: {enabled: false}` it stands among those that are disabled. The root
// project is the first node's package, or `project:`. Only those members of an expected finding are compared that are
// written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "lint/rule.h"

namespace plowline {

struct RuleTestOutcome {
  std::string name;                     // of the test
  std::size_t line = 0;                 // where it stands in its file
  std::vector<std::string> complaints;  // empty: it passed
};

// The file with the tests of that rule: `my-rule.test.yml` of `my-rule.sql`.
std::filesystem::path tests_of_rule(const std::filesystem::path& sql_file);

// Runs the tests of one file against the rule. A rule that cannot be run fails its tests; a test that is wrong, or
// whose artifacts cannot be read, fails alone. Nothing where the list is empty. Errors (status 2 or 3, with line and
// column): a file that is no such file.
Result<std::vector<RuleTestOutcome>> run_rule_tests(const std::filesystem::path& test_file, const Rule& rule);

// The manifest.json of a project with these nodes (a map by unique_id, as above). `project`: the root project's name;
// empty: the first node's package.
std::string manifest_of_nodes(const PlacedValue& nodes, const std::string& project);

}  // namespace plowline
