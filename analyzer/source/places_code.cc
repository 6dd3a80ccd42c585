// Places of pieces of code: from the text that the manifest has to the file it was read from.
//
// dbt keeps a file's text without the blanks around it, of a snapshot what stands inside its block, of a macro the
// whole block. Line ends are the file's as dbt found it; a repository may have converted them since.
#include <algorithm>
#include <utility>

#include "artifact/text_search.h"
#include "project/file_checksum.h"
#include "source/places.h"

namespace plowline {
namespace {

constexpr std::size_t kShortestLine = 4;  // a shorter line is no sign that two texts are one
constexpr int kMostTries = 100;           // places of a line's text in the file

std::string unescaped(RawJson raw) {
  const auto value = check(raw);
  return value ? value->string().value_or("") : std::string();
}

// How many of the bytes before `offset` are carriage returns of a `\r\n`.
std::size_t returns_before(std::string_view text, std::size_t offset) {
  std::size_t count = 0;
  for (std::size_t at = text.find("\r\n"); at < offset; at = text.find("\r\n", at + 2)) ++count;
  return count;
}

std::string without_returns(std::string_view text) {
  if (!text.contains('\r')) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') out += text[i];
  }
  return out;
}

// The Rust engine (dbt 2.x) notes where each ref() stands in the file. Where the code has it at that very line and
// column, the code begins where the file does.
bool begins_with_the_file(const NodeRecord& node, std::string_view code) {
  if (!has_text(node.whole.bytes, "nodes_with_ref_location")) return false;
  const auto whole = check(node.whole);
  const auto depends_on = whole ? whole->get("depends_on") : std::nullopt;
  const auto refs = depends_on ? depends_on->get("nodes_with_ref_location") : std::nullopt;
  if (!refs) return false;
  for (const JsonText& ref : refs->items()) {
    const auto parts = ref.items();
    if (parts.size() != 2) continue;
    const auto number = [&](std::string_view key) -> std::uint32_t {
      const auto value = parts[1].get(key);
      const std::string digits = value ? value->scalar() : std::string();
      const bool usable = !digits.empty() && digits.size() < 9 && digits.find_first_not_of("0123456789") == digits.npos;
      return usable ? static_cast<std::uint32_t>(std::stoul(digits)) : 0;
    };
    const auto file = parts[1].get("file");
    const std::uint32_t line = number("line");
    if (line == 0 || !file || file->string() != node.original_file_path) continue;
    const std::string_view text = line_of(code, line);
    const std::size_t column = number("col");
    const std::string_view rest = column == 0 || column > text.size() ? "" : text.substr(column - 1);
    return rest.starts_with("ref") || rest.starts_with("source");
  }
  return false;
}

}  // namespace

// `block`: the snapshot or macro whose block the code is of; empty: the whole file.
void Places::find_in_file(Code& code, std::string_view block) {
  SourceFile* file = files_.file(code.path);
  if (file == nullptr) return;
  const std::string_view text = file->text();
  const std::string_view wanted = stripped(code.plain);
  if (wanted.empty()) return;
  const std::size_t before = static_cast<std::size_t>(wanted.data() - code.plain.data());
  std::size_t from = 0;
  if (!block.empty()) {
    const auto& blocks = file->blocks();
    const auto its = std::ranges::find_if(
        blocks, [&](const JinjaBlock& each) { return each.kind == "snapshot" ? each.name == block : each.is(block); });
    if (its != blocks.end()) from = its->offset;
  }
  std::size_t at = find_text(text, wanted, from);
  if (at == std::string_view::npos && from > 0) at = find_text(text, wanted, 0);
  // (Of code that begins with blanks that the file does not have, those have no place.)
  if (at != std::string_view::npos && at >= before) code.at = at - before;
}

