#include "backfill/migrate.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace plowline {
namespace {

// PostgreSQL cuts longer names ("Lexical Structure": NAMEDATALEN); the other warehouses take more.
constexpr std::size_t kLongestName = 63;

class ModelMigration {
 public:
  ModelMigration(const NewModel& model, const Dialect& dialect, const MigrateOptions& options)
      : model_(model), dialect_(dialect), options_(options) {}

  Result<SqlScript> script() {
    if (!model_.has_history) return needs_none();
    if (auto checked = check(); !checked) return std::unexpected(std::move(checked.error()));
    Migration migration{.model = model_.name,
                        .from = model_.staging,
                        .to = *model_.production,
                        .kind = options_.kind,
                        .backup = {},
                        .config = model_.config};
    if (options_.replace) migration.backup = backup_name(migration.to, options_.backup_suffix);
    auto script = dialect_.migrate(migration);
    if (!script) return script;
    script->statements.insert(script->statements.begin(), {exists(migration.from, true, "staging has the table.")});
    add_target_checks(migration, *script);
    add_notes(migration, *script);
    script->statements.push_back(exists(migration.to, true, "production has the table now."));
    return script;
  }

 private:
  SqlScript needs_none() const {
    const std::string& kind = model_.config.materialized;
    std::string why = kind == "ephemeral" ? "It is ephemeral: there is no table."
                      : kind == "view"    ? "It is a view: production's next run creates it."
                                          : "It holds no history: production's next run builds it anew.";
    return {fmt::format("{}: nothing to migrate", printable(model_.name)), {std::move(why)}, {}};
  }

  Result<void> check() const {
    if (!model_.production) {
      return usage_error(
          fmt::format("where production will build {} is not known: {}", printable(model_.name), model_.placement),
          "say it with --to DATABASE.SCHEMA.NAME");
    }
    if (dialect_.table(model_.staging) == dialect_.table(*model_.production)) {
      return usage_error(fmt::format("{} is the table of {} in staging and in production: there is nothing to migrate",
                                     shown(model_.staging), printable(model_.name)),
                         "let dbt write the branch's manifest for the staging target (dbt parse --target …)");
    }
    return {};
  }

  // `must_be`: whether the table has to be there.
  SqlStatement exists(const TableName& table, bool must_be, std::string_view because) const {
    const std::string_view answer =
        dialect_.exists_counts(table) ? (must_be ? "1" : "0") : (must_be ? "one row" : "no rows");
    return {fmt::format("Must be {}: {}", answer, because), dialect_.exists_query(table)};
  }

  void add_target_checks(const Migration& migration, SqlScript& script) const {
    std::vector<SqlStatement> checks;
    if (migration.backup) {
      checks.push_back(
          exists(migration.to, true, "production's table, which is put aside. Without it, leave out --replace."));
      checks.push_back(exists(*migration.backup, false, "the name under which it is put aside is free."));
    } else {
      checks.push_back(exists(migration.to, false,
                              "production has nothing of that name. Otherwise stop: --replace puts it aside first."));
    }
    script.statements.insert(script.statements.begin() + 1, std::make_move_iterator(checks.begin()),
                             std::make_move_iterator(checks.end()));
  }

  void add_notes(const Migration& migration, SqlScript& script) const {
    TableName place = migration.to;
    const std::string schema = (place.database ? dialect_.identifier(*place.database) + "." : std::string()) +
                               dialect_.identifier(place.schema);
    script.notes.push_back(fmt::format("Production's schema must be there: create schema if not exists {}", schema));
    if (model_.in_production && !migration.backup) {
      script.notes.push_back(
          "Production has this model already, and so the table: these statements will fail. --replace puts "
          "production's table aside first.");
    }
    if (migration.backup) {
      script.notes.push_back(fmt::format("To go back: drop {}, and rename {} to it.", dialect_.table(migration.to),
                                         dialect_.table(*migration.backup)));
    } else if (migration.kind == MigrationKind::kMove) {
      script.notes.push_back("To go back: move the table back the same way. Nothing of it stays in staging.");
    } else {
      script.notes.push_back(
          fmt::format("To go back: drop table {}. Staging's table is left as it is.", dialect_.table(migration.to)));
    }
  }

  const NewModel& model_;
  const Dialect& dialect_;
  const MigrateOptions& options_;
};

// What holds for all of them, at the head of the first that has statements.
void add_general_notes(std::vector<SqlScript>& scripts) {
  const auto first = std::ranges::find_if(scripts, [](const SqlScript& script) { return !script.statements.empty(); });
  if (first == scripts.end()) return;
  const std::vector<std::string> notes{
      "Read the answers: each check says what it must be. Stop at the first that is another, and at the first error.",
      "Pause production's schedule first, and let no run of staging be under way.",
      "The table must be in production before the branch is merged: without it, production's next run builds one that "
      "holds a single window. Never run the model with --full-refresh afterwards: its history would be gone.",
  };
  first->notes.insert(first->notes.begin(), notes.begin(), notes.end());
}

}  // namespace

TableName backup_name(const TableName& table, std::string_view suffix) {
  TableName name = table;
  std::string& text = name.identifier.text;
  std::size_t length = text.size();
  if (length + suffix.size() > kLongestName) length = kLongestName - std::min(kLongestName - 1, suffix.size());
  // Not in the middle of a character.
  while (length > 1 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  text.resize(std::min(length, text.size()));
  text += suffix;
  return name;
}

Result<std::vector<SqlScript>> migrate_scripts(const BlueGreen& sides, const Dialect& dialect,
                                               const MigrateOptions& options) {
  std::vector<SqlScript> scripts;
  for (const NewModel& model : sides.models) {
    auto script = ModelMigration(model, dialect, options).script();
    if (!script) return std::unexpected(std::move(script.error()));
    scripts.push_back(std::move(*script));
  }
  add_general_notes(scripts);
  return scripts;
}

}  // namespace plowline
