#include "rules/snowplow/package_writes.h"

#include <algorithm>
#include <optional>

#include "rules/snowplow/package_reads.h"
#include "rules/snowplow/query_tokens.h"
#include "rules/snowplow/reference.h"
#include "source/sql_name.h"

namespace plowline {
namespace {

using Table = InstalledTables::Table;

class WriteFinder {
 public:
  WriteFinder(const SqlText& sql, const InstalledTables& tables) : sql_(sql), query_(sql), tables_(tables) {}

  std::vector<PackageWrite> find() const {
    std::vector<PackageWrite> writes;
    for (std::size_t i = 0; i < query_.size(); ++i) {
      const std::string_view verb = verb_at(i);
      if (verb.empty()) continue;
      std::optional<PackageWrite> write = read_target(verb, behind_small_words(i + 1));
      if (write) writes.push_back(*std::move(write));
    }
    return writes;
  }

 private:
  std::string_view verb_at(std::size_t i) const {
    if (query_.is(i, "insert")) return "inserts into";
    if (query_.is(i, "update")) return "updates";
    if (query_.is(i, "delete")) return "deletes from";
    if (query_.is(i, "merge")) return "merges into";
    if (query_.is(i, "truncate")) return "truncates";
    if (query_.is(i, "drop")) return "drops";
    return {};
  }

  std::size_t behind_small_words(std::size_t i) const {
    while (query_.is_any(i, {"into", "from", "table", "view", "only", "overwrite", "if", "exists"})) ++i;
    return i;
  }

  std::optional<PackageWrite> read_target(std::string_view verb, std::size_t i) const {
    if (i >= query_.size()) return std::nullopt;
    return query_.at(i).kind == SqlToken::Kind::kJinja ? read_ref(verb, query_.at(i)) : read_name(verb, i);
  }

  std::optional<PackageWrite> read_ref(std::string_view verb, const SqlToken& token) const {
    if (!begins_with_call(sql_.text().substr(token.offset, token.length), "ref")) return std::nullopt;
    const std::vector<SqlText::Call> calls = sql_.calls("ref");
    const auto call = std::ranges::find_if(calls, [&](const SqlText::Call& c) { return c.offset >= token.offset; });
    if (call == calls.end() || call->offset >= token.end()) return std::nullopt;
    const SqlText::Argument* name = named_node(*call);
    if (name == nullptr || !name->literal) return std::nullopt;
    const std::optional<Table> table = tables_.named(*name->literal);
    if (!table) return std::nullopt;
    return PackageWrite{verb, *table, std::string(table->node->name), token.offset, token.length};
  }

  std::optional<PackageWrite> read_name(std::string_view verb, std::size_t i) const {
    const SqlName name = read_sql_name(sql_.text(), query_.all(), i);
    if (!name.is_literal()) return std::nullopt;
    const std::optional<Table> table = tables_.find(name.parts);
    if (!table) return std::nullopt;
    return PackageWrite{verb, *table, std::string(sql_.text().substr(name.offset, name.length)), name.offset,
                        name.length};
  }

  const SqlText& sql_;
  QueryTokens query_;
  const InstalledTables& tables_;
};

}  // namespace

std::vector<PackageWrite> package_writes(const SqlText& sql, const InstalledTables& tables) {
  return WriteFinder(sql, tables).find();
}

}  // namespace plowline
