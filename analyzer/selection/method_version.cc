// version: models by how their version compares with the latest one: `latest`, `prerelease` (newer), `old`, `none`.
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "selection/method.h"

namespace plowline {
namespace {

struct Version {
  bool missing = true;
  bool is_text = false;
  std::string text;  // as Python's str() shows it
};

Result<Version> version_of(const Project& project, NodeId id, RawJson NodeRecord::* member) {
  const Result<JsonText> value = project.read(id, member);
  if (!value) return std::unexpected(value.error());
  if (value->is_null()) return Version{};
  return Version{false, value->kind() == JsonText::Kind::kString, value->scalar()};
}

// What Python's float() reads, blanks around it allowed.
std::optional<double> as_number(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\n\r\f\v");
  if (first == std::string::npos || text.find_first_of("xX") != std::string::npos) return std::nullopt;
  const std::size_t last = text.find_last_not_of(" \t\n\r\f\v");
  const std::string trimmed = text.substr(first, last - first + 1);
  char* end = nullptr;
  const double number = std::strtod(trimmed.c_str(), &end);
  if (end != trimmed.c_str() + trimmed.size()) return std::nullopt;
  return number;
}

bool is_less(const Version& a, const Version& b) {
  const std::optional<double> left = as_number(a.text);
  const std::optional<double> right = as_number(b.text);
  return left && right ? *left < *right : a.text < b.text;
}

bool is_equal(const Version& a, const Version& b) {
  if (a.is_text || b.is_text) return a.is_text == b.is_text && a.text == b.text;
  return as_number(a.text) == as_number(b.text);
}

// Zero and the empty text do not count as a version where dbt looks for older and newer ones.
bool is_falsy(const Version& version) {
  return version.missing || (version.is_text ? version.text.empty() : as_number(version.text) == 0.0);
}

bool matches(std::string_view word, const Version& own, const Version& latest) {
  if (word == "none") return own.missing;
  if (word == "latest") return !own.missing && !latest.missing && is_equal(own, latest);
  if (is_falsy(own) || is_falsy(latest)) return false;
  return word == "old" ? is_less(own, latest) : is_less(latest, own);
}

}  // namespace

Result<NodeSet> select_by_version(MethodContext& context, const Criterion& criterion) {
  const std::string_view word = criterion.value.text;
  if (word != "latest" && word != "prerelease" && word != "old" && word != "none") {
    return usage_error(fmt::format("Invalid version type selector {}", word),
                       "expected 'latest', 'prerelease', 'old' or 'none'");
  }
  const Project& project = context.index.project();
  NodeSet found = context.none();
  std::optional<Error> error;
  context.index.of_type(ResourceType::kModel).for_each([&](NodeId id) {
    if (project.node(id).version.empty()) {
      if (word == "none") found.insert(id);
      return;
    }
    const Result<Version> own = version_of(project, id, &NodeRecord::version);
    const Result<Version> latest = version_of(project, id, &NodeRecord::latest_version);
    if (!own || !latest) {
      error = own ? latest.error() : own.error();
    } else if (matches(word, *own, *latest)) {
      found.insert(id);
    }
  });
  if (error) return std::unexpected(std::move(*error));
  return found;
}

}  // namespace plowline
