// The meaning of a scalar without quotes, by PyYAML's resolver (YAML 1.1 with PyYAML's own deviations: an exponent
// needs a point before it and a sign in it, `-.5` is a string, `y` and `n` are strings).
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>

#include "command/yaml_value.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestNumber = 4300;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Reads a text from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool at(char c) const { return rest_.starts_with(c); }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  template <typename Predicate>
  std::size_t take_while(Predicate matches) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), matches);
    const auto count = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(count);
    return count;
  }
  bool take_digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    while (count < most && take("0123456789")) ++count;
    return count >= least;
  }
  // `[0-9][0-9_]*`
  bool take_number() {
    if (done() || !is_digit(rest_[0])) return false;
    take_while([](char c) { return is_digit(c) || c == '_'; });
    return true;
  }
  // `(:[0-5]?[0-9])+`
  bool take_sixtieths() {
    bool any = false;
    while (take(":")) {
      const bool tens = take("012345");
      if (!take("0123456789") && !tens) return false;
      any = true;
    }
    return any;
  }

 private:
  std::string_view rest_;
};

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

bool is_bool(std::string_view text, bool& value) {
  constexpr std::array<std::string_view, 9> kTrue{"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
  constexpr std::array<std::string_view, 9> kFalse{"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
  value = std::ranges::find(kTrue, text) != kTrue.end();
  return value || std::ranges::find(kFalse, text) != kFalse.end();
}

// A natural number in decimal that grows digit by digit: Python's integers know no limit.
class Decimal {
 public:
  void multiply_add(unsigned factor, unsigned addend) {
    for (char& digit : digits_) {
      const unsigned sum = static_cast<unsigned>(digit) * factor + addend;
      digit = static_cast<char>(sum % 10);
      addend = sum / 10;
    }
    for (; addend != 0; addend /= 10) digits_.push_back(static_cast<char>(addend % 10));
  }
  std::string text(bool negative) const {
    if (digits_.empty()) return "0";
    std::string out(negative ? "-" : "");
    for (auto digit = digits_.rbegin(); digit != digits_.rend(); ++digit)
      out.push_back(static_cast<char>('0' + *digit));
    return out;
  }

 private:
  std::string digits_;  // the last one first, as numbers 0 to 9
};

struct IntegerForm {
  unsigned base = 10;
  std::size_t prefix = 0;  // length of `0b` or `0x`
};

std::optional<IntegerForm> integer_form(std::string_view digits) {
  const auto all = [&](std::size_t from, auto matches) {
    return digits.size() > from &&
           std::all_of(digits.begin() + static_cast<std::ptrdiff_t>(from), digits.end(), matches);
  };
  if (digits == "0") return IntegerForm{};
  if (digits.starts_with("0b")) {
    if (all(2, [](char c) { return c == '0' || c == '1' || c == '_'; })) return IntegerForm{2, 2};
  } else if (digits.starts_with("0x")) {
    if (all(2, [](char c) { return is_hexadecimal(c) || c == '_'; })) return IntegerForm{16, 2};
  } else if (digits.starts_with("0")) {
    if (all(1, [](char c) { return (c >= '0' && c <= '7') || c == '_'; })) return IntegerForm{8, 0};
  } else {
    Cursor cursor(digits);
    if (!cursor.take_number()) return std::nullopt;
    if (cursor.done()) return IntegerForm{};
    if (cursor.take_sixtieths() && cursor.done()) return IntegerForm{60, 0};
  }
  return std::nullopt;
}

unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

Decimal read_sixtieths(std::string_view digits) {
  Decimal value;
  std::size_t at = 0;
  for (; at < digits.size() && digits[at] != ':'; ++at) value.multiply_add(10, digit_value(digits[at]));
  while (at < digits.size()) {
    unsigned part = 0;
    for (++at; at < digits.size() && digits[at] != ':'; ++at) part = part * 10 + digit_value(digits[at]);
    value.multiply_add(60, part);
  }
  return value;
}

std::expected<std::string, std::string> read_integer(std::string_view text, bool negative, IntegerForm form) {
  const std::string digits = without_underscores(text.substr(form.prefix));
  if (digits.empty()) return std::unexpected("a number without digits");
  if (digits.size() > kLongestNumber) return std::unexpected("a number of more than 4300 digits");
  if (form.base == 60) return read_sixtieths(digits).text(negative);
  Decimal value;
  for (const char c : digits) value.multiply_add(form.base, digit_value(c));
  return value.text(negative);
}

enum class FloatForm { kNone, kPlain, kSixtieths };

FloatForm float_form(std::string_view text) {
  const auto fraction = [](Cursor& cursor) { cursor.take_while([](char c) { return is_digit(c) || c == '_'; }); };
  const auto exponent = [](Cursor& cursor) {
    if (!cursor.take("eE")) return true;
    return cursor.take("+-") && cursor.take_while(is_digit) > 0;
  };
  Cursor cursor(text);
  if (text.starts_with('.')) {
    cursor.take(".");
    return cursor.take_number() && exponent(cursor) && cursor.done() ? FloatForm::kPlain : FloatForm::kNone;
  }
  cursor.take("+-");
  if (!cursor.take_number()) return FloatForm::kNone;
  const bool sixtieths = cursor.at(':');
  if (sixtieths && !cursor.take_sixtieths()) return FloatForm::kNone;
  if (!cursor.take(".")) return FloatForm::kNone;
  fraction(cursor);
  if (sixtieths) return cursor.done() ? FloatForm::kSixtieths : FloatForm::kNone;
  return exponent(cursor) && cursor.done() ? FloatForm::kPlain : FloatForm::kNone;
}

std::optional<double> read_double(std::string_view digits) {
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// The last part counts ones, the one before it sixties, and so on. Summed in the order in which Python sums.
std::optional<double> read_float_sixtieths(std::string_view digits) {
  double sum = 0;
  double base = 1;
  while (true) {
    const std::size_t colon = digits.rfind(':');
    const auto part = read_double(digits.substr(colon == std::string_view::npos ? 0 : colon + 1));
    if (!part) return std::nullopt;
    sum += *part * base;
    base *= 60;
    if (colon == std::string_view::npos) return sum;
    digits = digits.substr(0, colon);
  }
}

// YAML 1.1 wants a point in a float, also before an exponent; JSON wants digits on both sides of it.
std::string shortest_digits(double value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string out(buffer.data(), end);
  if (out.find('.') == std::string::npos) out.insert(std::min(out.find('e'), out.size()), ".0");
  return out;
}

std::expected<std::string, std::string> read_float(std::string_view text, FloatForm form) {
  std::string digits = without_underscores(text);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.erase(0, 1);
  const auto value = form == FloatForm::kPlain ? read_double(digits) : read_float_sixtieths(digits);
  if (!value || !std::isfinite(*value)) return std::unexpected("a number that is too large or too small for a double");
  return shortest_digits(negative ? -*value : *value);
}

std::optional<std::string_view> special_float(std::string_view text) {
  const auto any = [](std::string_view word, std::string_view a, std::string_view b, std::string_view c) {
    return word == a || word == b || word == c;
  };
  if (any(text, ".nan", ".NaN", ".NAN")) return ".nan";
  const bool sign = text.starts_with('-') || text.starts_with('+');
  if (!any(text.substr(sign ? 1 : 0), ".inf", ".Inf", ".INF")) return std::nullopt;
  return text.starts_with('-') ? "-.inf" : ".inf";
}

bool is_date_or_time(std::string_view text) {
  Cursor cursor(text);
  if (!cursor.take_digits(4, 4) || !cursor.take("-")) return false;
  Cursor date = cursor;
  if (date.take_digits(2, 2) && date.take("-") && date.take_digits(2, 2) && date.done()) return true;
  if (!cursor.take_digits(1, 2) || !cursor.take("-") || !cursor.take_digits(1, 2)) return false;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  if (!cursor.take("Tt") && cursor.take_while(blank) == 0) return false;
  if (!cursor.take_digits(1, 2) || !cursor.take(":") || !cursor.take_digits(2, 2)) return false;
  if (!cursor.take(":") || !cursor.take_digits(2, 2)) return false;
  if (cursor.take(".")) cursor.take_while(is_digit);
  if (cursor.done()) return true;
  cursor.take_while(blank);
  if (cursor.take("Z")) return cursor.done();
  if (!cursor.take("+-") || !cursor.take_digits(1, 2)) return false;
  if (cursor.take(":") && !cursor.take_digits(2, 2)) return false;
  return cursor.done();
}

PlainScalar scalar(YamlValue::Kind kind, std::string_view text) {
  return {YamlValue{kind, std::string(text), {}, {}}, false};
}

}  // namespace

std::expected<PlainScalar, std::string> resolve_plain(std::string_view text) {
  using Kind = YamlValue::Kind;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return PlainScalar{};
  if (text == "=") return std::unexpected("a lone `=`, which dbt's YAML reader refuses unless it is quoted");
  if (text == "<<") return std::unexpected("a merge key (`<<`), which plowline does not read; write the keys out");
  bool truth = false;
  if (is_bool(text, truth)) return PlainScalar{YamlValue::boolean(truth), false};
  if (const auto special = special_float(text)) return scalar(Kind::kFloat, *special);
  if (const FloatForm form = float_form(text); form != FloatForm::kNone) {
    const auto digits = read_float(text, form);
    if (!digits) return std::unexpected(digits.error());
    return scalar(Kind::kFloat, *digits);
  }
  const bool sign = text[0] == '-' || text[0] == '+';
  const std::string_view unsigned_text = text.substr(sign ? 1 : 0);
  if (const auto form = integer_form(unsigned_text)) {
    const auto digits = read_integer(unsigned_text, text[0] == '-', *form);
    if (!digits) return std::unexpected(digits.error());
    return scalar(Kind::kInteger, *digits);
  }
  return PlainScalar{YamlValue::string(text), is_date_or_time(text)};
}

}  // namespace plowline
