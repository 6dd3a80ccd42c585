// From one YAML selector's definition to its expression tree, by dbt's rules (named_selectors.h tells their corners).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/placed_value.h"
#include "diagnostic/error.h"
#include "selection/expression.h"

namespace plowline {

class SelectorParser {
 public:
  // The tree of an earlier selector of the same file; null for an unknown name.
  using Earlier = std::function<Result<ExpressionPtr>(std::string_view)>;

  // `file` is for errors and must outlive the parser.
  SelectorParser(const std::string& file, IndirectSelection indirect, bool selector_is_method, Earlier earlier)
      : file_(file), indirect_(indirect), selector_is_method_(selector_is_method), earlier_(std::move(earlier)) {}

  Result<ExpressionPtr> parse(const PlacedValue& definition) { return parse(definition, true); }

 private:
  Result<ExpressionPtr> parse(const PlacedValue& definition, bool top);
  Result<ExpressionPtr> parse_text(const PlacedValue& text);
  Result<ExpressionPtr> parse_set(const PlacedValue& map, std::string_view key, Expression::Kind kind);
  Result<ExpressionPtr> parse_criterion_map(const PlacedValue& map);
  Result<ExpressionPtr> parse_exclusions(const PlacedValue& map);
  Result<ExpressionPtr> parse_inherited(const PlacedValue& map);
  Result<const std::vector<PlacedValue>*> parts_of(const PlacedValue& map, std::string_view key) const;
  Result<Criterion> criterion_from(const PlacedValue& map, const PlacedValue& method, const PlacedValue& value) const;
  Result<void> read_options(const PlacedValue& map, Criterion& criterion) const;
  Result<std::optional<std::size_t>> depth_from(const PlacedValue& map, std::string_view key) const;
  Result<ExpressionPtr> combine(const PlacedValue& at, Expression::Kind kind, std::vector<ExpressionPtr> parts) const;
  std::unexpected<Error> error(const PlacedValue& at, std::string reason, std::string next_step = {}) const;

  const std::string& file_;
  IndirectSelection indirect_;
  bool selector_is_method_;
  Earlier earlier_;
};

}  // namespace plowline
