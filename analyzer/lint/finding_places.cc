#include "lint/finding_places.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "lint/findings_by_node.h"
#include "lint/parallel.h"

namespace plowline {
namespace {

Place place_of_macro(const MacroRecord& macro, const Anchor& at, Places& places) {
  return at.kind == Anchor::Kind::kCode ? places.code(macro, at.offset, at.length) : places.macro(macro);
}

Place place_of_node(NodeId node, const Anchor& at, Places& places) {
  switch (at.kind) {
    case Anchor::Kind::kProperties:
      return places.properties(node);
    case Anchor::Kind::kColumn:
      return places.column(node, at.key);
    case Anchor::Kind::kConfig:
      return places.config(node, at.key);
    case Anchor::Kind::kTag:
      return places.tag(node, at.key);
    case Anchor::Kind::kCode:
      return places.code(node, at.offset, at.length);
    default:
      return places.node(node);
  }
}

// (What a rule says of the project as a whole may point at a file although it is about a node, too.)
Place place_of(const Violation& violation, Places& places) {
  switch (violation.at.kind) {
    case Anchor::Kind::kProjectFile:
      return places.project_file(violation.at.key);
    case Anchor::Kind::kPackagesFile:
      return places.packages_file(violation.at.key);
    case Anchor::Kind::kSelectorsFile:
      return places.selectors_file(violation.at.key);
    case Anchor::Kind::kManifest:
      return places.manifest();
    default:
      break;
  }
  if (violation.node) return place_of_node(*violation.node, violation.at, places);
  if (violation.macro != nullptr) return place_of_macro(*violation.macro, violation.at, places);
  return places.project_file({});
}

// The property file of a node, or else its own: as the manifest names it, without the package.
std::string_view file_of(const NodeRecord& node) {
  const std::size_t scheme = node.patch_path.find("://");
  if (scheme != std::string_view::npos) return node.patch_path.substr(scheme + 3);
  return node.patch_path.empty() ? node.original_file_path : node.patch_path;
}

// Gives files their numbers, on one thread. Mostly the next place stands in the same file.
class FileNumbers {
 public:
  std::uint32_t of(const std::string& file) {
    if (files_.empty() || file != files_[last_]) {
      const auto [known, is_new] = numbers_.try_emplace(file, static_cast<std::uint32_t>(files_.size()));
      if (is_new) files_.push_back(file);
      last_ = known->second;
    }
    return last_;
  }
  std::vector<std::string> take() { return std::move(files_); }

 private:
  std::vector<std::string> files_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::uint32_t last_ = 0;
};

}  // namespace

// By node, so that what a place takes is looked up once for each.
Placed places_of(const LintProject& project, const std::vector<RawFinding>& found, Places& places) {
  constexpr std::size_t kFew = 2'000;
  const std::size_t parts = found.size() < kFew ? 1 : most_threads();
  const FindingsByNode by_node(found, project.project().size());
  Placed out{std::vector<NumberedPlace>(found.size()), {}};
  std::vector<std::vector<std::string>> files(parts);
  const auto part_of = [&](std::uint32_t number) {
    return number == 0 ? 0 : std::hash<std::string_view>{}(file_of(project.node(NodeId{number - 1}))) % parts;
  };
  in_parallel(parts, [&](std::size_t part) {
    std::optional<Places> own;
    if (part > 0) own.emplace(places.for_another_thread());
    Places& its_places = own ? *own : places;
    FileNumbers numbers;
    for (std::uint32_t number = 0; number < by_node.numbers(); ++number) {
      const auto findings = by_node.of(number);
      if (findings.empty() || part_of(number) != part) continue;
      for (const std::uint32_t finding : findings) {
        NumberedPlace& placed = out.places[finding];
        placed.place = place_of(*found[finding].violation, its_places);
        placed.file =
            numbers.of(placed.place.file) * static_cast<std::uint32_t>(parts) + static_cast<std::uint32_t>(part);
      }
    }
    files[part] = numbers.take();
  });
  // Each thread has numbered its own: their numbers lie between each other.
  for (std::size_t part = 0; part < parts; ++part) {
    for (std::size_t i = 0; i < files[part].size(); ++i) {
      const std::size_t number = i * parts + part;
      if (number >= out.files.size()) out.files.resize(number + 1);
      out.files[number] = std::move(files[part][i]);
    }
  }
  return out;
}

}  // namespace plowline
