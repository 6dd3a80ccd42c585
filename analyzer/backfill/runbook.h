// A document of sections for people: what `plowline backfill plan` prints as text, Markdown or HTML.
//
// Texts are plain: whoever renders a Runbook escapes them for its format, so that a hostile name in a manifest stays a
// name. Nothing here knows of backfills.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plowline {

struct Block {
  enum class Kind : std::uint8_t {
    kParagraph,
    kList,     // `items`
    kCommand,  // `text`: for a shell
    kSql,      // `text`
    kTable,    // `header`, `rows`
    kChecks,   // `items` with `marks`
  };
  enum class Mark : std::uint8_t { kOk, kFailed, kWarning, kUnknown };

  Kind kind = Kind::kParagraph;
  std::string text;
  std::vector<std::string> items;
  std::vector<Mark> marks;  // of kChecks, as many as items
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  static Block paragraph(std::string text) { return {Kind::kParagraph, std::move(text), {}, {}, {}, {}}; }
  static Block list(std::vector<std::string> items) { return {Kind::kList, {}, std::move(items), {}, {}, {}}; }
  static Block command(std::string text) { return {Kind::kCommand, std::move(text), {}, {}, {}, {}}; }
  static Block sql(std::string text) { return {Kind::kSql, std::move(text), {}, {}, {}, {}}; }
};

struct Section {
  std::string title;
  std::vector<Block> blocks;
};

struct Runbook {
  std::string title;
  std::vector<Section> sections;
};

// Each ends with a line feed. to_html() gives a page of its own, without scripts or anything that is loaded.
std::string to_text(const Runbook& runbook);
std::string to_markdown(const Runbook& runbook);
std::string to_html(const Runbook& runbook);

}  // namespace plowline
