#include "artifact/json.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstring>
#include <deque>
#include <fmt/format.h>
#include <simdjson.h>

#include "artifact/json_syntax.h"

namespace plowline {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kDeepest = 1000;

// The text of a whole object or array; the walk goes on behind it.
simdjson::error_code raw_object(ondemand::value value, std::string_view& whole) {
  ondemand::object object;
  if (const auto code = value.get_object().get(object)) return code;
  return object.raw_json().get(whole);
}

simdjson::error_code raw_array(ondemand::value value, std::string_view& whole) {
  ondemand::array array;
  if (const auto code = value.get_array().get(array)) return code;
  return array.raw_json().get(whole);
}

// Nothing but blanks behind the value that was walked.
bool at_end(ondemand::document& document) {
  const char* place = nullptr;
  return document.current_location().get(place) != simdjson::SUCCESS;
}

// --- errors --------------------------------------------------------------------------------------------------------

// Where the reader stands, as a chain on the call stack; turned into a JSON path only when something is wrong.
struct Frame {
  const Frame* up = nullptr;
  std::string_view key;
  std::size_t index = 0;  // counts where `key` is null
};

bool is_plain_name(std::string_view key) {
  return !key.empty() &&
         std::ranges::all_of(key, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}

std::string path_of(const Frame* frame) {
  if (frame == nullptr) return "$";
  std::string path = path_of(frame->up);
  if (frame->key.data() == nullptr) return path + fmt::format("[{}]", frame->index);
  return path + (is_plain_name(frame->key) ? fmt::format(".{}", frame->key) : fmt::format("[\"{}\"]", frame->key));
}

std::string reason_of(simdjson::error_code code) {
  switch (code) {
    case simdjson::EMPTY:
      return "the file is empty";
    case simdjson::UTF8_ERROR:
      return "the text is not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string has no closing quote: the file is cut off or damaged";
    case simdjson::UNESCAPED_CHARS:
      return "a string holds an unescaped control character";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "the JSON text ends before it is complete: the file is cut off or damaged";
    case simdjson::STRING_ERROR:
      return "a string holds an escape that JSON does not have";
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
      return "there is not enough memory to read it";
    default:
      return "this is not JSON";
  }
}

constexpr std::string_view kRewrite = "let dbt write it again (dbt parse), and wait until dbt has ended";
constexpr std::string_view kNeverWritten = "no dbt version writes this: let dbt write the file again (dbt parse)";

// The length of the well-formed character that `text` begins with, 0 where it is none.
std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length) {
    if (simdjson::validate_utf8(text.data(), length)) return length;
  }
  return 0;
}

// Where the first byte stands that is not UTF-8, in a text that has one.
std::size_t first_invalid_utf8(std::string_view text) {
  // Halve at character boundaries until the block that is wrong is small.
  std::size_t from = 0;
  std::size_t length = text.size();
  while (length > 8) {
    std::size_t half = length / 2;
    while (half > 0 && (static_cast<unsigned char>(text[from + half]) & 0xC0) == 0x80) --half;
    if (half == 0) break;
    const bool valid = simdjson::validate_utf8(text.data() + from, half);
    if (valid) from += half;
    length = valid ? length - half : half;
  }
  while (const std::size_t good = character_length(text.substr(from))) from += good;
  return from;
}

// --- reading by shape ----------------------------------------------------------------------------------------------

// The keys of a shape's records mostly stand in one order: what came at a place last time is tried first.
class KeyOrder {
 public:
  const Shape* shape() const { return shape_; }

  // For another shape, or the same in another text.
  void begin(const Shape& shape) {
    shape_ = &shape;
    seen_.clear();
  }

  // `start` points behind the opening quote of the key that stands `at`-th in its object.
  const Shape::Member* find(const char* start, std::size_t at) {
    if (at < seen_.size() && agree(start, seen_[at].quoted)) return seen_[at].member;
    const std::string_view key = key_text(start);
    const Shape::Member* member = key.find('\\') == std::string_view::npos ? shape_->find(key) : find_escaped(key);
    const Seen seen{{key.data(), key.size() + 1}, member};
    if (at < seen_.size()) {
      seen_[at] = seen;
    } else if (at == seen_.size() && at < 256) {
      seen_.push_back(seen);
    }
    return member;
  }

