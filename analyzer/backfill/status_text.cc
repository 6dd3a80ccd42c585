#include "backfill/status_text.h"

#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnostic/error.h"
#include "diagnostic/name_list.h"

namespace plowline {
namespace {

constexpr std::size_t kShownNames = 8;

void add_line(std::string& out, std::string_view label, std::string_view text) {
  out += fmt::format("  {:<10} {}\n", label, text);
}

std::string state_text(const std::optional<RunState>& state) {
  return state ? fmt::format("state {} ({})", static_cast<int>(*state), to_string(*state)) : "state not known";
}

std::string window_text(const std::optional<Instant>& lower, const std::optional<Instant>& upper, bool reaches_now) {
  if (!lower || !upper) return {};
  return fmt::format(", {} to {}", to_text(*lower), reaches_now ? "the time of the run" : to_text(*upper));
}

std::string names_text(const std::vector<std::string>& names, bool verbose) {
  const bool all = verbose || names.size() <= kShownNames;
  return all ? comma_list(names) : comma_list(names, kShownNames) + " (-v)";
}

// `62 days`, `5 hours`, `12 minutes`, `0.518 seconds`.
std::string lag_text(std::chrono::microseconds lag) {
  using namespace std::chrono;
  const auto whole = [](auto count, std::string_view unit) {
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
  };
  if (lag >= days(2)) return whole(floor<days>(lag).count(), "day");
  if (lag >= hours(2)) return whole(floor<hours>(lag).count(), "hour");
  if (lag >= minutes(2)) return whole(floor<minutes>(lag).count(), "minute");
  return fmt::format("{} seconds", duration<double>(lag).count());
}

std::string headline(const PackageStatus& package) {
  if (package.problem) return std::string(to_string(*package.problem));
  if (package.up_to_date == true) return "up to date";
  if (package.runs_left) return fmt::format("{} {} left", *package.runs_left, *package.runs_left == 1 ? "run" : "runs");
  return package.up_to_date ? "not up to date" : "not known whether it is up to date";
}

void add_problem(std::string& out, const std::string& message, const std::string& next_step) {
  if (!message.empty()) add_line(out, "problem", message);
  if (!next_step.empty()) add_line(out, "to do", next_step);
}

void add_behind(std::string& out, const PackageStatus& package, bool verbose) {
  std::size_t shown = 0;
  for (const ModelStanding& standing : package.out_of_sync) {
    if (!verbose && shown++ == kShownNames) {
      add_line(out, "", fmt::format("and {} more (-v)", package.out_of_sync.size() - kShownNames));
      return;
    }
    add_line(out, "behind",
             fmt::format("{} by {} ({})", printable(standing.model), lag_text(standing.lag),
                         to_text(*standing.last_success)));
  }
}

void add_package(std::string& out, const PackageStatus& package, bool verbose) {
  out += fmt::format("{}: {}\n", package.package.empty() ? "a package" : printable(package.package), headline(package));
  add_problem(out, package.message, package.next_step);
  if (package.state || package.upper_limit)
    add_line(out, "last run", state_text(package.state) + window_text(package.lower_limit, package.upper_limit, false));
  if (package.manifest_written == false) add_line(out, "", "its manifest was not written");
  if (package.next.state) {
    add_line(out, "next run",
             state_text(package.next.state) +
                 window_text(package.next.lower_limit, package.next.upper_limit, package.next.reaches_now) +
                 (package.next.exact ? "" : ", by what is known"));
  }
  if (package.problem && package.runs_left && *package.runs_left > 0)
    add_line(out, "runs left", fmt::format("{}", *package.runs_left));
  if (!package.new_models.empty())
    add_line(out, "new", names_text(package.new_models, verbose) + " (in run, without a row in the manifest)");
  add_behind(out, package, verbose);
  for (const std::string& note : package.notes) add_line(out, "note", printable(note));
}

}  // namespace

std::string status_text(const BackfillStatus& status, bool verbose) {
  std::string out;
  if (status.problem) {
    out += fmt::format("{}\n", to_string(*status.problem));
    add_problem(out, status.message, status.next_step);
  }
  for (const PackageStatus& package : status.packages) add_package(out, package, verbose);
  if (status.packages.empty() && !status.problem) {
    out += status.succeeded == true ? "the run succeeded, and no Snowplow package computed a window in it\n"
                                    : "no Snowplow package is heard of\n";
  } else if (status.succeeded) {
    out += *status.succeeded ? "the last run succeeded\n" : "the last run failed\n";
  }
  return out;
}

}  // namespace plowline
