#include "lint/config.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <system_error>
#include <utility>

#include "artifact/file.h"
#include "artifact/placed_value.h"
#include "lint/config_rules.h"
#include "lint/config_value.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;
using Kind = PlacedValue::Kind;
using Keys = std::vector<ConfigValueReader::Key>;

constexpr std::array<std::string_view, 3> kNames{"plowline.yml", "plowline.yaml", ".plowline.yml"};
constexpr std::string_view kNoPreset = "none";
constexpr std::string_view kSqlRules = "sql_rules";

// Reads a value and keeps it.
template <typename T, typename To>
Result<void> put(Result<T> read, To& target) {
  if (!read) return std::unexpected(std::move(read.error()));
  target = *std::move(read);
  return {};
}

class ConfigFileReader {
 public:
  ConfigFileReader(const fs::path& file, const OwnRulesReader& own_rules) : reader_(file), own_rules_(own_rules) {
    config_.file = file;
  }

  Result<LintConfig> read(const PlacedValue& document) {
    if (document.kind == Kind::kNull) return std::move(config_);
    // (Whatever stands first: `rules` may name them.)
    if (const PlacedValue* own = document.get(kSqlRules)) {
      if (auto read = read_sql_rules(*own); !read) return std::unexpected(std::move(read.error()));
    }
    if (auto read = reader_.map(document, "plowline.yml", keys(), unknown_key()); !read) {
      return std::unexpected(std::move(read.error()));
    }
    if (auto alone = check_artifacts_of_projects(document); !alone) return std::unexpected(std::move(alone.error()));
    return std::move(config_);
  }

 private:
  // A reader of a path into `target`, named `what`.
  ConfigValueReader::Key path_key(std::string what, fs::path& target) const {
    return {what, [this, what, &target](const PlacedValue& value) { return put(reader_.path(value, what), target); }};
  }
  ConfigValueReader::Key except_key(std::vector<std::string>& target) const {
    return {"except",
            [this, &target](const PlacedValue& value) { return put(reader_.selectors(value, "except"), target); }};
  }
  ConfigValueReader::Key rules_key(RuleSettings& target) const {
    return {"rules", [this, &target](const PlacedValue& value) {
              return put(read_rule_settings(reader_, config_.rule_set, value), target);
            }};
  }

  Keys keys() {
    return {
        {"presets", [this](const PlacedValue& value) { return read_presets(value); }},
        {"lint_packages", [this](const PlacedValue& value) { return read_packages(value); }},
        {"max_warnings",
         [this](const PlacedValue& value) {
           return put(reader_.whole_number(value, "max_warnings", 0), config_.max_warnings);
         }},
        except_key(config_.except),
        path_key("baseline", config_.baseline),
        path_key("catalog", config_.catalog),
        path_key("state", config_.state),
        path_key("state_catalog", config_.state_catalog),
        {"layers", [this](const PlacedValue& value) { return read_layers(value); }},
        {std::string(kSqlRules), [](const PlacedValue&) { return Result<void>(); }},
        rules_key(config_.rules),
        {"projects", [this](const PlacedValue& value) { return read_projects(value); }},
    };
  }

  Keys project_keys(ProjectEntry& entry) const {
    return {
        path_key("path", entry.path),
        path_key("manifest", entry.manifest),
        {"target_path",
         [this, &entry](const PlacedValue& value) {
           return put(reader_.text(value, "target_path"), entry.target_path);
         }},
        path_key("catalog", entry.catalog),
        path_key("state", entry.state),
        path_key("state_catalog", entry.state_catalog),
        except_key(entry.except),
        rules_key(entry.rules),
    };
  }

  // A rule that stands at the top: one level of indentation is missing.
  ConfigValueReader::Unknown unknown_key() {
    return [this](const PlacedValue& key) -> std::unexpected<Error> {
      std::vector<std::string> names;
      for (const ConfigValueReader::Key& known : keys()) names.push_back(known.name);
      const bool rule = config_.rule_set.find(key.text) != nullptr;
      const std::string reason = fmt::format("'{}' is not known in plowline.yml", printable(key.text));
      if (rule || config_.rule_set.has_subject(key.text)) {
        return reader_.error(key.position, reason,
                             fmt::format("{} is a {}: write it below 'rules:'", key.text, rule ? "rule" : "subject"));
      }
      return reader_.error(key.position, reason + did_you_mean(key.text, names),
                           fmt::format("what may stand there: {}", fmt::join(names, ", ")));
    };
  }