 private:
  const Shape::Member* find_escaped(std::string_view key) const {
    const auto plain = unescaped(key);
    return plain ? shape_->find(*plain) : nullptr;
  }

  struct Seen {
    std::string_view quoted;  // with the closing quote: so no key agrees with the beginning of a longer one
    const Shape::Member* member;
  };

  static std::uint64_t word_at(const char* place) {
    std::uint64_t word = 0;
    std::memcpy(&word, place, sizeof word);
    return word;
  }
  // Whether `text` begins with `other`; both lie in a FileBytes, whose padding makes whole words readable.
  static bool agree(const char* text, std::string_view other) {
    static_assert(FileBytes::kPadding >= 8 && std::endian::native == std::endian::little);
    std::size_t at = 0;
    for (; at + 8 < other.size(); at += 8) {
      if (word_at(text + at) != word_at(other.data() + at)) return false;
    }
    const std::size_t beyond = 8 * (at + 8 - other.size());  // bits of the last word that are not `other`'s
    return (word_at(text + at) ^ word_at(other.data() + at)) << beyond == 0;
  }

  const Shape* shape_ = nullptr;
  std::vector<Seen> seen_;
};

// What a Reader works with; memory that the next one uses again. One per thread for spans: they are parsed in passing.
struct ReaderTools {
  ondemand::parser parser;
  std::deque<KeyOrder> orders;  // (references to them stay valid)
  std::vector<std::string_view> list;
};

ReaderTools& span_tools() {
  thread_local ReaderTools tools;
  return tools;
}

class Reader {
 public:
  // `tools` must outlive the Reader and be used by nobody else meanwhile.
  Reader(const JsonSource& source, Arena& arena, std::vector<std::string_view>* top_keys, ReaderTools& tools)
      : source_(source), arena_(arena), top_keys_(top_keys), tools_(tools) {}

  Result<void> read(const Shape& shape, void* record) {
    if (auto started = start(); !started) return started;
    ondemand::object object;
    if (const auto code = document_.get_object().get(object)) return not_an_object(code);
    if (!read_members(object, shape, record, nullptr)) return std::unexpected(std::move(error_));
    return end();
  }

  // `member` takes objects or arrays.
  Result<void> read(const Shape::Member& member, void* record) {
    if (auto started = start(); !started) return started;
    ondemand::value value;
    if (const auto code = document_.get_value().get(value)) return not_an_object(code);
    const Frame frame{nullptr, member.key};
    if (!read_value(value, member, record, &frame)) return std::unexpected(std::move(error_));
    return end();
  }

 private:
  Result<void> start() {
    const std::string_view text = source_.text;
    if (text.find_first_not_of(kBlanks) == std::string_view::npos) {
      return input_error(std::string(source_.name), {}, "the file is empty", std::string(kRewrite));
    }
    const auto code = tools_.parser.iterate(text.data(), text.size(), text.size() + FileBytes::kPadding).get(document_);
    return code == simdjson::SUCCESS ? Result<void>() : failed_at_start(code);
  }
  Result<void> end() { return at_end(document_) ? Result<void>() : unbalanced(offset_now() - source_.skipped); }

  // Each returns false after fail().
  bool read_members(ondemand::object& object, const Shape& shape, void* record, const Frame* frame);
  bool read_value(ondemand::value value, const Shape::Member& member, void* record, const Frame* frame);
  bool read_text(std::string_view token, std::string_view& place, const Frame* frame);
  bool read_text_list(ondemand::value value, StringList& place, const Frame* frame);
  bool read_raw(ondemand::value value, RawJson& place, const Frame* frame);
  bool read_record(ondemand::value value, const Shape& shape, void* record, const Frame* frame);
  bool read_record_map(ondemand::value value, const Shape::Member& member, void* records, const Frame* frame);
  bool read_record_array(ondemand::value value, const Shape::Member& member, std::string_view key, void* records,
                         const Frame* frame);
  bool read_keyed(ondemand::value value, const Shape::Member& member, std::string_view key, void* records,
                  const Frame* frame);

