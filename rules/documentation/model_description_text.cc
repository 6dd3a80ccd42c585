// The rules that look into the text of a model's description.
#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

struct DescriptionPatternOptions {
  Pattern pattern;
};

struct DescriptionExampleOptions {
  std::string language = "sql";
};

Result<void> check_pattern(const LintProject& project, const RuleScope& scope, const DescriptionPatternOptions& options,
                           Violations& violations) {
  if (options.pattern.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    const std::string text = description_text(node.description);
    if (options.pattern.found_in(text)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the description of {} {} `{}`: it lacks what this project asks of every description",
                                readable_name(node), text.empty() ? "is empty and so does not match" : "does not match",
                                printable(options.pattern.text())),
         .at = Anchor::properties(),
         .key = "description"});
  });
  return {};
}

// Whether a fenced block of that language begins somewhere: at least three backticks or tildes, then the language.
bool has_block(std::string_view text, std::string_view language) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char fence = text[at];
    if (fence != '`' && fence != '~') continue;
    std::size_t end = text.find_first_not_of(fence, at);
    if (end == std::string_view::npos) return false;
    if (end - at < 3) {
      at = end - 1;
      continue;
    }
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
    std::size_t word = end;
    while (word < text.size() && static_cast<unsigned char>(text[word]) > ' ' && text[word] != '{') ++word;
    const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
    if (std::ranges::equal(text.substr(end, word - end), language, same)) return true;
    at = word - 1;
  }
  return false;
}

Result<void> check_example(const LintProject& project, const RuleScope& scope, const DescriptionExampleOptions& options,
                           Violations& violations) {
  if (options.language.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (has_block(description_text(node.description), options.language)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the description of {} has no ```{} block: readers have no query that "
                                                 "is known to be right to begin with",
                                                 readable_name(node), printable(options.language)),
                          .at = Anchor::properties(),
                          .key = "example"});
  });
  return {};
}

const RegisterRule<DescriptionPatternOptions> pattern_rule{
    {.name = "model-description-pattern",
     .subject = "documentation",
     .summary = "a model's description does not match a pattern",
     .what = "Searches the description of every enabled model for a regular expression. `^` and `$` are the "
             "description's ends, not a line's; `(?m)` and `(?s)` change that as usual. Does nothing until `pattern` "
             "is set.",
     .why = "Where every description has to name the grain, the owner or a ticket, a pattern tells those that have "
            "been filled in from those that merely are not empty.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: Orders of the shop.
```
```yaml plowline.yml
rules:
  model-description-pattern:
    pattern: "(?i)one row per"
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order of the shop.
```
```yaml plowline.yml
rules:
  model-description-pattern:
    pattern: "(?i)one row per"
```)",
     .basis = "The manifest's `description`, rendered by dbt. The same as dbt-bouncer's "
              "check_model_description_contains_regexp_pattern, save that the pattern may stand anywhere."},
    {option<&DescriptionPatternOptions::pattern>("pattern", "The regular expression; empty: nothing is asked for.")},
    check_pattern};

const RegisterRule<DescriptionExampleOptions> example_rule{
    {.name = "model-description-example-sql",
     .subject = "documentation",
     .summary = "a model's description has no example query",
     .what = "Looks for a fenced code block of the language in the description of every enabled model.",
     .why = "One query that works says more about joins, filters and grain than a page of text, and it is what readers "
            "copy anyway.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order of the shop.
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: |
      One row per order of the shop.

      ~~~sql
      select count(*) from orders
      ~~~
```)",
     .basis = "The manifest's `description`; dbt-score's rule has_example_sql."},
    {option<&DescriptionExampleOptions::language>("language", "The language that the block must name.")},
    check_example};

}  // namespace
}  // namespace plowline
