#include "query/functions.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/text_search.h"
#include "lint/pattern.h"
#include "query/like_pattern.h"

namespace plowline {
namespace {

// What every function of this file is given.
struct Call {
  sqlite3_context* context;
  std::span<sqlite3_value*> values;

  ClockWatch watch() const { return ClockWatch(*static_cast<const QueryState*>(sqlite3_user_data(context))); }
  bool is_null(std::size_t i) const { return sqlite3_value_type(values[i]) == SQLITE_NULL; }
  bool is_blob(std::size_t i) const { return sqlite3_value_type(values[i]) == SQLITE_BLOB; }
  // The bytes of a text, a number as text, or a blob. They are valid until the call ends.
  std::string_view bytes(std::size_t i) const {
    const void* bytes = is_blob(i) ? sqlite3_value_blob(values[i]) : sqlite3_value_text(values[i]);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(values[i]))};
  }

  void give(std::string_view text) const {
    const char* bytes = text.empty() ? "" : text.data();  // (nothing at all would be NULL)
    sqlite3_result_text64(context, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  // The query ends as it does where SQLite itself looks at the clock.
  void stop() const { sqlite3_result_error_code(context, SQLITE_INTERRUPT); }
  void fail(const char* reason) const { sqlite3_result_error(context, reason, -1); }
};

template <void (*Function)(const Call&)>
void called(sqlite3_context* context, int count, sqlite3_value** values) {
  Function({context, {values, static_cast<std::size_t>(count)}});
}

// Keeps what is made of an argument that is the same in every row. SQLite may free it at once where it does not, so
// that `use` comes before.
template <typename T, typename Use>
void use_and_keep(const Call& call, std::unique_ptr<T> made, Use&& use) {
  use(*made);
  sqlite3_set_auxdata(call.context, 0, made.release(), [](void* held) { delete static_cast<T*>(held); });
}

bool goes_on(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// --- text regexp pattern: SQLite calls it regexp(pattern, text) ------------------------------------------------------

void regexp(const Call& call) {
  if (call.is_null(0) || call.is_null(1)) return;
  const auto find = [&](const Pattern& pattern) {
    sqlite3_result_int(call.context, pattern.found_in(call.bytes(1)) ? 1 : 0);
  };
  if (const auto* kept = static_cast<const Pattern*>(sqlite3_get_auxdata(call.context, 0))) return find(*kept);
  auto pattern = Pattern::compile(call.bytes(0));
  if (!pattern) return call.fail(pattern.error().reason.c_str());
  use_and_keep(call, std::make_unique<Pattern>(*std::move(pattern)), find);
}

// --- like and glob: the pattern comes first, too ---------------------------------------------------------------------

// Nothing where the error has been given already.
std::optional<char32_t> escape_of(const Call& call) {
  if (call.values.size() < 3) return char32_t{0};
  const std::string_view text = call.bytes(2);
  std::size_t at = 0;
  const char32_t escape = text.empty() ? char32_t{0} : next_character(text, at);
  if (escape != 0 && (at == text.size() || text[at] == '\0')) return escape;
  call.fail("ESCAPE expression must be a single character");
  return std::nullopt;
}

void match(const Call& call, const LikePattern& pattern) {
  ClockWatch watch = call.watch();
  const auto matched = pattern.matches(call.bytes(1), watch);
  if (!matched) return call.stop();
  sqlite3_result_int(call.context, *matched ? 1 : 0);
}

template <bool IsGlob>
void like(const Call& call) {
  // (Debian's SQLite and many others are built so that a blob is like nothing.)
  if (call.is_blob(0) || call.is_blob(1)) return sqlite3_result_int(call.context, 0);
  const std::string_view text = call.bytes(0);
  const int longest = sqlite3_limit(sqlite3_context_db_handle(call.context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
  if (text.size() > static_cast<std::size_t>(longest)) return call.fail("LIKE or GLOB pattern too complex");
  if (call.values.size() == 3 && call.is_null(2)) return;
  const auto escape = escape_of(call);
  if (!escape || call.is_null(0) || call.is_null(1)) return;
  // (Two arguments are kept for one: the escape would have to be compared as well.)
  const bool keeps = call.values.size() == 2;
  if (const void* kept = keeps ? sqlite3_get_auxdata(call.context, 0) : nullptr) {
    return match(call, *static_cast<const LikePattern*>(kept));
  }
  auto made = std::make_unique<LikePattern>(IsGlob ? LikePattern::of_glob(text) : LikePattern::of_like(text, *escape));
  if (!keeps) return match(call, *made);
  use_and_keep(call, std::move(made), [&](const LikePattern& pattern) { match(call, pattern); });
}

// --- instr and replace -----------------------------------------------------------------------------------------------

// From 1, in characters, or in bytes where both are blobs; 0: it is not there. A place within a character is none.
void instr(const Call& call) {
  if (call.is_null(0) || call.is_null(1)) return;
  const bool in_bytes = call.is_blob(0) && call.is_blob(1);
  const std::string_view text = call.bytes(0);
  const std::string_view wanted = call.bytes(1);
  std::size_t found = 0;
  if (!wanted.empty()) {
    const bool within = !in_bytes && goes_on(wanted.front());  // (broken UTF-8: only the text's beginning counts)
    found = !within ? find_text(text, wanted) : text.starts_with(wanted) ? 0 : std::string_view::npos;
  }
  if (found == std::string_view::npos) return sqlite3_result_int(call.context, 0);
  std::int64_t place = static_cast<std::int64_t>(found) + 1;
  if (!in_bytes && found > 0) place -= std::ranges::count_if(text.substr(1, found), goes_on);
  sqlite3_result_int64(call.context, place);
}

void replace(const Call& call) {
  if (call.is_null(0) || call.is_null(1)) return;
  const std::string_view wanted = call.bytes(1);
  if (wanted.empty() || wanted.front() == '\0') return call.give(call.bytes(0));
  if (call.is_null(2)) return;
  std::string_view text = call.bytes(0);
  const std::string_view instead = call.bytes(2);
  const int longest = sqlite3_limit(sqlite3_context_db_handle(call.context), SQLITE_LIMIT_LENGTH, -1);
  std::string out;
  for (std::size_t found = 0; (found = find_text(text, wanted)) != std::string_view::npos;) {
    out.append(text.substr(0, found)).append(instead);
    if (out.size() > static_cast<std::size_t>(longest)) return sqlite3_result_error_toobig(call.context);
    text.remove_prefix(found + wanted.size());
  }
  call.give(out.append(text));
}

// --- trim, ltrim, rtrim ----------------------------------------------------------------------------------------------

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  text = text.substr(0, text.find('\0'));
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    next_character(text, end);
    characters.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return characters;
}

// The first of `characters` that fits; empty where none does, or the time is over.
template <typename Fits>
std::string_view first_that(const std::vector<std::string_view>& characters, ClockWatch& watch, Fits&& fits) {
  for (const std::string_view character : characters) {
    if (watch.is_late()) return {};
    if (fits(character)) return character;
  }
  return {};
}

template <bool Front, bool Back>
void trim(const Call& call) {
  if (call.is_null(0) || (call.values.size() > 1 && call.is_null(1))) return;
  std::string_view text = call.bytes(0);
  const auto characters = characters_of(call.values.size() > 1 ? call.bytes(1) : std::string_view(" "));
  const auto begins = [&](std::string_view character) { return text.starts_with(character); };
  const auto ends = [&](std::string_view character) { return text.ends_with(character); };
  ClockWatch watch = call.watch();
  std::string_view found;
  while (Front && !(found = first_that(characters, watch, begins)).empty()) text.remove_prefix(found.size());
  while (Back && !(found = first_that(characters, watch, ends)).empty()) text.remove_suffix(found.size());
  if (watch.was_late()) return call.stop();
  call.give(text);
}

struct Function {
  const char* name;
  int arguments;
  void (*call)(sqlite3_context*, int, sqlite3_value**);
};
constexpr std::array kFunctions{Function{"regexp", 2, called<regexp>},
                                Function{"like", 2, called<like<false>>},
                                Function{"like", 3, called<like<false>>},
                                Function{"glob", 2, called<like<true>>},
                                Function{"instr", 2, called<instr>},
                                Function{"replace", 3, called<replace>},
                                Function{"trim", 1, called<trim<true, true>>},
                                Function{"trim", 2, called<trim<true, true>>},
                                Function{"ltrim", 1, called<trim<true, false>>},
                                Function{"ltrim", 2, called<trim<true, false>>},
                                Function{"rtrim", 1, called<trim<false, true>>},
                                Function{"rtrim", 2, called<trim<false, true>>}};

}  // namespace

int add_functions(sqlite3* connection, QueryState& state) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  for (const Function& function : kFunctions) {
    const int status = sqlite3_create_function_v2(connection, function.name, function.arguments, kFlags, &state,
                                                  function.call, nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) return status;
  }
  return SQLITE_OK;
}

}  // namespace plowline