  std::string_view stored(std::string_view text) {
    if (text.empty()) return "";
    auto* copy = static_cast<char*>(arena_.allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }
  // What stands between two quotes: a view where it holds no escape, else unescaped into the arena.
  bool read_inside(std::string_view inside, std::string_view& place, const Frame* frame) {
    if (std::memchr(inside.data(), '\\', inside.size()) == nullptr) {
      place = inside;
      return true;
    }
    const auto plain = unescaped(inside);
    if (!plain) return fail(frame, simdjson::STRING_ERROR, offset_of(inside.data()));
    place = stored(*plain);
    return true;
  }

  KeyOrder& order_of(const Shape& shape) {
    for (std::size_t i = 0; i < orders_; ++i) {
      if (tools_.orders[i].shape() == &shape) return tools_.orders[i];
    }
    if (orders_ == tools_.orders.size()) tools_.orders.emplace_back();
    KeyOrder& order = tools_.orders[orders_++];
    order.begin(shape);
    return order;
  }

  std::size_t offset_of(const char* place) const {
    return static_cast<std::size_t>(place - source_.text.data()) + source_.skipped;
  }
  std::size_t offset_now() {
    const char* place = nullptr;
    if (document_.current_location().get(place) != simdjson::SUCCESS) return source_.text.size() + source_.skipped;
    return offset_of(place);
  }

  bool fail(const Frame* frame, std::string reason, std::string next_step, std::optional<std::size_t> offset = {}) {
    if (error_.reason.empty()) {
      error_ = {ExitStatus::kInput,
                std::string(source_.name),
                {path_of(frame), offset ? *offset : offset_now()},
                std::move(reason),
                std::move(next_step)};
    }
    return false;
  }
  bool fail(const Frame* frame, simdjson::error_code code, std::optional<std::size_t> offset = {}) {
    const std::size_t at = offset ? *offset : offset_now();
    const bool at_end = at >= source_.text.size() + source_.skipped;
    return fail(frame, reason_of(at_end ? simdjson::INCOMPLETE_ARRAY_OR_OBJECT : code), std::string(kRewrite), at);
  }
  bool wrong_kind(const Frame* frame, std::string_view expected, std::string_view token) {
    const bool composite = token.starts_with('{') || token.starts_with('[');
    if (!composite && !is_scalar(trimmed(token))) return fail(frame, simdjson::TAPE_ERROR, offset_of(token.data()));
    return fail(frame, fmt::format("expected {}, found {}", expected, kind_name(token.front())),
                std::string(kNeverWritten), offset_of(token.data()));
  }

  Result<void> failed_at_start(simdjson::error_code code) {
    Position position{"$", std::nullopt};
    const std::string_view text = source_.text;
    if (code == simdjson::UTF8_ERROR) position.offset = first_invalid_utf8(text) + source_.skipped;
    const char first = text[text.find_first_not_of(kBlanks)];
    if (first != '{' && first != '[' && code != simdjson::UTF8_ERROR) code = simdjson::TAPE_ERROR;
    if (code == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || code == simdjson::UNCLOSED_STRING)
      position.offset = text.size() + source_.skipped;
    if (!position.offset) position.offset = text.find_first_not_of(kBlanks) + source_.skipped;
    return input_error(std::string(source_.name), std::move(position), reason_of(code), std::string(kRewrite));
  }
  Result<void> not_an_object(simdjson::error_code code) {
    const std::string_view text = source_.text;
    const std::size_t start = text.find_first_not_of(kBlanks);
    if (text[start] == '{') return unbalanced(text.find_first_not_of(kBlanks, end_of_value(text)));
    const bool json = is_scalar(trimmed(text.substr(start))) || text[start] == '[';
    return input_error(std::string(source_.name), {"$", start + source_.skipped},
                       json ? fmt::format("expected a JSON object, found {}", kind_name(text[start])) : reason_of(code),
                       "is it the right file?");
  }
  // The text begins with `{` but does not end with its `}`: it is cut off, or something follows at `behind`.
  Result<void> unbalanced(std::size_t behind) {
    const bool cut_off = behind == std::string_view::npos;
    if (cut_off) {
      fail(nullptr, simdjson::INCOMPLETE_ARRAY_OR_OBJECT, source_.text.size() + source_.skipped);
    } else {
      fail(nullptr, "something follows the end of the JSON object", "is it several JSON documents in one file?",
           behind + source_.skipped);
    }
    return std::unexpected(std::move(error_));
  }

  const JsonSource& source_;
  Arena& arena_;
  std::vector<std::string_view>* top_keys_;  // may be null
  ReaderTools& tools_;
  std::size_t orders_ = 0;  // how many of the tools' are in use
  ondemand::document document_;
  Error error_;
};

bool Reader::read_members(ondemand::object& object, const Shape& shape, void* record, const Frame* frame) {
  KeyOrder& order = order_of(shape);
  std::vector<const Shape::Member*> groups;
  std::size_t at = 0;
  for (auto result : object) {
    ondemand::field field;
    if (const auto code = std::move(result).get(field)) return fail(frame, code);
    if (frame == nullptr && top_keys_ != nullptr) top_keys_->push_back(key_text(field.key().raw()));
    const Shape::Member* member = order.find(field.key().raw(), at++);
    if (member == nullptr) continue;
    const Frame inner{frame, member->key};
    if (member->kind == Shape::Kind::kRecords) {
      if (std::ranges::find(groups, member) != groups.end()) {
        return fail(&inner, fmt::format("`{}` stands twice", member->key), std::string(kRewrite),
                    offset_of(field.key().raw()) - 1);
      }
      groups.push_back(member);
    }
    if (!read_value(field.value(), *member, record, &inner)) return false;
  }
  return true;
}

// Whether a value that begins with `first` can be read into a member of that kind.
bool accepts(Shape::Kind kind, char first) {
  switch (kind) {
    case Shape::Kind::kText:
      return first == '"';
    case Shape::Kind::kTextList:
      return first == '"' || first == '[';
    case Shape::Kind::kBool:
      return first == 't' || first == 'f';
    case Shape::Kind::kRaw:
      return true;
    case Shape::Kind::kObject:
      return first == '{';
    case Shape::Kind::kRecords:
      return first == '{' || first == '[';
  }
  return false;
}

// What null stands for: nothing, also where the same key had a value before.
void clear(const Shape::Member& member, void* record) {
  switch (member.kind) {
    case Shape::Kind::kText:
      *static_cast<std::string_view*>(member.place(record)) = {};
      return;
    case Shape::Kind::kTextList:
      *static_cast<StringList*>(member.place(record)) = {};
      return;
    case Shape::Kind::kRaw:
      *static_cast<RawJson*>(member.place(record)) = {};
      return;
    case Shape::Kind::kObject:
      member.fresh(record);
      return;
    case Shape::Kind::kBool:
    case Shape::Kind::kRecords:
      return;
  }
}

bool Reader::read_value(ondemand::value value, const Shape::Member& member, void* record, const Frame* frame) {
  const std::string_view token = value.raw_json_token();
  if (token.starts_with('n')) {
    if (trimmed(token) != "null") return fail(frame, simdjson::TAPE_ERROR, offset_of(token.data()));
    clear(member, record);
    return true;
  }
  if (member.lenient && !accepts(member.kind, token.front())) return true;
  switch (member.kind) {
    case Shape::Kind::kText:
      return read_text(token, *static_cast<std::string_view*>(member.place(record)), frame);
    case Shape::Kind::kTextList:
      return read_text_list(value, *static_cast<StringList*>(member.place(record)), frame);
    case Shape::Kind::kBool: {
      const std::string_view word = trimmed(token);
      if (word != "true" && word != "false") return wrong_kind(frame, "true or false", token);
      *static_cast<bool*>(member.place(record)) = word == "true";
      return true;
    }
    case Shape::Kind::kRaw:
      return read_raw(value, *static_cast<RawJson*>(member.place(record)), frame);
    case Shape::Kind::kObject:
      return read_record(value, *member.nested, member.fresh(record), frame);
    case Shape::Kind::kRecords:
      if (token.starts_with('{')) return read_record_map(value, member, member.place(record), frame);
      if (token.starts_with('[')) return read_record_array(value, member, {}, member.place(record), frame);
      return wrong_kind(frame, "an object or an array", token);
  }
  return true;
}

bool Reader::read_text(std::string_view token, std::string_view& place, const Frame* frame) {
  const auto inside = inside_quotes(token);
  if (!inside) return wrong_kind(frame, "a string", token);
  return read_inside(*inside, place, frame);
}

bool Reader::read_text_list(ondemand::value value, StringList& place, const Frame* frame) {
  std::vector<std::string_view>& list = tools_.list;
  list.clear();
  const std::string_view token = value.raw_json_token();
  if (token.starts_with('"')) {
    if (!read_text(token, list.emplace_back(), frame)) return false;
  } else {
    ondemand::array array;
    if (!token.starts_with('[')) return wrong_kind(frame, "an array of strings", token);
    if (const auto code = value.get_array().get(array)) return fail(frame, code);
    std::size_t index = 0;
    for (auto element : array) {
      ondemand::value item;
      if (const auto code = std::move(element).get(item)) return fail(frame, code);
      const Frame inner{frame, {}, index++};
      const std::string_view text = item.raw_json_token();
      std::string_view& element_place = list.emplace_back("");
      if (trimmed(text) != "null" && !read_text(text, element_place, &inner)) return false;
    }
  }
  auto* copy = static_cast<std::string_view*>(
      arena_.allocate(list.size() * sizeof(std::string_view), alignof(std::string_view)));
  std::ranges::copy(list, copy);
  place = {copy, list.size()};
  return true;
}

bool Reader::read_raw(ondemand::value value, RawJson& place, const Frame* frame) {
  const std::string_view token = value.raw_json_token();
  std::string_view whole = trimmed(token);
  if (token.starts_with('{')) {
    if (const auto code = raw_object(value, whole)) return fail(frame, code);
  } else if (token.starts_with('[')) {
    if (const auto code = raw_array(value, whole)) return fail(frame, code);
  }
  place.bytes = trimmed(whole);
  return true;
}

bool Reader::read_record(ondemand::value value, const Shape& shape, void* record, const Frame* frame) {
  const std::string_view token = value.raw_json_token();
  ondemand::object object;
  if (!token.starts_with('{')) return wrong_kind(frame, "an object", token);
  if (const auto code = value.get_object().get(object)) return fail(frame, code);
  if (!read_members(object, shape, record, frame)) return false;
  if (shape.whole() != nullptr) {
    const char* end = nullptr;
    if (document_.current_location().get(end) != simdjson::SUCCESS) end = source_.text.data() + source_.text.size();
    const auto length = static_cast<std::size_t>(end - token.data());
    static_cast<RawJson*>(shape.whole()(record))->bytes = trimmed({token.data(), length});
  }
  return true;
}

bool Reader::read_record_map(ondemand::value value, const Shape::Member& member, void* records, const Frame* frame) {
  ondemand::object object;
  if (const auto code = value.get_object().get(object)) return fail(frame, code);
  for (auto result : object) {
    ondemand::field field;
    if (const auto code = std::move(result).get(field)) return fail(frame, code);
    std::string_view key;
    if (!read_inside(key_text(field.key().raw()), key, frame)) return false;
    const Frame inner{frame, key};
    const bool several = field.value().raw_json_token().starts_with('[');
    const bool read = several ? read_record_array(field.value(), member, key, records, &inner)
                              : read_keyed(field.value(), member, key, records, &inner);
    if (!read) return false;
  }
  return true;
}

bool Reader::read_record_array(ondemand::value value, const Shape::Member& member, std::string_view key, void* records,
                               const Frame* frame) {
  ondemand::array array;
  if (const auto code = value.get_array().get(array)) return fail(frame, code);
  std::size_t index = 0;
  for (auto element : array) {
    ondemand::value item;
    if (const auto code = std::move(element).get(item)) return fail(frame, code);
    const Frame inner{frame, {}, index++};
    if (!read_keyed(item, member, key, records, &inner)) return false;
  }
  return true;
}

// A record of a vector; `key` is what it is called where it does not say so itself.
bool Reader::read_keyed(ondemand::value value, const Shape::Member& member, std::string_view key, void* records,
                        const Frame* frame) {
  const char* start = value.raw_json_token().data();
  void* record = member.fresh(records);
  const Shape::Place key_place = member.nested->key();
  if (key_place != nullptr) *static_cast<std::string_view*>(key_place(record)) = key;
  if (!read_record(value, *member.nested, record, frame)) return false;
  if (key_place == nullptr || !static_cast<std::string_view*>(key_place(record))->empty()) return true;
  return fail(frame, fmt::format("this record has no {}", member.nested->key_name()), std::string(kNeverWritten),
              offset_of(start));
}

// --- spans ---------------------------------------------------------------------------------------------------------

constexpr std::string_view kNotJson = "this is not JSON";
constexpr std::string_view kTooDeep = "the values are nested more than 1000 deep";

bool is_key(std::string_view raw_key, std::string_view key) {
  return raw_key.find('\\') == std::string_view::npos ? raw_key == key : unescaped(raw_key) == key;
}

// A member that is looked for in an object, beside the walk over all of it.
struct WantedMember {
  std::string_view object;
  std::string_view key;
  std::string_view value = {};  // its text; empty as long as it has not been met