  // A path relative to this file's folder, in any case there.
  Result<void> read_sql_rules(const PlacedValue& value) {
    const auto texts = reader_.texts(value, kSqlRules);
    if (!texts) return std::unexpected(texts.error());
    for (std::size_t i = 0; i < texts->size(); ++i) {
      const PlacedValue& at = value.kind == Kind::kList ? value.items[i] : value;
      auto path = reader_.path(at, kSqlRules);
      if (!path) return std::unexpected(std::move(path.error()));
      std::error_code failed;
      if (!fs::exists(*path, failed)) {
        return reader_.error(at.position, fmt::format("{}: '{}' is not there", kSqlRules, printable((*texts)[i])),
                             "name a folder with .sql files, or one of them, relative to this file's folder");
      }
      config_.sql_rules.push_back(*std::move(path));
    }
    if (!own_rules_ || config_.sql_rules.empty()) return {};
    auto rules = own_rules_(config_.sql_rules);
    if (!rules) return std::unexpected(std::move(rules.error()));
    for (std::shared_ptr<const Rule>& rule : *rules) {
      const RuleInfo& info = rule->info();
      if (config_.rule_set.add(rule)) continue;
      const Rule* other = config_.rule_set.find(info.name);
      const std::string whose = other == nullptr ? "or its subject's, stands for something else already"
                                : other->info().file.empty()
                                    ? "is that of a rule of plowline"
                                    : fmt::format("is that of the rule in {}", printable(other->info().file));
      return std::unexpected(Error{ExitStatus::kUsage,
                                   info.file,
                                   {},
                                   fmt::format("the rule's name, {}, {}", info.name, whose),
                                   "give it another name: -- name: …"});
    }
    return {};
  }

  Result<void> read_presets(const PlacedValue& value) {
    auto texts = reader_.texts(value, "presets");
    if (!texts) return std::unexpected(std::move(texts.error()));
    std::vector<std::string> names(preset_names().begin(), preset_names().end());
    const bool none = texts->size() == 1 && texts->front() == kNoPreset;
    if (none) texts->clear();
    names.emplace_back(kNoPreset);
    for (std::size_t i = 0; i < texts->size(); ++i) {
      const PlacedValue& at = value.kind == Kind::kList ? value.items[i] : value;
      if (auto known = reader_.one_of((*texts)[i], at, "presets", names); !known) return known;
      if ((*texts)[i] == kNoPreset) {
        return reader_.error(at.position, "presets: 'none' beside other presets", "leave 'none' out, or the others");
      }
    }
    config_.presets = *std::move(texts);
    return {};
  }

  Result<void> read_packages(const PlacedValue& value) {
    if (value.kind == Kind::kBool) return put(reader_.boolean(value, "lint_packages"), config_.packages.all);
    if (value.kind == Kind::kMap || value.kind == Kind::kNull || value.kind == Kind::kNumber) {
      return reader_.wrong_kind(value, "lint_packages", "true, false or a list of packages' names");
    }
    return put(reader_.texts(value, "lint_packages"), config_.packages.names);
  }

  Result<void> read_layers(const PlacedValue& value) {
    return reader_.members(value, "layers", [this](const PlacedValue& key, const PlacedValue& entry) -> Result<void> {
      LayerSetting layer;
      if (auto read = put(reader_.text(key, "a layer's name"), layer.name); !read) return read;
      const auto texts_key = [this](std::string what, std::vector<std::string>& target) -> ConfigValueReader::Key {
        return {what,
                [this, what, &target](const PlacedValue& names) { return put(reader_.texts(names, what), target); }};
      };
      const std::vector<ConfigValueReader::Key> keys{texts_key("prefixes", layer.prefixes),
                                                     texts_key("folders", layer.folders)};
      if (auto read = reader_.map(entry, fmt::format("the layer {}", printable(layer.name)), keys); !read) return read;
      set_layer(config_.layers, std::move(layer));
      return {};
    });
  }

