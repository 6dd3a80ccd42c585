#include "backfill/verify.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

#include "backfill/postgres_names.h"

namespace plowline {
namespace {

// `'a', 'b'`
std::string texts(const Dialect& dialect, std::span<const std::string> values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + dialect.text(value);
  return list;
}

std::string shown_list(std::span<const std::string> names) {
  std::vector<std::string> safe;
  for (const std::string& name : names) safe.push_back(printable(name));
  return fmt::format("{}", fmt::join(safe, ", "));
}

// A unique key may be an expression, which no quoting of names can say.
bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of("()|,'") == std::string_view::npos;
}

// Whether one statement can read both.
bool within_reach(const Dialect& dialect, const TableName& a, const TableName& b) {
  return dialect.reads_across_databases() || same_database(a, b);
}

// The checks of one table.
class TableChecks {
 public:
  TableChecks(const NewModel& model, const Dialect& dialect, const VerifyOptions& options)
      : model_(model),
        dialect_(dialect),
        options_(options),
        out_of_reach_(!within_reach(dialect, model.staging, *model.production)),
        alone_(options.moved || out_of_reach_),
        staging_(dialect.table(model.staging)),
        production_(dialect.table(*model.production)) {}

  SqlScript script(const TableName* manifest) {
    script_.title = fmt::format("{}: is {} what staging had?", printable(model_.name), shown(*model_.production));
    script_.notes.push_back(note());
    add(dialect_.exists_counts(*model_.production)
            ? "Must be 1: production has the table. Without it the next run builds one that holds a single window."
            : "Must be one row: production has the table. Without it the next run builds one that holds a single "
              "window.",
        dialect_.exists_query(*model_.production));
    add_columns();
    add_counts();
    add_dates();
    add_unique_key();
    if (options_.compare_rows && !alone_) add_rows();
    if (manifest != nullptr) add_owner(*manifest);
    return std::move(script_);
  }

 private:
  void add(std::string what, std::string sql) { script_.statements.push_back({std::move(what), std::move(sql)}); }

  std::string note() const {
    if (options_.moved) return "Staging's table was moved: there is nothing left to compare with.";
    if (out_of_reach_) {
      return "Staging's table lies in another database, which no statement can reach from here: ask the same of it "
             "there.";
    }
    return "Staging's and production's table are the same until production's next run, which goes on where staging "
           "stopped.";
  }

  void add_columns() {
    const std::string production = dialect_.columns_query(*model_.production);
    const bool nest = dialect_.columns_query_nests(model_.staging) && dialect_.columns_query_nests(*model_.production);
    if (alone_ || !nest) {
      if (!alone_) {
        add("Staging's columns and types, in order.", dialect_.columns_query(model_.staging));
      }
      add(alone_ ? "Production's columns and types: must be those that the model declares."
                 : "Production's columns and types: must be the very same rows.",
          production);
      return;
    }
    add("Must be no rows: each is a column that differs in name, type or place.",
        fmt::format("select s.ordinal_position as staging_position, s.column_name as staging_column,\n"
                    "  s.data_type as staging_type, p.ordinal_position as production_position,\n"
                    "  p.column_name as production_column, p.data_type as production_type\n"
                    "from (\n{}\n) s full outer join (\n{}\n) p on s.ordinal_position = p.ordinal_position\n"
                    "where s.column_name is null or p.column_name is null\n"
                    "  or s.column_name <> p.column_name or s.data_type <> p.data_type",
                    dialect_.columns_query(model_.staging), production));
  }

  // One row of `values` of each table, side by side.
  std::string side_by_side(std::string_view columns, std::string_view values) const {
    return fmt::format("select {}\nfrom (select {} from {}) s\ncross join (select {} from {}) p", columns, values,
                       staging_, values, production_);
  }

  void add_counts() {
    if (alone_) {
      add("How many rows there are: must be as many as staging had.",
          fmt::format("select count(*) as row_count from {}", production_));
      return;
    }
    add("`difference` must be 0.", side_by_side("s.row_count as staging_rows, p.row_count as production_rows,\n"
                                                "  s.row_count - p.row_count as difference",
                                                "count(*) as row_count"));
  }