  void met(std::string_view token) {
    const std::string_view from = object.substr(static_cast<std::size_t>(token.data() - object.data()));
    const bool composite = token.starts_with('{') || token.starts_with('[');
    value = composite ? from.substr(0, end_of_value(from)) : trimmed(token);
  }
};

// Walks all of `value` and says what is wrong with it; empty where it is JSON. `place` is where the walk stands then.
// `wanted` (may be null) is looked for among the members of `value` itself.
std::string_view defect_of(ondemand::value value, int depth, const char*& place, WantedMember* wanted = nullptr) {
  const std::string_view token = value.raw_json_token();
  place = token.data();
  if (depth > kDeepest) return kTooDeep;
  if (token.starts_with('{')) {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return kNotJson;
    for (auto result : object) {
      ondemand::field field;
      if (std::move(result).get(field) != simdjson::SUCCESS) return kNotJson;
      const std::string_view key = key_text(field.key().raw());
      place = key.data();
      if (!has_good_escapes(key)) return kNotJson;
      const std::string_view inner = field.value().raw_json_token();
      if (const auto defect = defect_of(field.value(), depth + 1, place); !defect.empty()) return defect;
      if (wanted != nullptr && is_key(key, wanted->key)) wanted->met(inner);
    }
    return {};
  }
  if (token.starts_with('[')) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return kNotJson;
    for (auto element : array) {
      ondemand::value item;
      if (std::move(element).get(item) != simdjson::SUCCESS) return kNotJson;
      if (const auto defect = defect_of(item, depth + 1, place); !defect.empty()) return defect;
    }
    return {};
  }
  return is_scalar(trimmed(token)) ? std::string_view() : kNotJson;
}

