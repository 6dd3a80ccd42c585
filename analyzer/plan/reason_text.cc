#include "plan/reason_text.h"

#include <fmt/format.h>

namespace plowline {

std::string reason_text(const Project& project, const Reason& reason) {
  const std::string via = reason.via ? std::string(project.node(*reason.via).name) : "";
  switch (reason.step) {
    case Reason::Step::kMatched:
      return fmt::format("{} matches it", reason.criterion);
    case Reason::Step::kAncestor:
      return fmt::format("{}: upstream of {}", reason.criterion, via);
    case Reason::Step::kDescendant:
      return fmt::format("{}: downstream of {}", reason.criterion, via);
    case Reason::Step::kChildrensParent:
      return fmt::format("{}: upstream of {}, which is downstream of a match", reason.criterion, via);
    case Reason::Step::kTest:
      return fmt::format("{}: a test of {}", reason.criterion, via);
    case Reason::Step::kCompletedTest:
      return fmt::format("{}: a test of {}, all of whose parents are selected", reason.criterion, via);
  }
  return reason.criterion;
}

}  // namespace plowline
