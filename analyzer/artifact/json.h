// JSON text inside an artifact: spans that are parsed when somebody asks, and shapes that say what to read.
//
// An artifact is walked once (read_object) with simdjson's On-Demand parser. A Shape says which members of an object
// are wanted and where each goes; everything else is skipped. Strings without escapes are views into the file's
// bytes; members that few commands need are kept as RawJson, a span of text that nobody has looked into. check()
// turns such a span into a JsonText, whose accessors then cannot fail.
//
// json.cc is the only file that includes simdjson.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "artifact/file.h"
#include "diagnostic/error.h"

namespace plowline {

using StringList = std::span<const std::string_view>;

// A value's text, unparsed: `{"materialized": "table"}`, `"a\nb"`, `12`. Empty where the artifact has no such member
// or has null. A view into FileBytes.
struct RawJson {
  std::string_view bytes;
  bool empty() const { return bytes.empty(); }
};

// A value's text that is known to be well-formed JSON (Python's NaN and Infinity are numbers here, as for dbt).
// Cheap to copy; a view into FileBytes. Every accessor parses again: keep the result where it is used twice.
class JsonText {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind() const;
  std::string_view bytes() const { return bytes_; }
  bool is_null() const { return kind() == Kind::kNull; }

  // The member `key` of an object (the last one, where the key stands twice, as Python reads it).
  std::optional<JsonText> get(std::string_view key) const;
  // A string's text, unescaped; nothing for other kinds. Lone surrogates become U+FFFD.
  std::optional<std::string> string() const;
  std::optional<bool> boolean() const;
  // A string's text, or a number, bool or null as Python's str() shows it (`True`, `None`, `1.5`); objects and
  // arrays as their JSON text.
  std::string scalar() const;
  // An array's elements; an object's members in order. Empty for other kinds.
  std::vector<JsonText> items() const;
  std::vector<std::pair<std::string, JsonText>> members() const;
  // An array's strings, or a lone string as the only element; elements of other kinds are left out.
  std::vector<std::string> strings() const;

