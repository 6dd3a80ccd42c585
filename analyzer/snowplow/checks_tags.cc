#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <utility>

#include "snowplow/checks.h"
#include "snowplow/lineage.h"
#include "snowplow/tags.h"
#include "snowplow/this_run.h"

namespace plowline {
namespace {

// A tag that was meant for a Snowplow package but that none of this project counts.
bool is_stray_tag(std::string_view tag, const std::vector<std::string_view>& known) {
  if (std::ranges::find(known, tag) != known.end()) return false;
  return package_of_tag(tag).has_value() || meant_tag(tag, known).has_value();
}

bool has_stray_tag(const NodeRecord& node, const std::vector<std::string_view>& known) {
  return std::ranges::any_of(node.tags, [&](std::string_view tag) { return is_stray_tag(tag, known); });
}

std::string joined(const std::vector<std::string_view>& tags) {
  return printable(fmt::format("{}", fmt::join(tags, ", ")));
}

// What an untagged model of the user reads of each package's current run.
struct UntaggedReads {
  std::vector<NodeId> readers;
  std::set<NodeId> tables;
};

// Models are visited in the order of their ids: a repeated one is the last one.
void add_in_order(std::vector<NodeId>& nodes, NodeId node) {
  if (nodes.empty() || nodes.back() != node) nodes.push_back(node);
}

Warning untagged_warning(const Project& project, const SnowplowPackage& package, const UntaggedReads& reads) {
  const std::size_t count = reads.readers.size();
  const std::string tag = printable(package.tag);
  return {"untagged-this-run-reader",
          fmt::format("{} {} {} of {}'s current run but {} the tag {}: the package does not count {}, writes no "
                      "manifest row for {} and never reruns a window for {}",
                      name_list(project, reads.readers), plural(count, "reads", "read"),
                      name_list(project, {reads.tables.begin(), reads.tables.end()}), printable(package.name),
                      plural(count, "lacks", "lack"), tag, plural(count, "it", "them"), plural(count, "it", "them"),
                      plural(count, "it", "them")),
          fmt::format("add the tag {} (+tags in dbt_project.yml, or tags in the model's config), then parse the "
                      "project again; a model that needs only the run's limits takes them with "
                      "return_limits_from_model and stays untagged",
                      tag),
          detail_lines(project, reads.readers)};
}

Warning misspelled_warning(const Project& project, std::string_view tag, std::string_view meant,
                           const std::vector<NodeId>& models) {
  return {"misspelled-tag",
          fmt::format("the tag {} of {} is no Snowplow package's tag; {} was probably meant. As it stands the package "
                      "does not count {}, and dbt says nothing about it",
                      printable(tag), name_list(project, models), printable(meant),
                      plural(models.size(), "the model", "the models")),
          fmt::format("write {} instead (tags are compared exactly, upper and lower case count), then parse the "
                      "project again",
                      printable(meant)),
          detail_lines(project, models)};
}

Warning unknown_warning(const CheckInput& input, std::string_view tag, const std::vector<NodeId>& models) {
  const std::string_view package = package_of_tag(tag).value_or(tag);
  std::string next = fmt::format("the tags that count in this project: {}", joined(input.packages.tags()));
  const SnowplowPackage* installed = input.packages.named(package);
  if (installed != nullptr && installed->kind == SnowplowPackage::Kind::kRidesOnOther) {
    next = fmt::format("this version of {} runs in another package's window: use the tag {}", printable(package),
                       printable(installed->tag));
  }
  return {
      "unknown-package-tag",
      fmt::format("the tag {} of {} belongs to a package that is not installed or has no hook in this project: no "
                  "package counts {}",
                  printable(tag), name_list(input.project, models), plural(models.size(), "the model", "the models")),
      std::move(next), detail_lines(input.project, models)};
}

Warning wrong_package_warning(const Project& project, const SnowplowPackage& tagged, const SnowplowPackage& read,
                              const std::vector<NodeId>& models) {
  const std::size_t count = models.size();
  return {"wrong-package-tag",
          fmt::format("{} {} the tag {}, but everything upstream is {}'s: {} counts {}, in another window and with "
                      "another manifest than the rows come from",
                      name_list(project, models), plural(count, "carries", "carry"), printable(tagged.tag),
                      printable(read.name), printable(tagged.name), plural(count, "it", "them")),
          fmt::format("replace the tag by {}, then parse the project again", printable(read.tag)),
          detail_lines(project, models)};
}

Warning without_lineage_warning(const Project& project, const SnowplowPackage& tagged,
                                const std::vector<NodeId>& models) {
  const std::size_t count = models.size();
  return {
      "tagged-without-lineage",
      fmt::format("{} {} the tag {}, but nothing upstream is {}'s: the run does not build the events from which the "
                  "package's hook takes the timestamp of {} manifest {}",
                  name_list(project, models), plural(count, "carries", "carry"), printable(tagged.tag),
                  printable(tagged.name), plural(count, "its", "their"), plural(count, "row", "rows")),
      fmt::format("remove the tag, or build on one of {}'s _this_run tables", printable(tagged.name)),
      detail_lines(project, models)};
}

// For every package that counts models: what stands downstream of it.
class Reach {
 public:
  explicit Reach(const CheckInput& input) {
    for (const SnowplowPackage& package : input.packages.all()) {
      if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
      packages_.push_back(&package);
      reached_.push_back(reached_by(input.project, input.packages, package));
    }
  }

  bool reaches(const SnowplowPackage* package, NodeId node) const {
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      if (packages_[i] == package) return reached_[i].contains(node);
    }
    return false;
  }

