// The script and the style of the HTML report, as they are built into the program.
//
// Both come from page/, which is TypeScript and CSS: the build bundles it with npm where Node.js is, and keeps the
// bytes in a generated file (.cmake/Page.cmake). plowline itself needs no Node.js. A program that was built without it
// has none of the two, and its HTML report is the static part alone.
#pragma once

#include <string_view>

namespace plowline {

// Both texts are ASCII without a carriage return; neither ends the element that it stands in.
struct ReportPage {
  std::string_view script;
  std::string_view style;
  std::string_view missing;  // why there is no script: a clause, `it was built where …`; empty where there is one

  bool is_there() const { return !script.empty(); }
};

// That of this program. The texts live as long as the program.
ReportPage built_page();

}  // namespace plowline
