#include "selection/selector_parser.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace plowline {
namespace {

using Kind = PlacedValue::Kind;

std::string_view word_for(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "text";
    case Kind::kBool:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kNull:
      return "nothing";
    case Kind::kOther:
      return "a date";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return {};
}

CriterionValue::Kind value_kind(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return CriterionValue::Kind::kText;
    case Kind::kBool:
      return CriterionValue::Kind::kBool;
    case Kind::kNumber:
      return CriterionValue::Kind::kNumber;
    case Kind::kNull:
      return CriterionValue::Kind::kNull;
    default:
      return CriterionValue::Kind::kOther;
  }
}

std::vector<std::string_view> keys_of(const PlacedValue& map) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : map.members) keys.push_back(key.text);
  return keys;
}

}  // namespace

std::unexpected<Error> SelectorParser::error(const PlacedValue& at, std::string reason, std::string next_step) const {
  return std::unexpected(Error{ExitStatus::kUsage, file_, at.position, std::move(reason), std::move(next_step)});
}

Result<ExpressionPtr> SelectorParser::combine(const PlacedValue& at, Expression::Kind kind,
                                              std::vector<ExpressionPtr> parts) const {
  // Unlike on the command line, dbt gives the parts of a YAML selector no indirect selection of their own: what their
  // criteria held back stays out, unless the tree around them asks again.
  Expression expression{kind, {}, std::move(parts), IndirectSelection::kEager, false, {}, 0};
  for (const ExpressionPtr& part : expression.parts) {
    expression.height = std::max(expression.height, part->height + 1);
  }
  if (expression.height > kGreatestHeight) {
    return error(at, fmt::format("selectors inherit from each other more than {} levels deep", kGreatestHeight));
  }
  return std::make_shared<const Expression>(std::move(expression));
}

Result<ExpressionPtr> SelectorParser::parse(const PlacedValue& definition, bool top) {
  if (definition.kind == Kind::kText) return parse_text(definition);
  if (definition.kind != Kind::kMap) {
    return error(definition, fmt::format("a selector's part must be text or a map, not {}", word_for(definition.kind)));
  }
  const bool is_union = definition.get("union") != nullptr;
  const bool is_set = is_union || definition.get("intersection") != nullptr;
  if (is_set && top && definition.members.size() > 1) {
    return error(definition,
                 fmt::format("a definition with 'union' or 'intersection' can have no other key, but has {}",
                             fmt::join(keys_of(definition), ", ")),
                 "put the rest inside, as another part of its list");
  }
  if (is_union) return parse_set(definition, "union", Expression::Kind::kUnion);
  if (is_set) return parse_set(definition, "intersection", Expression::Kind::kIntersection);
  return parse_criterion_map(definition);
}

Result<ExpressionPtr> SelectorParser::parse_text(const PlacedValue& text) {
  Result<Criterion> criterion = parse_criterion(text.text, indirect_);
  if (!criterion) return error(text, criterion.error().reason, criterion.error().next_step);
  if (criterion->method == "selector" && !selector_is_method_) {
    return error(text, "'selector' is not a valid method name", "dbt knows `selector:` as a method since 1.12");
  }
  Expression expression;
  expression.criterion = std::move(*criterion);
  return std::make_shared<const Expression>(std::move(expression));
}

Result<const std::vector<PlacedValue>*> SelectorParser::parts_of(const PlacedValue& map, std::string_view key) const {
  const PlacedValue& list = *map.get(key);
  if (list.kind != Kind::kList) return error(list, fmt::format("'{}' must be a list", key));
  for (const PlacedValue& part : list.items) {
    if (part.kind != Kind::kText && part.kind != Kind::kMap) {
      return error(part, fmt::format("a part of '{}' must be text or a map, not {}", key, word_for(part.kind)));
    }
    for (const auto& [name, value] : part.members) {
      if (name.kind != Kind::kText) return error(name, fmt::format("the key '{}' must be text", name.text));
    }
  }
  return &list.items;
}

Result<ExpressionPtr> SelectorParser::parse_set(const PlacedValue& map, std::string_view key, Expression::Kind kind) {
  const Result<const std::vector<PlacedValue>*> parts = parts_of(map, key);
  if (!parts) return std::unexpected(parts.error());
  std::vector<ExpressionPtr> included;
  ExpressionPtr excluded;
  for (const PlacedValue& part : **parts) {
    const bool is_exclude = part.kind == Kind::kMap && part.get("exclude") != nullptr;
    if (is_exclude && excluded) {
      return error(part, fmt::format("'{}' has a second 'exclude'", key), "put all that is excluded into one list");
    }
    Result<ExpressionPtr> parsed = is_exclude ? parse_exclusions(part) : parse(part, false);
    if (!parsed) return parsed;
    if (is_exclude) {
      excluded = std::move(*parsed);
    } else {
      included.push_back(std::move(*parsed));
    }
  }
  Result<ExpressionPtr> set = combine(map, kind, std::move(included));
  if (!set || !excluded) return set;
  return combine(map, Expression::Kind::kDifference, {std::move(*set), std::move(excluded)});
}

// Null where the list is empty.
Result<ExpressionPtr> SelectorParser::parse_exclusions(const PlacedValue& map) {
  const Result<const std::vector<PlacedValue>*> parts = parts_of(map, "exclude");
  if (!parts) return std::unexpected(parts.error());
  std::vector<ExpressionPtr> excluded;
  for (const PlacedValue& part : **parts) {
    Result<ExpressionPtr> parsed = parse(part, false);
    if (!parsed) return parsed;
    excluded.push_back(std::move(*parsed));
  }
  if (excluded.empty()) return ExpressionPtr();
  if (excluded.size() == 1) return std::move(excluded.front());
  return combine(map, Expression::Kind::kUnion, std::move(excluded));
}