  // The first package that the node is downstream of, or null.
  const SnowplowPackage* any(NodeId node) const {
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      if (reached_[i].contains(node)) return packages_[i];
    }
    return nullptr;
  }

 private:
  std::vector<const SnowplowPackage*> packages_;
  std::vector<NodeSet> reached_;
};

}  // namespace

Result<void> check_untagged_readers(const CheckInput& input, Warnings& warnings) {
  const std::vector<std::string_view> known = input.packages.tags();
  const Reach reach(input);
  std::map<std::string_view, UntaggedReads> by_package;
  for (const NodeId model : input.models()) {
    if (reach.any(model) == nullptr || input.packages.owning(input.project, model) != nullptr ||
        !input.packages.tagging(input.project, model).empty() || has_stray_tag(input.project.node(model), known)) {
      continue;
    }
    const Result<std::string> materialized = input.project.materialized(model);
    if (!materialized) return std::unexpected(materialized.error());
    if (*materialized == "ephemeral") continue;  // its readers are looked at
    const Result<std::vector<ThisRunRead>> reads = this_run_tables_read_by(input.project, input.packages, model);
    if (!reads) return std::unexpected(reads.error());
    for (const ThisRunRead& read : *reads) {
      if (read.only_limits) continue;
      UntaggedReads& entry = by_package[read.package->name];
      add_in_order(entry.readers, model);
      entry.tables.insert(read.table);
    }
  }
  for (const auto& [name, reads] : by_package) {
    warnings.push_back(untagged_warning(input.project, *input.packages.named(name), reads));
  }
  return {};
}

Result<void> check_unknown_tags(const CheckInput& input, Warnings& warnings) {
  const std::vector<std::string_view> known = input.packages.tags();
  std::map<std::string_view, std::vector<NodeId>> models_by_tag;
  for (const NodeId model : input.models()) {
    for (const std::string_view tag : input.project.node(model).tags) {
      if (is_stray_tag(tag, known)) add_in_order(models_by_tag[tag], model);
    }
  }
  for (const auto& [tag, models] : models_by_tag) {
    const std::optional<std::string_view> meant = meant_tag(tag, known);
    warnings.push_back(meant ? misspelled_warning(input.project, tag, *meant, models)
                             : unknown_warning(input, tag, models));
  }
  return {};
}

Result<void> check_wrong_package_tags(const CheckInput& input, Warnings& warnings) {
  const Reach reach(input);
  using Pair = std::pair<const SnowplowPackage*, const SnowplowPackage*>;  // tagged, read
  std::vector<std::pair<Pair, std::vector<NodeId>>> groups;
  for (const NodeId model : input.models()) {
    const std::vector<const SnowplowPackage*> tagging = input.packages.tagging(input.project, model);
    if (tagging.size() != 1 || reach.reaches(tagging.front(), model)) continue;
    const Pair pair{tagging.front(), reach.any(model)};
    auto group = std::ranges::find(groups, pair, [](const auto& entry) { return entry.first; });
    if (group == groups.end()) group = groups.insert(groups.end(), {pair, {}});
    group->second.push_back(model);
  }
  for (const auto& [pair, models] : groups) {
    warnings.push_back(pair.second != nullptr ? wrong_package_warning(input.project, *pair.first, *pair.second, models)
                                              : without_lineage_warning(input.project, *pair.first, models));
  }
  return {};
}

Result<void> check_several_tags(const CheckInput& input, Warnings& warnings) {
  for (const NodeId model : input.models()) {
    const std::vector<const SnowplowPackage*> tagging = input.packages.tagging(input.project, model);
    if (tagging.size() < 2) continue;
    std::vector<std::string_view> tags;
    for (const SnowplowPackage* package : tagging) tags.push_back(package->tag);
    warnings.push_back(
        {"several-package-tags",
         fmt::format("{} carries the tags of {} packages ({}): it gets a row in each one's manifest, and their windows "
                     "have nothing to do with each other",
                     printable(input.project.node(model).name), tags.size(), joined(tags)),
         "keep the tag of the package whose _this_run tables the model reads, then parse the project again",
         detail_lines(input.project, {model})});
  }
  return {};
}

Result<void> check_nothing_tagged(const CheckInput& input, Warnings& warnings) {
  if (std::ranges::find(input.result.names, NameOrigin::kTagged, &RunName::origin) != input.result.names.end())
    return {};
  const Reach reach(input);
  std::vector<NodeId> touched;
  for (const NodeId model : input.models()) {
    if (reach.any(model) != nullptr) touched.push_back(model);
  }
  if (touched.empty()) return {};  // the selection has nothing to do with Snowplow's packages
  std::string message =
      fmt::format("no selected model carries a Snowplow package's tag ({})", joined(input.packages.tags()));
  if (input.result.value.empty()) {
    std::size_t all = 0;
    for (const SnowplowPackage& package : input.packages.all()) {
      if (package.kind == SnowplowPackage::Kind::kIncremental) all += package.tagged_models.size();
    }
    message += fmt::format(", so models_to_run is left out: an empty one would mean all {} tagged models", all);
  }
  if (std::ranges::any_of(input.result.packages, &PackageRun::window_is_computed)) {
    message +=
        "; the run computes a window, but nothing in it gets a manifest row: in a schema without rows every run "
        "repeats the first window";
  }
  warnings.push_back({"no-tagged-model-selected", std::move(message),
                      "tag the model where it reads a _this_run table; a model that reads derived tables only needs no "
                      "tag and no models_to_run",
                      detail_lines(input.project, touched)});
  return {};
}

}  // namespace plowline
