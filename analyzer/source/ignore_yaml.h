// The comments of one YAML file, and what each covers of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/ignore_comments.h"
#include "source/property_file.h"
#include "source/yaml_comments.h"

namespace plowline {

// What a comment in a property file belongs to; all are empty where it belongs to nothing.
struct YamlOwners {
  bool whole_file = false;
  std::vector<const PropertySection*> sections;
  std::vector<const PropertyEntry*> entries;
  struct Column {
    const PropertyEntry* entry;
    const PropertyColumn* column;
  };
  std::vector<Column> columns;
  struct Test {
    const PropertyTest* test;
  };
  std::vector<Test> tests;
  LineSpan lines;  // of all of them, or where nothing else is known, of the comment and the line below
};

// The things in a property file that a comment can belong to, found once for all of its comments.
class YamlOwnerIndex {
 public:
  // `file` and `comments` (those of its text) must outlive this object.
  YamlOwnerIndex(const PropertyFile& file, std::string_view text, std::span<const YamlComment> comments);

  YamlOwners owners_of(const YamlComment& comment) const;
  // The line a comment concerns where a file has no entries: its own, or, alone on its line, the next that is none.
  std::uint32_t concerned_line(const YamlComment& comment) const;
  bool is_at_top(const YamlComment& comment) const;
  const LineIndex& lines() const { return lines_; }

 private:
  struct Thing {
    LineSpan lines;
    int depth;  // 0: a section
    const PropertySection* section = nullptr;
    const PropertyEntry* entry = nullptr;
    const PropertyColumn* column = nullptr;
    const PropertyTest* test = nullptr;
  };
  void add(const PropertyFile& file, const PropertyEntry& entry);
  void add_tests(const std::vector<PropertyTest>& tests, int depth);
  YamlOwners owners(const std::vector<const Thing*>& things) const;

  LineIndex lines_;
  std::vector<bool> only_comment_;  // by line: a comment stands alone on it
  std::uint32_t first_content_ = 0;
  std::vector<Thing> things_;
};

}  // namespace plowline
