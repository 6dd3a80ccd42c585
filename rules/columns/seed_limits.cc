#include <cstdlib>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

struct SeedMaxRowsOptions {
  std::int64_t max = 0;
  std::vector<std::string> stat_keys = {"row_count", "num_rows", "rows"};
};

struct SeedMaxBytesOptions {
  std::int64_t max = 0;
  std::vector<std::string> stat_keys = {"bytes", "num_bytes", "size"};
};

// The first of these statistics that is a number; nothing where the warehouse tells none.
std::optional<double> statistic(RawJson stats, const std::vector<std::string>& keys) {
  const RawJson has_stats = member_of(member_of(stats, "has_stats"), "value");
  if (!has_stats.empty() && !truthy(has_stats)) return std::nullopt;
  for (const std::string& key : keys) {
    const std::string value = scalar_of(member_of(member_of(stats, key), "value"));
    if (value.empty()) continue;
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (end == value.c_str() + value.size()) return number;
  }
  return std::nullopt;
}

template <typename Options>
void check_seeds(const LintProject& project, const RuleScope& scope, const Options& options, std::string_view unit,
                 std::string_view key, Violations& violations) {
  if (options.max <= 0) return;
  for (const CataloguedNode& seed : catalogued_nodes(project, scope, ResourceType::kSeed)) {
    const auto size = statistic(seed.table->stats, options.stat_keys);
    if (!size || *size <= static_cast<double>(options.max)) continue;
    violations.push_back(
        {.node = seed.id,
         .message = fmt::format("the seed {} has {:.0f} {}, more than {}: every `dbt seed` loads them again, and their "
                                "changes cannot be reviewed; data of that size belongs in a source",
                                printable(project.node(seed.id).name), *size, unit, options.max),
         .at = Anchor{},
         .key = std::string(key)});
  }
}

Result<void> check_rows(const LintProject& project, const RuleScope& scope, const SeedMaxRowsOptions& options,
                        Violations& violations) {
  check_seeds(project, scope, options, "rows", "rows", violations);
  return {};
}

Result<void> check_bytes(const LintProject& project, const RuleScope& scope, const SeedMaxBytesOptions& options,
                         Violations& violations) {
  check_seeds(project, scope, options, "bytes", "bytes", violations);
  return {};
}

constexpr const char* kWhy =
    "Seeds are part of the repository and are loaded by statements with values in them. They are meant for small "
    "lists that people keep by hand: a big one makes every clone and every build slow, and nobody can review it.";
constexpr const char* kBasis =
    "catalog.json: `stats`, which Snowflake's, BigQuery's, Redshift's and Spark's adapters fill; dbt's documentation "
    "of seeds.";

const RegisterRule<SeedMaxRowsOptions> rows{
    {.name = "seed-max-rows",
     .subject = "columns",
     .summary = "a seed has more rows than it should",
     .what = "Compares the number of rows that catalog.json has of a seed's table with `max`. Where the warehouse does "
             "not tell the number (Postgres, DuckDB) nothing is said. It does nothing until `max` is set.",
     .why = kWhy,
     .example = R"(```yaml plowline.yml
rules:
  seed-max-rows: {max: 1000}
```
```text seeds/countries.csv
code,name
DE,Germany
```
```json target/catalog.json
{"nodes": {"seed.shop.countries": {
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "countries"},
  "columns": {},
  "stats": {"row_count": {"id": "row_count", "value": 25000}}}}}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  seed-max-rows: {max: 1000}
```
```text seeds/countries.csv
code,name
DE,Germany
```
```json target/catalog.json
{"nodes": {"seed.shop.countries": {
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "countries"},
  "columns": {},
  "stats": {"row_count": {"id": "row_count", "value": 249}}}}}
```)",
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    {option<&SeedMaxRowsOptions::max>("max", "The most rows; 0 is no limit."),
     option<&SeedMaxRowsOptions::stat_keys>("stat_keys",
                                            "Statistics of the catalog that tell the rows; the first one counts.")},
    check_rows};

const RegisterRule<SeedMaxBytesOptions> bytes{
    {.name = "seed-max-bytes",
     .subject = "columns",
     .summary = "a seed has more bytes than it should",
     .what = "Compares the size that catalog.json has of a seed's table with `max`. Where the warehouse does not tell "
             "the size (Postgres, DuckDB) nothing is said. It does nothing until `max` is set.",
     .why = kWhy,
     .example = R"(```yaml plowline.yml
rules:
  seed-max-bytes: {max: 1000000}
```
```text seeds/countries.csv
code,name
DE,Germany
```
```json target/catalog.json
{"nodes": {"seed.shop.countries": {
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "countries"},
  "columns": {},
  "stats": {"bytes": {"id": "bytes", "value": 52428800}}}}}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  seed-max-bytes: {max: 1000000}
```
```text seeds/countries.csv
code,name
DE,Germany
```
```json target/catalog.json
{"nodes": {"seed.shop.countries": {
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "countries"},
  "columns": {},
  "stats": {"bytes": {"id": "bytes", "value": 8192}}}}}
```)",
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    {option<&SeedMaxBytesOptions::max>("max", "The most bytes; 0 is no limit."),
     option<&SeedMaxBytesOptions::stat_keys>("stat_keys",
                                             "Statistics of the catalog that tell the bytes; the first one counts.")},
    check_bytes};

}  // namespace
}  // namespace plowline