struct Defect {
  std::size_t offset = 0;
  std::string_view reason;
};

// What is wrong with a text that is not empty; nothing where it is JSON.
std::optional<Defect> defect_in(std::string_view text, WantedMember* wanted) {
  const auto at = [&](const char* place, std::string_view reason) {
    return Defect{static_cast<std::size_t>(place - text.data()), reason};
  };
  const char first = text.front();
  if (first != '{' && first != '[') {
    return is_scalar(text) ? std::nullopt : std::optional(at(text.data(), kNotJson));
  }
  // Where the brackets do not match, the parser would read on behind the span.
  const std::size_t last = text.find_last_not_of(kBlanks);
  if (text[last] != (first == '{' ? '}' : ']')) return at(text.data() + last, kNotJson);
  ondemand::document document;
  ondemand::value value;
  const auto iterated =
      span_tools().parser.iterate(text.data(), text.size(), text.size() + FileBytes::kPadding).get(document);
  if (iterated != simdjson::SUCCESS || document.get_value().get(value) != simdjson::SUCCESS)
    return at(text.data(), kNotJson);
  const char* place = text.data();
  if (const auto reason = defect_of(value, 0, place, wanted); !reason.empty()) return at(place, reason);
  if (!at_end(document)) return at(place, kNotJson);
  return std::nullopt;
}