  Result<void> read_projects(const PlacedValue& value) {
    if (value.kind == Kind::kNull) return {};
    if (value.kind != Kind::kList) return reader_.wrong_kind(value, "projects", "a list");
    for (const PlacedValue& item : value.items) {
      ProjectEntry entry;
      if (auto read = read_project(item, entry); !read) return read;
      const auto same = std::ranges::find_if(config_.projects, [&](const ProjectEntry& other) {
        return other.path.lexically_normal() == entry.path.lexically_normal() &&
               other.manifest.lexically_normal() == entry.manifest.lexically_normal() &&
               other.target_path.lexically_normal() == entry.target_path.lexically_normal();
      });
      if (same != config_.projects.end()) {
        return reader_.error(
            item.position, fmt::format("this project stands in projects twice, first in line {}", same->position.line),
            "keep one of them");
      }
      config_.projects.push_back(std::move(entry));
    }
    return {};
  }

  // A lone text is the project's path.
  Result<void> read_project(const PlacedValue& value, ProjectEntry& entry) const {
    entry.position = value.position;
    if (value.kind == Kind::kText) return put(reader_.path(value, "path"), entry.path);
    if (auto read = reader_.map(value, "an entry of projects", project_keys(entry)); !read) return read;
    if (entry.path.empty() && entry.manifest.empty()) {
      return reader_.error(value.position, "an entry of projects has no path",
                           "path: names the folder with dbt_project.yml; a manifest: alone will do too");
    }
    return {};
  }

  // Where there are several projects, one catalog or state for all of them cannot be meant.
  Result<void> check_artifacts_of_projects(const PlacedValue& document) const {
    if (config_.projects.empty()) return {};
    for (const auto& [key, value] : document.members) {
      if (key.text != "catalog" && key.text != "state" && key.text != "state_catalog") continue;
      return reader_.error(key.position, fmt::format("'{}' stands beside projects", key.text),
                           "write it in the entries of the projects that it belongs to");
    }
    return {};
  }

  ConfigValueReader reader_;
  const OwnRulesReader& own_rules_;
  LintConfig config_;
};

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The one configuration file in `folder`.
Result<std::optional<fs::path>> config_in(const fs::path& folder) {
  std::optional<fs::path> found;
  for (const std::string_view name : kNames) {
    fs::path file = folder / name;
    std::error_code ignored;
    if (!fs::exists(file, ignored) || fs::is_directory(file, ignored)) continue;
    if (found) {
      return std::unexpected(Error{ExitStatus::kUsage,
                                   file.generic_string(),
                                   {},
                                   fmt::format("stands beside {}, and only one can count", found->filename().string()),
                                   "keep one of them, or name it with --config"});
    }
    found = std::move(file);
  }
  return found;
}

}  // namespace

Result<std::optional<fs::path>> find_lint_config(const fs::path& start) {
  std::error_code failed;
  fs::path real = fs::canonical(start.empty() ? fs::path(".") : start, failed);
  if (failed) return std::optional<fs::path>();
  // `shown` is the way to `real` from where the user is.
  for (fs::path shown = start;; shown = shown / "..") {
    auto found = config_in(start.is_absolute() ? real : shown);
    if (!found || *found) return found;
    if (is_there(real / ".git") || real == real.parent_path()) return std::optional<fs::path>();
    real = real.parent_path();
  }
}

Result<LintConfig> read_lint_config(const fs::path& file, const OwnRulesReader& own_rules) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) {
    Error error = bytes.error();
    error.status = ExitStatus::kUsage;
    return std::unexpected(std::move(error));
  }
  auto document = placed_value_from_yaml(bytes->text(), bytes->name());
  if (!document) return std::unexpected(std::move(document.error()));
  return ConfigFileReader(file, own_rules).read(*document);
}

}  // namespace plowline
