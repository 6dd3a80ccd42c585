// A selection as a tree: criteria at the leaves, unions, intersections and differences above them.
//
// The tree is what dbt's own parser makes of the same text or YAML; the order of its parts and the indirect selection
// that each inner part carries decide when tests are added (see evaluate.h), so it is never simplified. Parts are
// shared: a YAML selector that names another holds the other's tree.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "selection/request.h"

namespace plowline {

// The value that a method compares with. On the command line it is always text; YAML may say `true`, `1` or null,
// which only `config` knows how to compare.
struct CriterionValue {
  enum class Kind { kText, kBool, kNumber, kNull, kOther };
  Kind kind = Kind::kText;
  std::string text;  // as written
};

// One `[@][N+]method.arguments:value[+N]`.
struct Criterion {
  std::string raw;  // for messages
  std::string method;
  std::vector<std::string> arguments;  // `config.meta.owner` has {"meta", "owner"}
  CriterionValue value;
  bool childrens_parents = false;             // `@`: descendants and all their ancestors
  bool parents = false;                       // `+x`
  std::optional<std::size_t> parents_depth;   // `2+x`; none: all
  bool children = false;                      // `x+`
  std::optional<std::size_t> children_depth;  // `x+2`
  IndirectSelection indirect = IndirectSelection::kEager;
};

struct Expression {
  enum class Kind { kCriterion, kUnion, kIntersection, kDifference };
  Kind kind = Kind::kCriterion;
  Criterion criterion;                                   // kCriterion
  std::vector<std::shared_ptr<const Expression>> parts;  // the others; kDifference: the first without the rest
  IndirectSelection indirect = IndirectSelection::kEager;
  // dbt warns where this part selects nothing: set for what stands between two blanks of a command line.
  bool expect_exists = false;
  std::string raw;
  std::size_t height = 0;  // how many levels lie below; bounded, so that walking the tree cannot exhaust the stack
};

inline constexpr std::size_t kGreatestHeight = 500;

using ExpressionPtr = std::shared_ptr<const Expression>;

// dbt's method names, sorted: those of the table in method.cc.
const std::vector<std::string>& method_names();

// The texts between single `separator`s, empty ones too.
std::vector<std::string_view> split(std::string_view text, char separator);

// Splits a criterion as dbt does: the value as short as possible, the method only where what stands before the first
// colon is made of letters, digits, `_` and dots. Without a method: a path where the value holds a `/`, a file where it
// ends in .sql, .py or .csv in any case, else an fqn. Errors: an unknown method (with the nearest known one), `@x+`,
// a line break.
Result<Criterion> parse_criterion(std::string_view text, IndirectSelection indirect);

// The same for the parts that a YAML selector gives one by one.
Result<void> set_method(Criterion& criterion, std::string_view method);
// `@` and a trailing `+` exclude each other.
Result<void> check_operators(const Criterion& criterion);

// What --select and --exclude mean together. No select at all: dbt's default, which is every node.
Result<ExpressionPtr> parse_selection(const std::vector<std::string>& select, const std::vector<std::string>& exclude,
                                      IndirectSelection indirect);

}  // namespace plowline