std::string_view whole_of(ondemand::value value) {
  std::string_view whole = value.raw_json_token();
  simdjson::error_code code = simdjson::SUCCESS;
  if (whole.starts_with('{')) code = raw_object(value, whole);
  if (whole.starts_with('[')) code = raw_array(value, whole);
  return code == simdjson::SUCCESS ? trimmed(whole) : std::string_view("null");
}

// Calls visit(raw key, value's text) for each member of the object in `text`.
template <typename Visit>
void for_each_member(std::string_view text, Visit&& visit) {
  ondemand::document document;
  ondemand::object object;
  if (span_tools().parser.iterate(text.data(), text.size(), text.size() + FileBytes::kPadding).get(document)) return;
  if (document.get_object().get(object)) return;
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field)) return;
    visit(key_text(field.key().raw()), whole_of(field.value()));
  }
}

}  // namespace

Shape::Shape(std::vector<Member> members, Place key_place, Place whole_place)
    : members_(std::move(members)), key_(key_place), whole_(whole_place) {
  std::ranges::sort(members_, {}, &Member::key);
}

const Shape::Member* Shape::find(std::string_view key) const {
  const auto found = std::ranges::lower_bound(members_, key, {}, &Member::key);
  return found != members_.end() && found->key == key ? &*found : nullptr;
}

