// placed_value_from_yaml: the one file of this folder that knows yaml-cpp.
#include <algorithm>
#include <array>
#include <exception>
#include <fmt/format.h>
#include <iterator>
#include <span>
#include <sstream>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "artifact/placed_value.h"

namespace plowline {
namespace {

constexpr int kDeepest = 100;
constexpr std::size_t kMost = 100'000;

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr std::array<std::string_view, 9> kTrue{"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::array<std::string_view, 9> kFalse{"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '_'; });
}

// Decimal integers and fractions; YAML 1.1's octal, hexadecimal and base-60 numbers too, which stay as written.
bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return false;
  if (text.starts_with("0x") || text.starts_with("0b")) {
    return text.size() > 2 && text.find_first_not_of("0123456789abcdefABCDEF_", 2) == std::string_view::npos;
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return all_digits(text);
  if (dot > 0 && !all_digits(text.substr(0, dot))) return false;
  std::string_view rest = text.substr(dot + 1);
  if (const std::size_t e = rest.find_first_of("eE"); e != std::string_view::npos) {
    const std::string_view exponent = rest.substr(e + 1);
    if (!exponent.starts_with('-') && !exponent.starts_with('+')) return false;
    if (!all_digits(exponent.substr(1))) return false;
    rest = rest.substr(0, e);
  }
  return rest.empty() ? dot > 0 : all_digits(rest);
}

bool is_date(std::string_view text) {
  return text.size() >= 10 && all_digits(text.substr(0, 4)) && text[4] == '-' && all_digits(text.substr(5, 2)) &&
         text[7] == '-' && all_digits(text.substr(8, 2));
}

PlacedValue::Kind kind_of_plain(std::string_view text) {
  if (is_one_of(text, kTrue) || is_one_of(text, kFalse)) return PlacedValue::Kind::kBool;
  if (is_one_of(text, kNull)) return PlacedValue::Kind::kNull;
  if (is_number(text)) return PlacedValue::Kind::kNumber;
  return is_date(text) ? PlacedValue::Kind::kOther : PlacedValue::Kind::kText;
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Result<PlacedValue> read(const YAML::Node& node, int depth) {
    PlacedValue out;
    out.position = position_of(node.Mark());
    if (depth > kDeepest) return error(out.position, fmt::format("nested more than {} levels deep", kDeepest));
    if (++count_ > kMost) {
      return error(out.position, fmt::format("more than {} values once aliases are resolved", kMost));
    }
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        read_scalar(node, out);
        return out;
      case YAML::NodeType::Sequence:
        return read_list(node, std::move(out), depth);
      case YAML::NodeType::Map:
        return read_map(node, std::move(out), depth);
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
    }
    return out;
  }

  std::unexpected<Error> error(Position position, std::string reason) const {
    return std::unexpected(Error{ExitStatus::kUsage, file_, std::move(position), std::move(reason), {}});
  }

  static Position position_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {{}, std::nullopt, static_cast<std::uint64_t>(mark.line) + 1, static_cast<std::uint64_t>(mark.column) + 1};
  }

 private:
  static void read_scalar(const YAML::Node& node, PlacedValue& out) {
    out.text = node.Scalar();
    const bool plain = node.Tag() == "?" || node.Tag().empty();
    out.kind = plain ? kind_of_plain(out.text) : PlacedValue::Kind::kText;
    if (out.kind == PlacedValue::Kind::kBool) out.text = is_one_of(out.text, kTrue) ? "true" : "false";
  }

  Result<PlacedValue> read_list(const YAML::Node& node, PlacedValue out, int depth) {
    out.kind = PlacedValue::Kind::kList;
    for (const YAML::Node& item : node) {
      Result<PlacedValue> inner = read(item, depth + 1);
      if (!inner) return inner;
      out.items.push_back(std::move(*inner));
    }
    return out;
  }

  Result<PlacedValue> read_map(const YAML::Node& node, PlacedValue out, int depth) {
    out.kind = PlacedValue::Kind::kMap;
    std::vector<PlacedValue::Member> merged;  // what `<<` brings: any key of the map itself wins
    for (const auto& member : node) {
      Result<PlacedValue> key = read(member.first, depth + 1);
      if (!key) return key;
      Result<PlacedValue> value = read(member.second, depth + 1);
      if (!value) return value;
      if (key->text == "<<" && member.first.Tag() == "?") {
        for (const PlacedValue& map : value->items) append_first(map, merged);
        append_first(*value, merged);
      } else {
        out.members.push_back({std::move(*key), std::move(*value)});
      }
    }
    out.repeated = drop_repeated_keys(out.members);
    out.members.insert(out.members.begin(), std::make_move_iterator(merged.begin()),
                       std::make_move_iterator(merged.end()));
    drop_repeated_keys(out.members);
    return out;
  }

  // In front of what earlier maps brought, so that those win.
  static void append_first(const PlacedValue& map, std::vector<PlacedValue::Member>& merged) {
    merged.insert(merged.begin(), map.members.begin(), map.members.end());
  }

  const std::string& file_;
  std::size_t count_ = 0;
};

// Notes where the content of the last document begins.
class DocumentStarts final : public YAML::EventHandler {
 public:
  YAML::Mark last;
  void OnDocumentStart(const YAML::Mark&) override { before_content_ = true; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { note(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { note(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string&) override { note(mark); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    note(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    note(mark);
  }
  void OnMapEnd() override {}

 private:
  void note(const YAML::Mark& mark) {
    if (std::exchange(before_content_, false)) last = mark;
  }
  bool before_content_ = false;
};

// Counts the documents, at most two: YAML::LoadAll never ends on some broken texts (`,a`), for which yaml-cpp finds
// one empty document after the other.
int find_two_documents(const std::string& text, DocumentStarts& starts) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  int count = 0;
  while (count < 2 && parser.HandleNextDocument(starts)) ++count;
  return count;
}

}  // namespace

Result<PlacedValue> placed_value_from_yaml(std::string_view text, const std::string& file) {
  Reader reader(file);
  try {
    const std::string owned(text);
    DocumentStarts starts;
    if (find_two_documents(owned, starts) > 1) {
      return reader.error(Reader::position_of(starts.last), "a second YAML document starts here, and only one is read");
    }
    return reader.read(YAML::Load(owned), 0);
  } catch (const YAML::Exception& problem) {
    return reader.error(Reader::position_of(problem.mark), "no valid YAML: " + problem.msg);
  } catch (const std::exception& problem) {
    return reader.error({}, fmt::format("no valid YAML: {}", problem.what()));
  }
}

}  // namespace plowline
