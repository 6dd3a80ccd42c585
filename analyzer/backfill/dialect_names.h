// What the dialects of the cloud warehouses have in common: how names and texts are quoted, and what a model's config
// grants.
//
// A name from a manifest may be anything. In quotes it cannot end a statement, whatever it holds; and what no table can
// be called (control characters, bytes that are no UTF-8) becomes U+FFFD, so that no client that reads lines can be
// driven by it: the statement then names a table that is not there, and fails.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/dialect.h"

namespace plowline {

// In `quote`s, those inside doubled: "a ""b""". `also_not`: further characters that no name of the warehouse has.
std::string doubled_quotes(std::string_view name, char quote, std::string_view also_not = {});

// A text in single quotes for warehouses that read backslashes in it as escapes. `quote` is how a single quote is
// written; `also`: characters to be written as \u00XX, for the sake of clients that look into texts.
std::string backslash_text(std::string_view value, std::string_view quote, std::string_view also = {});

// `text` as UTF-8, with U+FFFD for each byte that is none.
std::string valid_utf8(std::string_view text);

// Letters of ASCII, digits and underscores, not beginning with a digit.
bool is_plain_name(std::string_view name);

std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);

// `my_new_model: copy shop.staging.my_new_model to shop.prod.my_new_model`.
std::string migration_title(const Migration& migration);

// One statement per privilege and grantee of the model's `grants` config. What is no privilege's name is told in
// `notes` instead.
using GrantSql = std::function<std::string(const std::string& privilege, const std::string& grantee)>;
std::vector<SqlStatement> grant_statements(const Migration& migration, std::vector<std::string>& notes,
                                           const GrantSql& sql);

}  // namespace plowline
