#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/naming/named_columns.h"

namespace plowline {
namespace {

struct ColumnNameTypeOptions {
  Pattern pattern;
  std::vector<std::string> types;
  Pattern type_pattern;
  std::string source = "catalog";
  std::string direction = "both";
};

std::string in_small_letters(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

// The two sides of the contract; letter case counts in neither.
class NameTypeContract {
 public:
  static Result<NameTypeContract> from(const ColumnNameTypeOptions& options) {
    NameTypeContract contract;
    auto names = Pattern::compile("(?i)" + options.pattern.text());
    if (!names) return std::unexpected(std::move(names.error()));
    contract.names_ = *std::move(names);
    if (!options.type_pattern.empty()) {
      auto types = Pattern::compile("(?i)" + options.type_pattern.text());
      if (!types) return std::unexpected(std::move(types.error()));
      contract.type_pattern_ = *std::move(types);
    }
    for (const std::string& type : options.types) contract.types_.push_back(in_small_letters(type));
    return contract;
  }

  bool has_name(const NamedColumn& column) const { return names_.matches(column.name); }
  bool has_type(const NamedColumn& column) const {
    return std::ranges::find(types_, in_small_letters(column.type)) != types_.end() ||
           type_pattern_.matches(column.type);
  }
  // `boolean`, `date or timestamp`, `a type like 'numeric.*'`.
  std::string shown_types() const {
    std::string text;
    for (const std::string& type : types_) text += (text.empty() ? "" : " or ") + printable(type);
    if (type_pattern_.empty()) return text;
    const std::string_view pattern = std::string_view(type_pattern_.text()).substr(4);  // without (?i)
    return fmt::format("{}{}a type like '{}'", text, text.empty() ? "" : " or ", printable(pattern));
  }

 private:
  Pattern names_;
  std::vector<std::string> types_;
  Pattern type_pattern_;
};

void check_column(const ColumnNameTypeOptions& options, const NameTypeContract& contract, NodeId id,
                  const NamedColumn& column, Violations& violations) {
  if (column.type.empty()) return;
  const bool name = contract.has_name(column);
  const bool type = contract.has_type(column);
  const std::string shown = printable(column.written);
  std::string message;
  if (name && !type && options.direction != "type-to-name") {
    message = fmt::format(
        "the column {} is {}, and its name promises {}: a query that trusts the name fails or "
        "compares the wrong things",
        shown, printable(column.type), contract.shown_types());
  } else if (type && !name && options.direction != "name-to-type") {
    message = fmt::format(
        "the column {} is {}, and its name does not match '{}': the name does not tell the type, as "
        "it does of other columns",
        shown, printable(column.type), printable(options.pattern.text()));
  } else {
    return;
  }
  violations.push_back({.node = id,
                        .message = std::move(message),
                        .at = Anchor::column(std::string(column.written)),
                        .column = std::string(column.written)});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnNameTypeOptions& options,
                   Violations& violations) {
  if (options.pattern.empty() || (options.types.empty() && options.type_pattern.empty())) return {};
  const auto contract = NameTypeContract::from(options);
  if (!contract) return std::unexpected(contract.error());
  const bool catalog = options.source == "catalog";
  if (catalog && project.catalog() == nullptr) {
    violations.push_back({.message = "the types of columns are to be read from catalog.json (`source: catalog`), and "
                                     "there is none: no column was checked",
                          .at = Anchor::manifest(),
                          .key = "catalog"});
    return {};
  }
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    for (const NamedColumn& column : catalog ? catalog_columns(project, id) : declared_columns(project, id)) {
      check_column(options, *contract, id, column, violations);
    }
  });
  return {};
}

const RegisterRule<ColumnNameTypeOptions> rule{
    {.name = "column-name-type-contract",
     .subject = "naming",
     .summary = "a column's name and its type do not go together",
     .what = "Ties a form of names (`pattern`) to types (`types`, or a `type_pattern`): a model's column with such a "
             "name has to have such a type, and a column with such a type such a name. `direction` asks for one of the "
             "two only. Types are those of catalog.json, in the warehouse's words, or with `source: declared` the "
             "`data_type` of declared columns. Letter case counts neither in names nor in types. Models that the "
             "catalog does not have (ephemeral, not built yet) and columns without a type are left out. Does nothing "
             "until `pattern` and a type are set.",
     .why = "`is_active` says that it is a boolean. Where it is a text, `where is_active` is an error in one warehouse "
            "and true for the text 'false' in another.",
     .example = R"(```yaml models/customers.yml
models:
  - name: customers
    columns:
      - {name: is_active, data_type: text}
```
```sql models/customers.sql
select 'yes' as is_active
```
```yaml plowline.yml
rules:
  column-name-type-contract: {severity: warn, pattern: '(is|has)_.*', types: [boolean], source: declared}
```)",
     .use_instead = R"(```yaml models/customers.yml
models:
  - name: customers
    columns:
      - {name: is_active, data_type: boolean}
```
```sql models/customers.sql
select true as is_active
```
```yaml plowline.yml
rules:
  column-name-type-contract: {severity: warn, pattern: '(is|has)_.*', types: [boolean], source: declared}
```)",
     .basis =
         "dbt-checkpoint: `check-column-name-contract`, both directions over the catalog; dbt-bouncer: "
         "`check_column_name_complies_to_column_type` and its three siblings. dbt-checkpoint also fails for models "
         "that the catalog does not have: here that is another rule's business.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnNameTypeOptions::pattern>("pattern", "A regular expression that the whole name has to match."),
     option<&ColumnNameTypeOptions::types>("types", "The types that go with such names, as the source spells them."),
     option<&ColumnNameTypeOptions::type_pattern>("type_pattern", "A regular expression for types, whole as well."),
     option<&ColumnNameTypeOptions::source>("source", "Whose types: of catalog.json, or of the declared columns.",
                                            {"catalog", "declared"}),
     option<&ColumnNameTypeOptions::direction>("direction", "Which of the two follows from the other.",
                                               {"both", "name-to-type", "type-to-name"})},
    check};

}  // namespace
}  // namespace plowline