// Nothing else beside `method: selector` counts, not even an `exclude`.
Result<ExpressionPtr> SelectorParser::parse_inherited(const PlacedValue& map) {
  const PlacedValue* name = map.get("value");
  const Result<ExpressionPtr> found =
      name != nullptr && name->kind == Kind::kText ? earlier_(name->text) : ExpressionPtr();
  if (!found || *found) return found;
  return error(name == nullptr ? map : *name,
               fmt::format("there is no selector '{}' before this one", name == nullptr ? "" : name->text),
               "up to dbt 1.11 a selector can inherit from those above it only");
}

Result<ExpressionPtr> SelectorParser::parse_criterion_map(const PlacedValue& map) {
  const PlacedValue* method = map.get("method");
  const PlacedValue* value = map.get("value");
  ExpressionPtr excluded;
  if (map.members.size() == 1) {
    method = &map.members.front().key;
    value = &map.members.front().value;
    if (method->kind != Kind::kText) return error(*method, fmt::format("the key '{}' must be text", method->text));
  } else if (!selector_is_method_ && method != nullptr && method->kind == Kind::kText && method->text == "selector") {
    return parse_inherited(map);
  } else if (method == nullptr || value == nullptr) {
    return error(map,
                 fmt::format("a selector's part needs one key, or 'method' and 'value', but has {}",
                             map.members.empty() ? "none" : fmt::format("{}", fmt::join(keys_of(map), ", "))),
                 "write `tag: nightly`, or `method: tag` and `value: nightly`");
  } else if (map.get("exclude") != nullptr) {
    Result<ExpressionPtr> parsed = parse_exclusions(map);
    if (!parsed) return parsed;
    excluded = std::move(*parsed);
  }
  Result<Criterion> criterion = criterion_from(map, *method, *value);
  if (!criterion) return std::unexpected(std::move(criterion.error()));
  Expression expression;
  expression.criterion = std::move(*criterion);
  ExpressionPtr base = std::make_shared<const Expression>(std::move(expression));
  if (!excluded) return base;
  return combine(map, Expression::Kind::kDifference, {std::move(base), std::move(excluded)});
}

Result<Criterion> SelectorParser::criterion_from(const PlacedValue& map, const PlacedValue& method,
                                                 const PlacedValue& value) const {
  if (method.kind != Kind::kText) return error(method, "'method' must be text");
  Criterion criterion;
  criterion.raw = fmt::format("{}:{}", method.text, value.text);
  criterion.indirect = indirect_;
  criterion.value = {value_kind(value.kind), value.text};
  if (Result<void> known = set_method(criterion, method.text); !known) {
    return error(method, known.error().reason, known.error().next_step);
  }
  if (criterion.method == "selector" && !selector_is_method_) {
    return error(method, "'selector' is not a valid method name",
                 "write `method: selector` and `value: NAME`; the short form works since dbt 1.12");
  }
  if (criterion.method != "config" && value.kind != Kind::kText) {
    return error(value, fmt::format("the value of '{}' must be text, not {}", method.text, word_for(value.kind)),
                 "put it in quotes");
  }
  if (value.kind == Kind::kText && value.text.find("{{") != std::string::npos) {
    return error(value, "the value is Jinja, which only dbt can render",
                 "run dbt parse and use the selectors of the manifest");
  }
  if (Result<void> read = read_options(map, criterion); !read) return std::unexpected(std::move(read.error()));
  if (Result<void> fits = check_operators(criterion); !fits) {
    return error(map, fits.error().reason, fits.error().next_step);
  }
  return criterion;
}

Result<void> SelectorParser::read_options(const PlacedValue& map, Criterion& criterion) const {
  const auto is_set = [&](std::string_view key) {
    const PlacedValue* value = map.get(key);
    return value != nullptr && value->truthy();
  };
  criterion.childrens_parents = is_set("childrens_parents");
  criterion.parents = is_set("parents");
  criterion.children = is_set("children");
  Result<std::optional<std::size_t>> parents = depth_from(map, "parents_depth");
  if (!parents) return std::unexpected(std::move(parents.error()));
  Result<std::optional<std::size_t>> children = depth_from(map, "children_depth");
  if (!children) return std::unexpected(std::move(children.error()));
  criterion.parents_depth = *parents;
  criterion.children_depth = *children;
  if (const PlacedValue* indirect = map.get("indirect_selection")) {
    Result<IndirectSelection> known = indirect_selection_from(indirect->text);
    if (!known || indirect->kind != Kind::kText) {
      return error(*indirect, fmt::format("'{}' is no indirect_selection", indirect->text),
                   "valid: eager, cautious, buildable, empty");
    }
    criterion.indirect = *known;
  }
  return {};
}

// dbt takes a depth that Python holds for false, 0 among them, as no limit at all; the text "0" is a real 0.
Result<std::optional<std::size_t>> SelectorParser::depth_from(const PlacedValue& map, std::string_view key) const {
  const PlacedValue* depth = map.get(key);
  if (depth == nullptr || !depth->truthy()) return std::nullopt;
  if (depth->kind == Kind::kBool) return std::size_t{1};
  const std::string& text = depth->text;
  const std::size_t first = text.find_first_not_of(" \t");
  char* end = nullptr;
  const long long number = first == std::string::npos ? 0 : std::strtoll(text.c_str() + first, &end, 10);
  const bool whole = end != nullptr && (*end == '\0' || *end == ' ' || (depth->kind == Kind::kNumber && *end == '.'));
  if (!whole || (depth->kind != Kind::kNumber && depth->kind != Kind::kText)) {
    return error(*depth, fmt::format("'{}' must be a whole number", key));
  }
  return static_cast<std::size_t>(std::max(0LL, number));
}

}  // namespace plowline
