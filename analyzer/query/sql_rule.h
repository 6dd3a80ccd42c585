// Rules in the user's own SQL: each row that the query gives is a finding.
//
// A rule is a .sql file that plowline.yml names (`sql_rules: [lint/]`): a header in comments (sql_rule_header.h) and
// one SELECT over the tables of tables.h. Its columns:
//   unique_id     the node or macro concerned; NULL: the project as a whole
//   column_name   the column concerned; may be missing, or NULL
//   message       what is wrong, where the header has no message
//   line          the line within the node's code (raw_code, macro_sql), from 1; may be missing, or NULL
// and those that the header's message names. In everything else it is a rule like those of the program: severity,
// where, except, suppressions, baseline, formats, pages.
//
// What is wrong with a rule's query or header does not stop other rules: its check() gives the Error, with file and
// line. A file without a usable name is a rule of the file's own name then, without what no rule's name may have.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "diagnostic/error.h"
#include "lint/rule.h"

namespace plowline {

// The rule in a file. Its query is prepared once, so that it is known what the rule needs: a catalog, an earlier state.
// Errors (status 2): the file cannot be read, its header is wrong. A wrong query is no error here.
Result<std::shared_ptr<const Rule>> read_sql_rule(const std::filesystem::path& file);

// The rules of these files, and of all .sql files in these folders and below; hidden files and folders are left out.
// Sorted by path, a file that is named twice once. A file for which read_sql_rule() has an error is a rule that
// cannot be run. Errors: a folder that cannot be read.
Result<std::vector<std::shared_ptr<const Rule>>> read_sql_rules(const std::vector<std::filesystem::path>& paths);

// Why one of these rules cannot be run at all; null where it can. It lives as long as the rule.
const Error* why_broken(const Rule& rule);

// The .sql files that read_sql_rules() reads.
Result<std::vector<std::filesystem::path>> sql_rule_files(const std::vector<std::filesystem::path>& paths);

}  // namespace plowline
