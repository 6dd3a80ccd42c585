// From one YAML selector's definition to its expression tree, by dbt's rules (named_selectors.h tells their corners).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "selection/definition.h"
#include "selection/expression.h"

namespace plowline {

class SelectorParser {
 public:
  // The tree of an earlier selector of the same file; null for an unknown name.
  using Earlier = std::function<Result<ExpressionPtr>(std::string_view)>;

  // `file` is for errors and must outlive the parser.
  SelectorParser(const std::string& file, IndirectSelection indirect, bool selector_is_method, Earlier earlier)
      : file_(file), indirect_(indirect), selector_is_method_(selector_is_method), earlier_(std::move(earlier)) {}

  Result<ExpressionPtr> parse(const Definition& definition) { return parse(definition, true); }

 private:
  Result<ExpressionPtr> parse(const Definition& definition, bool top);
  Result<ExpressionPtr> parse_text(const Definition& text);
  Result<ExpressionPtr> parse_set(const Definition& map, std::string_view key, Expression::Kind kind);
  Result<ExpressionPtr> parse_criterion_map(const Definition& map);
  Result<ExpressionPtr> parse_exclusions(const Definition& map);
  Result<ExpressionPtr> parse_inherited(const Definition& map);
  Result<const std::vector<Definition>*> parts_of(const Definition& map, std::string_view key) const;
  Result<Criterion> criterion_from(const Definition& map, const Definition& method, const Definition& value) const;
  Result<void> read_options(const Definition& map, Criterion& criterion) const;
  Result<std::optional<std::size_t>> depth_from(const Definition& map, std::string_view key) const;
  Result<ExpressionPtr> combine(const Definition& at, Expression::Kind kind, std::vector<ExpressionPtr> parts) const;
  std::unexpected<Error> error(const Definition& at, std::string reason, std::string next_step = {}) const;

  const std::string& file_;
  IndirectSelection indirect_;
  bool selector_is_method_;
  Earlier earlier_;
};

}  // namespace plowline
