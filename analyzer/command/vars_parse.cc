// DbtVars::parse: the only place that knows the YAML library.
//
// The library's events are used, not its tree: they say where each value stands and whether it was quoted, and they
// leave aliases to the receiver, so that an alias within its own anchor, or aliases of aliases, cannot run away. Where
// the library is more lenient than dbt's reader (libyaml), the difference is refused here if it could change a value.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_set>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "command/code_points.h"
#include "command/vars.h"

namespace plowline {
namespace {

using Kind = YamlValue::Kind;

constexpr std::size_t kLargestCost = std::size_t{1} << 20U;  // bytes and values together, aliases written out
constexpr std::size_t kDeepest = 100;
constexpr std::string_view kNextStep =
    "give one YAML or JSON map in one argument, such as '{name: value, other: \"text\"}', and put values with any of "
    ": ? # , [ ] { } in quotes";

// Thrown through the library and caught in parse_events.
struct Refused {
  YAML::Mark mark;
  std::string reason;
};

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "a bool";
    case Kind::kInteger:
      return "an integer";
    case Kind::kFloat:
      return "a float";
    case Kind::kString:
      return "a string";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "";
}

std::size_t cost_of(const YamlValue& value) {
  std::size_t cost = 1 + value.text.size();
  for (const YamlValue& key : value.keys) cost += cost_of(key);
  for (const YamlValue& item : value.items) cost += cost_of(item);
  return cost;
}

std::size_t depth_of(const YamlValue& value) {
  std::size_t deepest = 0;
  for (const YamlValue& item : value.items) deepest = std::max(deepest, depth_of(item));
  return deepest + 1;
}

// The library turns the escapes \N and \_ into the bare bytes 0x85 and 0xA0. The source is UTF-8, so a broken byte in a
// value can only be one of these.
std::string with_repaired_escapes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    if (!code_point.well_formed) out += '\xC2';
    out += code_point.bytes;
    text.remove_prefix(code_point.bytes.size());
  }
  return out;
}

// Builds the value of one document from the library's events.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view source, Warnings& warnings, std::string_view origin)
      : source_(source), warnings_(warnings), origin_(origin) {}

  const std::optional<YamlValue>& root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // The library takes `[a,,b]` for three elements; dbt refuses it.
    if (!open_.empty() && open_.back().in_brackets && !stands_at(mark, "~nN")) {
      throw Refused{mark, "an empty place in a list"};
    }
    place(YamlValue::null(), mark, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{mark, "an alias within the value that it stands for"};
    spend(cost_of(found->second), mark);
    place(found->second, mark, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    spend(1 + value.size(), mark);
    place(read_scalar(mark, tag, value), mark, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    begin(Kind::kList, "tag:yaml.org,2002:seq", mark, tag, anchor);
    open_.back().in_brackets = style == YAML::EmitterStyle::Flow;
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Kind::kMap, "tag:yaml.org,2002:map", mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    YamlValue value;
    YAML::Mark mark;
    YAML::anchor_t anchor;
    bool in_brackets = false;               // a list written as [a, b]
    std::unordered_set<std::string> names;  // a map's keys, to find the second of a name
  };

  void spend(std::size_t cost, const YAML::Mark& mark) {
    cost_ += cost;
    if (cost_ > kLargestCost) throw Refused{mark, "more than a megabyte of values, once aliases are written out"};
  }

  bool stands_at(const YAML::Mark& mark, std::string_view any_of) const {
    const auto at = static_cast<std::size_t>(mark.pos);
    return at < source_.size() && any_of.find(source_[at]) != std::string_view::npos;
  }

  // Whether a value that the library reports as quoted has in truth the tag `!`, alone or behind an anchor.
  bool has_lone_tag(const YAML::Mark& mark) const {
    std::string_view rest = source_.substr(std::min(static_cast<std::size_t>(mark.pos), source_.size()));
    constexpr std::string_view kBlanks = " \t\r\n";
    if (rest.starts_with('&')) {
      rest.remove_prefix(std::min(rest.find_first_of(kBlanks), rest.size()));
      rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    }
    return rest.starts_with('!');
  }

  YamlValue read_scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    if (tag == "!" && !has_lone_tag(mark)) return YamlValue::string(with_repaired_escapes(text));
    if (tag == "?") return read_plain(mark, text);
    if (tag.starts_with(kStandard)) {
      const std::string_view type = std::string_view(tag).substr(kStandard.size());
      if (type == "str") return YamlValue::string(with_repaired_escapes(text));
      const YamlValue value = read_plain(mark, text);
      if ((type == "int" && value.kind == Kind::kInteger) || (type == "float" && value.kind == Kind::kFloat) ||
          (type == "bool" && value.kind == Kind::kBool) || (type == "null" && value.kind == Kind::kNull)) {
        return value;
      }
    }
    throw Refused{mark,
                  fmt::format("the tag {} before `{}`, which plowline does not read", printable(tag), printable(text))};
  }

  YamlValue read_plain(const YAML::Mark& mark, const std::string& text) {
    auto scalar = resolve_plain(text);
    if (!scalar) throw Refused{mark, scalar.error()};
    if (scalar->was_date) {
      warnings_.push_back(
          {"vars-date-quoted",
           fmt::format("{}: dbt reads {} without quotes as a date object; it is passed on as the string "
                       "\"{}\"",
                       origin_, printable(text), printable(text)),
           "put the date in quotes",
           {}});
    }
    return std::move(scalar->value);
  }

  void begin(Kind kind, std::string_view own_tag, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    if (!tag.empty() && tag != "?" && tag != own_tag) {
      throw Refused{mark, fmt::format("the tag {}, which plowline does not read", printable(tag))};
    }
    if (open_.size() >= kDeepest) throw Refused{mark, "values nested more than 100 deep"};
    spend(1, mark);
    open_.push_back({YamlValue{kind, {}, {}, {}}, mark, anchor, false, {}});
  }

  void end() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    place(std::move(closed.value), closed.mark, closed.anchor);
  }

  // A finished value goes to its anchor, and into what is open around it.
  void place(YamlValue value, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = value;
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    const bool is_key = parent.value.kind == Kind::kMap && parent.value.keys.size() == parent.value.items.size();
    if (is_key) {
      place_key(parent, std::move(value), mark);
    } else {
      parent.value.items.push_back(std::move(value));
    }
  }

  void place_key(Open& parent, YamlValue key, const YAML::Mark& mark) const {
    if (!key.is_scalar() || key.kind == Kind::kNull) {
      throw Refused{mark, fmt::format("{} as a name", kind_name(key.kind))};
    }
    if (open_.size() == 1 && key.kind != Kind::kString) {
      throw Refused{mark, fmt::format("a variable's name that dbt reads as {}; put it in quotes", kind_name(key.kind))};
    }
    if (!parent.names.insert(fmt::format("{} {}", static_cast<int>(key.kind), key.text)).second) {
      throw Refused{mark, fmt::format("the name `{}` for the second time; dbt would silently take the last one",
                                      printable(key.text))};
    }
    parent.value.keys.push_back(std::move(key));
  }

  std::string_view source_;
  Warnings& warnings_;
  std::string_view origin_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlValue> anchors_;
  std::size_t cost_ = 0;
  std::optional<YamlValue> root_;
};