  void add_dates() {
    if (!is_name(model_.config.upsert_date_key)) return;
    const std::string column = dialect_.column(model_.config.upsert_date_key);
    const std::string range =
        fmt::format("min({0}) as earliest, max({0}) as latest, count(*) - count({0}) as null_dates", column);
    if (alone_) {
      add("The dates that the table covers: from the start date on. `null_dates` must be 0.",
          fmt::format("select {} from {}", range, production_));
      return;
    }
    add("The dates must be the same on both sides, from the start date on, and both numbers of null dates must be 0.",
        side_by_side("s.earliest as staging_earliest, p.earliest as production_earliest,\n"
                     "  s.latest as staging_latest, p.latest as production_latest,\n"
                     "  s.null_dates as staging_null_dates, p.null_dates as production_null_dates",
                     range));
  }

  void add_unique_key() {
    const auto& key = model_.config.unique_key;
    if (key.empty()) {
      script_.notes.push_back("The model has no unique_key: every run that meets rows again adds them again.");
      return;
    }
    if (!std::ranges::all_of(key, is_name)) {
      script_.notes.push_back("The unique_key is an expression: its duplicates and nulls are not looked for.");
      return;
    }
    std::string columns;
    std::string nulls;
    for (const std::string& part : key) {
      const std::string column = dialect_.column(part);
      columns += (columns.empty() ? "" : ", ") + column;
      nulls += (nulls.empty() ? "" : " or ") + column + " is null";
    }
    add("Must be 0: values of the unique key that stand more than once.",
        fmt::format("select count(*) as duplicate_keys\nfrom (select {0} from {1} group by {0} having count(*) > 1) d",
                    columns, production_));
    add("Must be 0: rows whose unique key has a null, which no merge ever finds again.",
        fmt::format("select count(*) as null_keys from {} where {}", production_, nulls));
  }

  void add_rows() {
    const auto difference = [&](const std::string& from, const std::string& less, std::string_view name) {
      return fmt::format("select count(*) as {}\nfrom (select * from {} {} select * from {}) d", name, from,
                         dialect_.except_operator(), less);
    };
    script_.notes.push_back(
        "The comparison of rows reads both tables whole, and fails on columns whose values cannot be compared (JSON in "
        "some warehouses): name the other columns instead of * then.");
    add("Must be 0: rows that staging has and production lacks.", difference(staging_, production_, "only_in_staging"));
    add("Must be 0: rows that production has and staging lacks.",
        difference(production_, staging_, "only_in_production"));
  }

  void add_owner(const TableName& manifest) {
    const std::string table = dialect_.owner_query(*model_.production);
    const std::string other = dialect_.owner_query(manifest);
    if (table.empty() || other.empty()) return;
    add("Must be no rows: the table must belong to the role that production's manifest belongs to, that of "
        "production's dbt, or the next run may not write to it.",
        fmt::format("select t.owner as table_owner, m.owner as manifest_owner\nfrom (\n{}\n) t cross join (\n{}\n) m\n"
                    "where t.owner <> m.owner",
                    table, other));
  }

  const NewModel& model_;
  const Dialect& dialect_;
  const VerifyOptions& options_;
  bool out_of_reach_;
  bool alone_;  // there is nothing to compare with
  std::string staging_;
  std::string production_;
  SqlScript script_;
};

// The checks of one package's manifests.
class ManifestChecks {
 public:
  ManifestChecks(const PackageTables& package, const Dialect& dialect)
      : package_(package),
        dialect_(dialect),
        staging_(dialect.table(package.staging_manifest)),
        production_(dialect.table(package.production_manifest)),
        model_(dialect.column("model")),
        last_success_(dialect.column("last_success")) {}

  SqlScript script() {
    script_.title = fmt::format("{}: the rows of {}", printable(package_.package), shown(package_.production_manifest));
    script_.notes.push_back(
        "Ask before the rows are recorded and after: the difference must be the new models' rows alone.");
    add_staging();
    add_rows();
    add_missing();
    if (!package_.new_models.empty()) {
      add_ahead_of_production();
      if (within_reach(dialect_, package_.staging_manifest, package_.production_manifest)) add_ahead_of_staging();
    }
    add_next_state();
    return std::move(script_);
  }

 private:
  void add(std::string what, std::string sql) { script_.statements.push_back({std::move(what), std::move(sql)}); }

  // Rows found, smallest and largest last_success: what the package itself asks for at the start of a run.
  std::string status(const std::string& table, std::span<const std::string> models) const {
    return fmt::format(
        "select count(*) as rows_found, min({0}) as earliest, max({0}) as latest\nfrom {1}\nwhere {2} in ({3})",
        last_success_, table, model_, texts(dialect_, models));
  }