Places::Code& Places::code_of(NodeId id) {
  const auto [place, is_new] = node_codes_.try_emplace(static_cast<std::uint32_t>(index_of(id)));
  Code& code = place->second;
  if (!is_new) return code;
  const NodeRecord& node = project_.node(id);
  code.path = path_of(id);
  code.text = unescaped(node.raw_code);
  code.plain = without_returns(code.text);
  find_in_file(code, node.resource_type == ResourceType::kSnapshot ? node.name : std::string_view());
  if (files_.file(code.path) == nullptr) code.text_is_file = begins_with_the_file(node, code.plain);
  return code;
}

const Places::Code& Places::code_of(const MacroRecord& macro) {
  const auto [place, is_new] = macro_codes_.try_emplace(&macro);
  Code& code = place->second;
  if (!is_new) return code;
  code.path = files_.path_of(macro.package_name, macro.original_file_path);
  code.text = unescaped(macro.macro_sql);
  code.plain = without_returns(code.text);
  find_in_file(code, macro.name);
  return code;
}

Place Places::code_place(const Code& code, std::size_t offset, std::size_t length) {
  offset = std::min(offset, code.text.size());
  length = std::min(length, code.text.size() - offset);
  const std::size_t from = offset - returns_before(code.text, offset);
  const std::size_t to = offset + length - returns_before(code.text, offset + length);
  if (code.text_is_file) return place(code.path, plowline::range_of(code.plain, from, to - from));
  SourceFile* file = files_.file(code.path);
  if (file == nullptr) return place(code.path);
  if (code.at) return place(code.path, file->lines().range(*code.at + from, to - from));

  // The file has changed since: the same line, if there is just one.
  const std::size_t start = from == 0 ? 0 : code.plain.rfind('\n', from - 1) + 1;
  const std::string_view rest = std::string_view(code.plain).substr(start);
  const std::string_view line = stripped(rest.substr(0, rest.find('\n')));
  if (line.size() < kShortestLine) return place(code.path);
  std::optional<std::size_t> only;
  int tries = 0;
  for (std::size_t at = find_text(file->text(), line, 0); at != std::string_view::npos;
       at = find_text(file->text(), line, at + 1)) {
    if (++tries > kMostTries) return place(code.path);
    if (stripped(file->lines().line(file->lines().line_at(at))) != line) continue;
    if (only) return place(code.path);
    only = at;
  }
  if (!only) return place(code.path);
  const auto line_start = static_cast<std::size_t>(line.data() - code.plain.data());
  const std::size_t within = from > line_start ? std::min(from - line_start, line.size()) : 0;
  return place(code.path, file->lines().range(*only + within, std::min(to - from, line.size() - within)));
}

Place Places::code(NodeId id, std::size_t offset, std::size_t length) {
  const Code& code = code_of(id);
  // (The code of a generic test is dbt's own and stands nowhere.)
  if (code.text.empty() || properties_path_of(id) == code.path) return node(id);
  return code_place(code, offset, length);
}

Place Places::code(const MacroRecord& macro, std::size_t offset, std::size_t length) {
  return code_place(code_of(macro), offset, length);
}

Place Places::macro(const MacroRecord& macro) {
  const std::string path = files_.path_of(macro.package_name, macro.original_file_path);
  SourceFile* file = files_.file(path);
  if (file == nullptr) return place(path);
  const auto& blocks = file->blocks();
  const Code& code = code_of(macro);
  // By the name; a file has one materialization for each of several adapters.
  const auto is_its = [&](const JinjaBlock& block) { return block.is(macro.name); };
  const auto is_same = [&](const JinjaBlock& block) { return is_its(block) && code.at && *code.at == block.offset; };
  auto block = std::ranges::find_if(blocks, is_same);
  if (block == blocks.end()) block = std::ranges::find_if(blocks, is_its);
  if (block == blocks.end()) return beginning(path);
  const auto name = static_cast<std::size_t>(block->name.data() - file->text().data());
  return place(path, file->lines().range(name, block->name.size()));
}

}  // namespace plowline