 private:
  friend Result<JsonText> check(RawJson raw);
  friend std::optional<JsonText> checked_member(RawJson object, std::string_view key);
  explicit JsonText(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

// Parses all of `raw` (nesting at most 1,000 deep). On failure the error's offset counts from `raw`'s first byte and
// the file is empty: the caller knows both. An empty span is `null`.
Result<JsonText> check(RawJson raw);

// check(object) and get(key) in one walk. Nothing where `object` is no object, or not JSON.
std::optional<JsonText> checked_member(RawJson object, std::string_view key);

// Where strings and lists live that are not views into the file's bytes. Freed as a whole.
using Arena = std::pmr::monotonic_buffer_resource;

// Which members of a JSON object are wanted, and where they go in a record of type R.
//
//   struct Checksum { std::string_view name; std::string_view checksum; };
//   const Shape checksum({member<&Checksum::name>("name"), member<&Checksum::checksum>("checksum")});
//
// The member's type says what is accepted:
//   string_view   a string, unescaped; null is empty
//   StringList    an array of strings (a null in it, which dbt writes for a macro it did not find, is empty), a lone
//                 string, or null
//   bool          true or false; null leaves it as it is
//   RawJson       anything; null is an empty span
//   a struct      an object, read with the nested shape; null is an empty struct
//   vector<S>     records: an object of records (each key goes to the shape's `key` member), an array of records, or
//                 an object of arrays of records, in the file's order; null is none
// Where a key stands twice the later one counts, as Python reads it; a vector of records twice is an error. Several
// members may name one place (an old and a new spelling): there, too, the later one counts.
class Shape {
 public:
  using Place = void* (*)(void* record);  // where in the record a value goes
  enum class Kind { kText, kTextList, kBool, kRaw, kObject, kRecords };
  struct Member {
    std::string_view key;
    Kind kind;
    Place place;
    const Shape* nested = nullptr;  // kObject, kRecords
    Place fresh = nullptr;          // kObject: the struct, emptied; kRecords: a new record at the vector's end
    bool lenient = false;           // a value of another kind counts as absent instead of being an error
  };

  // `key_place`: the string_view member that gets the key of a record that stands in a map, where the record itself
  // does not say it; a record without one is an error. May be null.
  // `whole_place`: the RawJson member that gets the record's own text; may be null.
  explicit Shape(std::vector<Member> members, Place key_place = nullptr, Place whole_place = nullptr);

  // The member of that key, or null. O(log members).
  const Member* find(std::string_view key) const;
  Place key() const { return key_; }
  // The member that says it in the record: `name`; `unique_id` where it is only the key.
  std::string_view key_name() const;
  Place whole() const { return whole_; }

 private:
  std::vector<Member> members_;  // sorted by key
  Place key_;
  Place whole_;
};

namespace shape_detail {

// (GCC 12 gives these functions one linkage name where two files have a record of one name in an unnamed namespace:
// give every record type a name of its own.)
template <auto P>
struct PointerToMember;
template <typename R, typename M, M R::* P>
struct PointerToMember<P> {
  using Record = R;
  using Value = M;
  static void* place(void* record) { return &(static_cast<R*>(record)->*P); }
  static void* emptied(void* record) { return &(static_cast<R*>(record)->*P = M{}); }
};

template <typename T>
struct RecordsOf;
template <typename T>
struct RecordsOf<std::vector<T>> {
  static void* append(void* records) { return &static_cast<std::vector<T>*>(records)->emplace_back(); }
};

}  // namespace shape_detail

template <auto P>
Shape::Member member(std::string_view key) {
  using Pointer = shape_detail::PointerToMember<P>;
  using Value = typename Pointer::Value;
  if constexpr (std::is_same_v<Value, std::string_view>) {
    return {key, Shape::Kind::kText, &Pointer::place};
  } else if constexpr (std::is_same_v<Value, StringList>) {
    return {key, Shape::Kind::kTextList, &Pointer::place};
  } else if constexpr (std::is_same_v<Value, bool>) {
    return {key, Shape::Kind::kBool, &Pointer::place};
  } else {
    static_assert(std::is_same_v<Value, RawJson>, "give a nested shape for a struct or a vector of structs");
    return {key, Shape::Kind::kRaw, &Pointer::place};
  }
}

template <auto P>
Shape::Member member(std::string_view key, const Shape& nested) {
  using Pointer = shape_detail::PointerToMember<P>;
  using Value = typename Pointer::Value;
  if constexpr (requires { &shape_detail::RecordsOf<Value>::append; }) {
    return {key, Shape::Kind::kRecords, &Pointer::place, &nested, &shape_detail::RecordsOf<Value>::append};
  } else {
    return {key, Shape::Kind::kObject, &Pointer::place, &nested, &Pointer::emptied};
  }
}

// For members whose kind differs between dbt versions, or that nothing important hangs on.
inline Shape::Member lenient(Shape::Member member) {
  member.lenient = true;
  return member;
}

template <auto P>
constexpr Shape::Place place_of() {
  return &shape_detail::PointerToMember<P>::place;
}

// Walks the one JSON object that `file` holds, once, and fills `record` (of the type the shape was made for). Views
// go into `file` and `arena`, which must outlive the record. Cost: one structural index over the file, one pass, no
// recursion deeper than the shape. What the shape does not name is skipped by counting brackets, not checked.
// Errors: not one JSON object, cut off, a value of another kind than the shape says; with JSON path, byte offset and
// next step.
Result<void> read_object(const FileBytes& file, const Shape& shape, void* record, Arena& arena);

// A JSON text that is a part of a file, or made from one. FileBytes::kPadding readable bytes follow it.
struct JsonSource {
  std::string_view text;
  std::string_view name;    // for messages
  std::size_t skipped = 0;  // added to offsets in messages
};

// The same. `top_keys` (may be null) gets the keys of the outermost object, raw, in their order.
Result<void> read_object(const JsonSource& source, const Shape& shape, void* record, Arena& arena,
                         std::vector<std::string_view>* top_keys);

// The same for one of many small parts of a file (a node's config): the thread's parser is kept from call to call.
Result<void> read_part(const JsonSource& source, const Shape& shape, void* record, Arena& arena);

// The same where the part is a member's value, an object or an array: a node's columns as a vector of records.
Result<void> read_part(const JsonSource& source, const Shape::Member& member, void* record, Arena& arena);

}  // namespace plowline