  void add_staging() {
    if (package_.staging_models.empty()) return;
    add(fmt::format("Staging is up to date where `rows_found` is {} and `earliest` and `latest` are the same, the time "
                    "of the newest event.",
                    package_.staging_models.size()),
        status(staging_, package_.staging_models));
  }

  void add_rows() {
    add("Production's rows, as they are now. Before: no row of a new model. After: those of before, unchanged, and one "
        "of each new model" +
            (package_.new_models.empty() ? std::string(".") : ": " + shown_list(package_.new_models) + "."),
        fmt::format("select {0}, {1} from {2} order by {0}", model_, last_success_, production_));
  }

  void add_missing() {
    const std::vector<std::string> models = models_after_merge(package_);
    if (models.empty()) return;
    std::string wanted;
    for (const std::string& model : models) {
      wanted += fmt::format("{}select {}{}", wanted.empty() ? "  " : "\n  union all ", dialect_.text(model),
                            wanted.empty() ? " as wanted_model" : "");
    }
    add("Must be no rows once the new models are recorded: each is a model without a row, or with more than one. "
        "Either sends all of production into state 2.",
        fmt::format("select w.wanted_model, count(p.{0}) as row_count\nfrom (\n{1}\n) w\nleft join {2} p on p.{0} = "
                    "w.wanted_model\ngroup by w.wanted_model\nhaving count(p.{0}) <> 1\norder by w.wanted_model",
                    model_, wanted, production_));
  }

  void add_ahead_of_production() {
    if (package_.production_models.empty()) return;
    add("Must be no rows: a row later than all of production's own keeps production in state 3 for ever, unless an "
        "event has that very time.",
        fmt::format("select p.{0}, p.{1}\nfrom {2} p\ncross join (select max({1}) as latest from {2} where {0} in "
                    "({3})) own\nwhere p.{0} in ({4}) and p.{1} > own.latest",
                    model_, last_success_, production_, texts(dialect_, package_.production_models),
                    texts(dialect_, package_.new_models)));
  }

  void add_ahead_of_staging() {
    add("Must be no rows until production's next run: the events between a row of staging and a later one of "
        "production would never be processed.",
        fmt::format("select p.{0}, s.{1} as staging_last_success, p.{1} as production_last_success\nfrom {2} p\njoin "
                    "{3} s on s.{0} = p.{0}\nwhere p.{0} in ({4}) and p.{1} > s.{1}",
                    model_, last_success_, production_, staging_, texts(dialect_, package_.new_models)));
  }

  void add_next_state() {
    const std::vector<std::string> models = models_after_merge(package_);
    if (models.empty()) return;
    add("The state of production's next run after the merge. 4 is right. 3 is right where staging was behind "
        "production: it catches up by itself. 1 and 2 are wrong: rows are missing, or stand twice.",
        fmt::format("select case when rows_found = 0 then 1 when rows_found <> {0} then 2\n"
                    "    when earliest <> latest then 3 else 4 end as next_state,\n"
                    "  rows_found, {0} as models, earliest, latest\nfrom (\n{1}\n) status",
                    models.size(), status(production_, models)));
  }

  const PackageTables& package_;
  const Dialect& dialect_;
  std::string staging_;
  std::string production_;
  std::string model_;
  std::string last_success_;
  SqlScript script_;
};

}  // namespace

std::vector<SqlScript> verify_scripts(const BlueGreen& sides, const Dialect& dialect, const VerifyOptions& options) {
  std::vector<SqlScript> scripts;
  for (const NewModel& model : sides.models) {
    if (!model.has_history || !model.production) continue;
    const auto package = std::ranges::find_if(sides.packages, [&](const PackageTables& tables) {
      return std::ranges::find(model.packages, tables.package) != model.packages.end();
    });
    const TableName* manifest = package == sides.packages.end() ? nullptr : &package->production_manifest;
    scripts.push_back(TableChecks(model, dialect, options).script(manifest));
  }
  for (const PackageTables& package : sides.packages) scripts.push_back(ManifestChecks(package, dialect).script());
  return scripts;
}

std::vector<std::string> models_after_merge(const PackageTables& package) {
  std::vector<std::string> models;
  std::ranges::set_union(package.production_models, package.new_models, std::back_inserter(models));
  return models;
}

}  // namespace plowline
