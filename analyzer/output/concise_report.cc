#include "output/concise_report.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "diagnostic/error.h"
#include "lint/parallel.h"
#include "output/finding_words.h"
#include "output/palette.h"
#include "output/text_report.h"

namespace plowline {

namespace {

void add_line(const Finding& finding, const Palette& palette, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}: {} {}: {}\n", palette.bold(place_text(finding)),
                 palette.severe(finding.severity, severity_word(finding.severity)), palette.rule(finding.rule),
                 printable(finding.message));
}

constexpr std::size_t kPart = 4'000;
constexpr std::size_t kPartsAtATime = 4;

using Findings = std::span<const Finding>;

// The parts' texts. Their memory is used again.
class Wave {
 public:
  // Takes the first findings away.
  void begin(Findings& rest) {
    findings_ = rest.first(std::min(rest.size(), kPart * kPartsAtATime));
    rest = rest.subspan(findings_.size());
  }
  std::size_t parts() const { return (findings_.size() + kPart - 1) / kPart; }

  void render(std::size_t part, const Palette& palette) {
    std::string& text = texts_[part];
    text.clear();
    const Findings its = findings_.subspan(part * kPart);
    for (const Finding& finding : its.first(std::min(kPart, its.size()))) add_line(finding, palette, text);
    text = without_runner_commands(std::move(text));
  }

  Result<void> write(const TextSink& sink) const {
    for (std::size_t i = 0; i < parts(); ++i) {
      if (auto written = sink(texts_[i]); !written) return written;
    }
    return {};
  }

 private:
  Findings findings_;
  std::array<std::string, kPartsAtATime> texts_;
};

}  // namespace

Result<void> concise_report(const LintReport& report, const ReportOptions& options, const TextSink& sink) {
  const std::string end = summary_line(report) + "\n";  // what was not run is told by the other formats
  if (options.statistics) return sink(lint_statistics(report) + end);
  const Palette palette(options.color);
  Findings rest = report.findings;
  // One is written while the other is made.
  Wave written;
  Wave made;
  do {
    std::swap(written, made);
    made.begin(rest);
    Result<void> done;
    in_parallel(made.parts() + 1, [&](std::size_t task) {
      if (task == 0) {
        done = written.write(sink);
      } else {
        made.render(task - 1, palette);
      }
    });
    if (!done) return done;
  } while (made.parts() > 0);
  return sink(end);
}

}  // namespace plowline