std::unexpected<Error> refuse(std::string_view origin, std::uint64_t line, std::uint64_t column, std::string reason) {
  Error error{ExitStatus::kUsage, std::string(origin), {}, std::move(reason), std::string(kNextStep)};
  error.position.line = line;
  error.position.column = column;
  return std::unexpected(std::move(error));
}

std::unexpected<Error> refuse(std::string_view origin, const YAML::Mark& mark, std::string reason) {
  if (mark.is_null()) return refuse(origin, 1, 1, std::move(reason));
  return refuse(origin, static_cast<std::uint64_t>(mark.line) + 1, static_cast<std::uint64_t>(mark.column) + 1,
                std::move(reason));
}

// The characters that libyaml refuses to read, and broken UTF-8. The library in use here would let them pass.
Result<void> check_characters(std::string_view origin, std::string_view text) {
  std::uint64_t line = 1;
  std::uint64_t column = 1;
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    const char32_t value = code_point.value;
    if (!code_point.well_formed) return refuse(origin, line, column, "a byte that is not UTF-8");
    const bool control = (value < 0x20 && value != '\t' && value != '\n' && value != '\r') ||
                         (value >= 0x7F && value <= 0x9F && value != 0x85) || value == 0xFEFF || value == 0xFFFE ||
                         value == 0xFFFF;
    if (control) {
      return refuse(origin, line, column,
                    fmt::format("the character U+{:04X}, which YAML does not allow unless it is escaped within double "
                                "quotes",
                                static_cast<unsigned>(value)));
    }
    column = value == '\n' ? 1 : column + code_point.bytes.size();
    line += value == '\n' ? 1 : 0;
    text.remove_prefix(code_point.bytes.size());
  }
  return {};
}

Result<YamlValue> parse_events(const std::string& text, std::string_view origin, Warnings& warnings) {
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Builder builder(text, warnings, origin);
    const bool any = parser.HandleNextDocument(builder);
    // What follows is only looked at, not read: the library is not safe against all that can follow.
    if (any && parser) return refuse(origin, YAML::Mark::null_mark(), "text that goes on after its first value");
    if (!any || !builder.root()) return refuse(origin, 1, 1, "no value at all");
    if (depth_of(*builder.root()) > kDeepest) return refuse(origin, 1, 1, "values nested more than 100 deep");
    return *builder.root();
  } catch (const Refused& refused) {
    return refuse(origin, refused.mark, refused.reason);
  } catch (const YAML::Exception& exception) {
    return refuse(origin, exception.mark, "not YAML: " + printable(exception.msg));
  }
}

// `{a:1}` is a map with one name, `a:1`, for dbt 1; dbt 2 guesses that a blank is missing.
void warn_about_missing_blank(std::string_view name, const YamlValue& value, std::string_view origin,
                              Warnings& warnings) {
  if (value.kind != Kind::kNull || name.find(':') == std::string_view::npos) return;
  warnings.push_back({"vars-missing-blank",
                      fmt::format("{}: `{}` is a name without a value for YAML", origin, printable(name)),
                      "put a blank after the colon, or the whole name in quotes and `: null` after it",
                      {}});
}

}  // namespace

Result<DbtVars> DbtVars::parse(std::string_view text, std::string_view origin, Warnings& warnings) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto fine = check_characters(origin, text); !fine) return std::unexpected(fine.error());
  const auto root = parse_events(std::string(text), origin, warnings);
  if (!root) return std::unexpected(root.error());
  if (root->kind != Kind::kMap) {
    return refuse(origin, 1, 1, fmt::format("{} where dbt needs a map of variables", kind_name(root->kind)));
  }
  DbtVars vars;
  for (std::size_t i = 0; i < root->keys.size(); ++i) {
    warn_about_missing_blank(root->keys[i].text, root->items[i], origin, warnings);
    if (const auto added = vars.add(root->keys[i].text, root->items[i], origin); !added) {
      return std::unexpected(added.error());
    }
  }
  return vars;
}

}  // namespace plowline
