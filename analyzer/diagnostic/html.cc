#include "diagnostic/html.h"

#include "diagnostic/error.h"

namespace plowline {
namespace {

void add_escaped(std::string_view text, std::string& out) {
  if (text.find_first_of("&<>\"'") == std::string_view::npos) {
    out += text;
    return;
  }
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find_first_of("\n\t");
    add_escaped(printable(text.substr(0, end)), out);
    if (end == std::string_view::npos) return out;
    out += text[end];
    text.remove_prefix(end + 1);
  }
}

}  // namespace plowline
