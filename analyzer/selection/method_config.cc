// config.KEYS: nodes and sources whose config holds the value under those nested keys; no glob.
//
// A list counts as each of its members. `true` and `false`, in any letter case, stand for booleans; other values are
// compared as text, so that numbers are found by YAML selectors only, which can say `1` and mean the number.
// `config.severity` ignores letter case.
#include "selection/method.h"

namespace plowline {
namespace {

bool is_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != word[i]) return false;
  }
  return true;
}

void collect_text(const ConfigValues& values, const Criterion& criterion, NodeSet& found) {
  const std::string_view text = criterion.value.text;
  const bool any_case = criterion.arguments.size() == 1 && criterion.arguments.front() == "severity";
  if (any_case) {
    values.texts.collect_any_case(text, found);
  } else {
    values.texts.collect(text, found);
  }
  if (is_word(text, "true")) found |= values.is_true;
  if (is_word(text, "false")) found |= values.is_false;
}

// Python holds True for equal to 1, False to 0.
void collect_number(const ConfigValues& values, std::string_view number, NodeSet& found) {
  values.numbers.collect(number, found);
  if (number == number_text("1")) found |= values.is_true;
  if (number == number_text("0")) found |= values.is_false;
}

}  // namespace

Result<NodeSet> select_by_config(MethodContext& context, const Criterion& criterion) {
  const Result<const ConfigValues*> values = context.index.config_values(criterion.arguments);
  if (!values) return std::unexpected(values.error());
  NodeSet found = context.none();
  const CriterionValue& value = criterion.value;
  switch (value.kind) {
    case CriterionValue::Kind::kText:
      collect_text(**values, criterion, found);
      break;
    case CriterionValue::Kind::kBool:
      collect_number(**values, number_text(is_word(value.text, "true") ? "1" : "0"), found);
      break;
    case CriterionValue::Kind::kNumber:
      collect_number(**values, number_text(value.text), found);
      break;
    case CriterionValue::Kind::kNull:
      found |= (*values)->is_null;
      break;
    case CriterionValue::Kind::kOther:
      break;
  }
  NodeSet configurable = context.index.manifest_nodes();
  configurable |= context.index.of_type(ResourceType::kSource);
  found &= configurable;
  return found;
}

}  // namespace plowline
