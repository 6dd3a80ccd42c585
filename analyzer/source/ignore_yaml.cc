#include "source/ignore_yaml.h"

#include <algorithm>

namespace plowline {
namespace {

bool is_content(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] != '#' && line != "---" && !line.starts_with("%");
}

// Whether an item of a list begins with this line, and not behind a key in it: `columns: [{name: id}]`.
bool begins_item(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && (line[first] == '-' || line[first] == '{');
}

}  // namespace

YamlOwnerIndex::YamlOwnerIndex(const PropertyFile& file, std::string_view text, std::span<const YamlComment> comments)
    : lines_(text), only_comment_(lines_.count() + 2) {
  for (const YamlComment& comment : comments) {
    if (comment.alone) only_comment_[lines_.line_at(comment.offset)] = true;
  }
  for (first_content_ = 1; first_content_ <= lines_.count(); ++first_content_) {
    if (is_content(lines_.line(first_content_))) break;
  }
  for (const PropertySection& section : file.sections()) {
    Thing thing{section.lines, 0};
    thing.section = &section;
    things_.push_back(thing);
  }
  for (const PropertyEntry& entry : file.entries()) add(file, entry);
}

void YamlOwnerIndex::add(const PropertyFile& file, const PropertyEntry& entry) {
  const int depth = file.parent_of(entry) == nullptr ? 1 : 2;
  Thing thing{entry.lines, depth};
  thing.entry = &entry;
  things_.push_back(thing);
  for (const PropertyColumn& column : entry.columns) {
    Thing of_column{column.lines, 3};
    of_column.entry = &entry;
    of_column.column = &column;
    things_.push_back(of_column);
    add_tests(column.tests, 4);
  }
  add_tests(entry.tests, 4);
}

void YamlOwnerIndex::add_tests(const std::vector<PropertyTest>& tests, int depth) {
  for (const PropertyTest& test : tests) {
    Thing thing{test.lines, depth};
    thing.test = &test;
    things_.push_back(thing);
  }
}

bool YamlOwnerIndex::is_at_top(const YamlComment& comment) const {
  return lines_.line_at(comment.offset) < first_content_;
}

std::uint32_t YamlOwnerIndex::concerned_line(const YamlComment& comment) const {
  std::uint32_t line = lines_.line_at(comment.offset);
  if (!comment.alone) return line;
  while (line < lines_.count() && only_comment_[line]) ++line;
  return line;
}

YamlOwners YamlOwnerIndex::owners_of(const YamlComment& comment) const {
  YamlOwners found;
  if (is_at_top(comment)) {
    found.whole_file = true;
    return found;
  }
  const std::uint32_t line = lines_.line_at(comment.offset);
  std::vector<const Thing*> best;
  // Directly above something: of what begins there, the outermost.
  if (comment.alone) {
    const std::uint32_t next = concerned_line(comment);
    for (const Thing& thing : things_) {
      if (thing.lines.first != next || next == line) continue;
      if (thing.section == nullptr && !begins_item(lines_.line(next))) continue;
      if (!best.empty() && thing.depth > best.front()->depth) continue;
      if (!best.empty() && thing.depth < best.front()->depth) best.clear();
      best.push_back(&thing);
    }
    if (!best.empty()) return owners(best);
  }
  // Else what has it in its lines: the shortest, of equally short ones the outermost. A section only where the comment
  // stands behind its key.
  const auto size = [](const Thing& thing) { return thing.lines.last - thing.lines.first; };
  for (const Thing& thing : things_) {
    if (!thing.lines.contains(line)) continue;
    if (thing.section != nullptr && (comment.alone || thing.lines.first != line)) continue;
    if (!best.empty()) {
      const auto of_best = std::pair(size(*best.front()), best.front()->depth);
      const auto of_this = std::pair(size(thing), thing.depth);
      if (of_this > of_best) continue;
      if (of_this < of_best) best.clear();
    }
    best.push_back(&thing);
  }
  if (!best.empty()) return owners(best);
  found.lines = {line, concerned_line(comment)};
  return found;
}

YamlOwners YamlOwnerIndex::owners(const std::vector<const Thing*>& things) const {
  YamlOwners found;
  found.lines = things.front()->lines;
  for (const Thing* thing : things) {
    found.lines.first = std::min(found.lines.first, thing->lines.first);
    found.lines.last = std::max(found.lines.last, thing->lines.last);
    if (thing->section != nullptr) {
      found.sections.push_back(thing->section);
    } else if (thing->test != nullptr) {
      found.tests.push_back({thing->test});
    } else if (thing->column != nullptr) {
      found.columns.push_back({thing->entry, thing->column});
    } else {
      found.entries.push_back(thing->entry);
    }
  }
  return found;
}

}  // namespace plowline