std::string_view Shape::key_name() const {
  const auto found = std::ranges::find(members_, key_, &Member::place);
  return found == members_.end() ? "unique_id" : found->key;
}

Result<void> read_object(const JsonSource& source, const Shape& shape, void* record, Arena& arena,
                         std::vector<std::string_view>* top_keys) {
  ReaderTools tools;  // the parser's buffers are as big as the file: not kept
  return Reader(source, arena, top_keys, tools).read(shape, record);
}

Result<void> read_part(const JsonSource& source, const Shape& shape, void* record, Arena& arena) {
  return Reader(source, arena, nullptr, span_tools()).read(shape, record);
}

Result<void> read_part(const JsonSource& source, const Shape::Member& member, void* record, Arena& arena) {
  return Reader(source, arena, nullptr, span_tools()).read(member, record);
}

Result<void> read_object(const FileBytes& file, const Shape& shape, void* record, Arena& arena) {
  return read_object({file.text(), file.name(), file.skipped()}, shape, record, arena, nullptr);
}

Result<JsonText> check(RawJson raw) {
  static constexpr std::string_view kNull = "null";
  if (raw.empty()) return JsonText(kNull);
  if (const auto defect = defect_in(raw.bytes, nullptr)) {
    return input_error({}, {{}, defect->offset}, std::string(defect->reason), std::string(kRewrite));
  }
  return JsonText(raw.bytes);
}

std::optional<JsonText> checked_member(RawJson object, std::string_view key) {
  if (!object.bytes.starts_with('{')) return std::nullopt;
  WantedMember wanted{object.bytes, key};
  if (defect_in(object.bytes, &wanted) || wanted.value.empty()) return std::nullopt;
  return JsonText(wanted.value);
}

JsonText::Kind JsonText::kind() const {
  switch (bytes_.front()) {
    case '"':
      return Kind::kString;
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case 't':
    case 'f':
      return Kind::kBool;
    case 'n':
      return Kind::kNull;
    default:
      return Kind::kNumber;
  }
}

std::optional<JsonText> JsonText::get(std::string_view key) const {
  if (kind() != Kind::kObject) return std::nullopt;
  std::optional<JsonText> found;
  for_each_member(bytes_, [&](std::string_view raw_key, std::string_view value) {
    if (is_key(raw_key, key)) found = JsonText(value);
  });
  return found;
}

std::optional<std::string> JsonText::string() const {
  if (kind() != Kind::kString) return std::nullopt;
  return unescaped(bytes_.substr(1, bytes_.size() - 2));
}

std::optional<bool> JsonText::boolean() const {
  if (kind() != Kind::kBool) return std::nullopt;
  return bytes_ == "true";
}

std::string JsonText::scalar() const {
  if (auto text = string()) return *text;
  if (is_null()) return "None";
  if (const auto value = boolean()) return *value ? "True" : "False";
  return std::string(bytes_);
}

std::vector<JsonText> JsonText::items() const {
  std::vector<JsonText> out;
  ondemand::document document;
  ondemand::array array;
  if (kind() != Kind::kArray) return out;
  if (span_tools().parser.iterate(bytes_.data(), bytes_.size(), bytes_.size() + FileBytes::kPadding).get(document))
    return out;
  if (document.get_array().get(array)) return out;
  for (auto element : array) {
    ondemand::value item;
    if (std::move(element).get(item)) return out;
    out.push_back(JsonText(whole_of(item)));
  }
  return out;
}

std::vector<std::pair<std::string, JsonText>> JsonText::members() const {
  std::vector<std::pair<std::string, JsonText>> out;
  if (kind() != Kind::kObject) return out;
  for_each_member(bytes_, [&](std::string_view raw_key, std::string_view value) {
    out.emplace_back(unescaped(raw_key).value_or(std::string(raw_key)), JsonText(value));
  });
  return out;
}

std::vector<std::string> JsonText::strings() const {
  std::vector<std::string> out;
  if (auto text = string()) out.push_back(std::move(*text));
  for (const JsonText& item : items()) {
    if (auto text = item.string()) out.push_back(std::move(*text));
  }
  return out;
}

}  // namespace plowline
