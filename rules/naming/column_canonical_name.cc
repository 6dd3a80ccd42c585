#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/naming/named_columns.h"

namespace plowline {
namespace {

struct CanonicalNameOptions {
  std::string canonical;
  std::vector<std::string> invalid;
  std::vector<std::string> exceptions;
  ListMap synonyms;
};

// `cust*id`, letter case apart.
Result<Pattern> wildcard(std::string_view name) {
  std::string text = "(?i)";
  for (const char c : name) {
    if (c == '*') {
      text += ".*";
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80) {
      text += c;
    } else {
      text += {'\\', c};
    }
  }
  return Pattern::compile(text);
}

std::string small_letters(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

struct Synonym {
  std::string canonical;
  Pattern name;
};

Result<std::vector<Synonym>> synonyms_of(const CanonicalNameOptions& options) {
  ListMap all = options.synonyms;
  if (!options.canonical.empty()) {
    std::vector<std::string>& names = all[options.canonical];
    names.insert(names.end(), options.invalid.begin(), options.invalid.end());
  }
  std::vector<Synonym> synonyms;
  for (const auto& [canonical, names] : all) {
    for (const std::string& name : names) {
      auto pattern = wildcard(name);
      if (!pattern) return std::unexpected(std::move(pattern.error()));
      synonyms.push_back({canonical, *std::move(pattern)});
    }
  }
  return synonyms;
}

// Names that are right whatever the wildcards say.
std::set<std::string> right_names(const CanonicalNameOptions& options) {
  std::set<std::string> names;
  for (const std::string& name : options.exceptions) names.insert(small_letters(name));
  for (const auto& [canonical, ignored] : options.synonyms) names.insert(small_letters(canonical));
  if (!options.canonical.empty()) names.insert(small_letters(options.canonical));
  return names;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const CanonicalNameOptions& options,
                   Violations& violations) {
  const auto synonyms = synonyms_of(options);
  if (!synonyms) return std::unexpected(synonyms.error());
  if (synonyms->empty()) return {};
  const std::set<std::string> right = right_names(options);
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    for (const NamedColumn& column : declared_columns(project, id)) {
      if (right.contains(small_letters(column.name))) continue;
      const auto found =
          std::ranges::find_if(*synonyms, [&](const Synonym& synonym) { return synonym.name.matches(column.name); });
      if (found == synonyms->end()) continue;
      violations.push_back({.node = id,
                            .message = fmt::format("the column {} is called {} elsewhere: with two names for one "
                                                   "thing, joins and searches miss half of it",
                                                   printable(column.written), printable(found->canonical)),
                            .at = Anchor::column(std::string(column.written)),
                            .column = std::string(column.written)});
    }
  });
  return {};
}

const RegisterRule<CanonicalNameOptions> rule{
    {.name = "column-canonical-name",
     .subject = "naming",
     .summary = "a column has another name than the one agreed upon",
     .what =
         "Finds declared columns of models with a name for which the project has agreed upon another one. `canonical` "
         "is that name, `invalid` the names that are not to be used for it (`*` stands for any characters), "
         "`exceptions` those that may be used all the same; `synonyms` holds several such agreements. Letter case does "
         "not count. Does nothing until names are given.",
     .why = "A column that is `cust_id` here and `customer_id` there is found by half of those who look for it, and "
            "cannot be joined with `using`.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: cust_id
```
```sql models/orders.sql
select 1 as cust_id
```
```yaml plowline.yml
rules:
  column-canonical-name: {severity: warn, canonical: customer_id, invalid: [cust_id, customerid]}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: customer_id
```
```sql models/orders.sql
select 1 as customer_id
```
```yaml plowline.yml
rules:
  column-canonical-name: {severity: warn, canonical: customer_id, invalid: [cust_id, customerid]}
```)",
     .basis = "dbtective: `columns_canonical_name`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&CanonicalNameOptions::canonical>("canonical", "The name agreed upon."),
     option<&CanonicalNameOptions::invalid>("invalid", "Names that are not to be used for it; `*` is any characters."),
     option<&CanonicalNameOptions::exceptions>("exceptions", "Names that may be used although `invalid` has them."),
     option<&CanonicalNameOptions::synonyms>("synonyms",
                                             "More names agreed upon, each with those that are not to be used.")},
    check};

}  // namespace
}  // namespace plowline
