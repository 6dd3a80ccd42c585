#include "report/report_html.h"

#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "diagnostic/html.h"
#include "lint/parallel.h"
#include "output/finding_words.h"
#include "report/report_html_sections.h"
#include "report/report_json.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestTitle = 80;  // bytes of the project's name in the window's title

// Nothing is allowed but these very bytes. `data:` is for pictures that the style itself holds.
std::string policy(const ReportPage& page, std::string_view style) {
  std::string out = "default-src 'none'; ";
  if (page.is_there()) out += fmt::format("script-src '{}'; ", policy_hash(page.script));
  return out + fmt::format("style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'", policy_hash(style));
}

std::string head(const SelectionReport& report, const ReportPage& page) {
  const std::string_view style = page.is_there() ? page.style : static_style();
  const std::string name = report.plan.project ? report.plan.project->name : "";
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}: {} – plowline report</title>\n<style>{}</style>\n</head>\n",
      policy(page, style), html_text(cut_text(name.empty() ? "dbt project" : name, kLongestTitle)),
      counted(report.nodes.size(), "node"), style);
}

std::string remark(const ReportPage& page) {
  if (!page.is_there()) {
    return fmt::format("<p class=\"note\" id=\"page-missing\">{}</p>\n", html_text(missing_page_text(page)));
  }
  return "<noscript><p class=\"note\">The lineage graph, search, filters and copy buttons need scripts; everything "
         "else is below.</p></noscript>\n"
         "<section id=\"lineage\" hidden></section>\n";
}

std::string body(const SelectionReport& report, const Warnings& warnings, const ReportPage& page) {
  std::string out = "<body>\n" + header_html(report) + "<main id=\"app\">\n" + remark(page);
  for (const auto part : {commands_html, windows_html, findings_html, nodes_html, impact_html}) out += part(report);
  out += warnings_html(warnings);
  out += "</main>\n<footer id=\"report-footer\">Made by plowline report</footer>\n";
  return out;
}

}  // namespace

std::string missing_page_text(const ReportPage& page) {
  return fmt::format(
      "This report has no lineage graph, search, filters or copy buttons, as this plowline lacks the report's script: "
      "{}. Build plowline where Node.js 18 or newer and npm are installed to get them; in its sources, 'make test' "
      "installs both, and 'cmake -DPLOWLINE_PAGE=ON' insists on them. --format dot draws the graph with Graphviz.",
      page.missing.empty() ? "it was built without it" : page.missing);
}

std::string json_in_html(const std::string& json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  std::size_t kept = 0;  // where what is not yet copied begins
  const auto replace = [&](std::size_t at, std::size_t length, std::string_view escape) {
    out.append(json, kept, at - kept);
    out += escape;
    kept = at + length;
  };
  for (std::size_t i = 0; i < json.size(); ++i) {
    switch (json[i]) {
      case '<':
        replace(i, 1, "\\u003c");
        break;
      case '>':
        replace(i, 1, "\\u003e");
        break;
      case '&':
        replace(i, 1, "\\u0026");
        break;
      case '\xE2':
        if (json.compare(i, 3, "\xE2\x80\xA8") == 0) replace(i, 3, "\\u2028");
        if (json.compare(i, 3, "\xE2\x80\xA9") == 0) replace(i, 3, "\\u2029");
        break;
      default:
        break;
    }
  }
  return out.append(json, kept);
}

std::string policy_hash(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 45> text{};  // 44 characters for 32 bytes, and a NUL
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return "sha256-" + std::string(text.begin(), text.begin() + length);
}

Result<std::string> report_html(const SelectionReport& report, const Warnings& warnings, const ReportPage& page) {
  // The two halves of the file, for readers and for the script: neither needs the other.
  std::string out;
  Result<std::string> data;
  in_parallel(2, [&](std::size_t half) {
    if (half == 0) {
      out = head(report, page) + body(report, warnings, page);
    } else {
      data = report_json_line(report, warnings);
      if (data) data = json_in_html(*data);
    }
  });
  if (!data) return data;
  constexpr std::size_t kTags = 1000;
  out.reserve(out.size() + data->size() + page.script.size() + kTags);
  out += "<script type=\"application/json\" id=\"report-data\">";
  out += *data;
  out += "</script>\n";
  if (page.is_there()) {
    out += "<script>";
    out += page.script;
    out += "</script>\n";
  }
  out += "</body>\n</html>\n";
  return out;
}

}  // namespace plowline
