#include "lint/taken_config.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <system_error>

#include "artifact/dbt_project_file.h"
#include "artifact/file.h"
#include "lint/yaml_scalar_text.h"
#include "source/project_yaml.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExceptionsSeed = "dbt_project_evaluator_exceptions.csv";
constexpr std::string_view kEvaluatorPackage = "dbt_project_evaluator";

// One entry below its rule's name; `indent` is that of its keys.
std::string entry_text(const TakenEntry& entry, std::string_view first, std::string_view indent) {
  std::string out = fmt::format("{}severity: {}", first, entry.severity);
  out += entry.from.empty() ? "\n"
                            : fmt::format("  # {}{}\n", printable(entry.from),
                                          entry.line > 0 ? fmt::format(", line {}", entry.line) : "");
  if (!entry.where.empty()) out += fmt::format("{}where: {}\n", indent, yaml_list(entry.where));
  if (!entry.except.empty()) out += fmt::format("{}except: {}\n", indent, yaml_list(entry.except));
  for (const auto& [name, value] : entry.options) out += fmt::format("{}{}: {}\n", indent, name, value);
  return out;
}

std::string rules_text(const std::vector<TakenEntry>& entries) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const TakenEntry*>> by_rule;
  for (const TakenEntry& entry : entries) {
    std::vector<const TakenEntry*>& same = by_rule[entry.rule];
    if (same.empty()) order.push_back(entry.rule);
    same.push_back(&entry);
  }
  std::string out = entries.empty() ? "rules: {}\n" : "rules:\n";
  for (const std::string& rule : order) {
    out += fmt::format("  {}:\n", rule);
    const std::vector<const TakenEntry*>& same = by_rule[rule];
    for (const TakenEntry* entry : same) {
      out += same.size() == 1 ? entry_text(*entry, "    ", "    ") : entry_text(*entry, "    - ", "      ");
    }
  }
  return out;
}

std::string layers_text(const LayerSettings& layers) {
  std::string out;
  for (const LayerSetting& layer : layers) {
    out += fmt::format("  {}: {{prefixes: {}, folders: {}}}\n", yaml_text(layer.name), yaml_list(layer.prefixes),
                       yaml_list(layer.folders));
  }
  return out.empty() ? out : "layers:\n" + out + "\n";
}

// One project in the file's own folder is found without being named.
std::string projects_text(const std::vector<SeenProject>& projects) {
  if (projects.empty() || (projects.size() == 1 && projects.front().path.empty())) return {};
  std::vector<std::string> paths;
  for (const SeenProject& project : projects) paths.push_back(project.path.generic_string());
  return fmt::format("projects: {}\n", yaml_list(paths));
}

std::string untaken_text(const std::vector<UntakenPart>& parts) {
  if (parts.empty()) return {};
  std::string out = "\n# What has no equal in plowline:\n";
  for (const UntakenPart& part : parts) {
    out += fmt::format("#   {}{}: {}\n", part.line > 0 ? fmt::format("line {}: ", part.line) : "", printable(part.from),
                       printable(part.reason));
  }
  return out;
}

// The first file of that name in the folder or below it, by name.
std::optional<fs::path> file_below(const fs::path& folder, std::string_view name) {
  std::set<fs::path> found;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->path().filename() == name) found.insert(at->path());
  }
  return found.empty() ? std::nullopt : std::optional(*found.begin());
}

Result<ExceptionsSeed> exceptions_of(const fs::path& project_file) {
  Warnings ignored;  // what dbt_project.yml says otherwise is not asked for here
  const auto project = read_dbt_project_file(project_file, process_environment(), ignored);
  if (!project) return std::unexpected(project.error());
  ExceptionsSeed seed;
  for (const std::string& folder : folders_of(*project, std::nullopt).seeds) {
    seed.folders += (seed.folders.empty() ? "" : ", ") + folder;
    const auto file = seed.found ? std::nullopt : file_below(project_file.parent_path() / folder, kExceptionsSeed);
    if (!file) continue;
    const auto bytes = FileBytes::read(*file);
    if (!bytes) return std::unexpected(bytes.error());
    seed.found = true;
    seed.text = bytes->text();
  }
  return seed;
}

// Whether the evaluator is spoken of in dbt_project.yml or in a file with the project's packages.
bool uses_evaluator(std::string_view text, const fs::path& project_file) {
  if (text.find(kEvaluatorPackage) != std::string_view::npos) return true;
  const auto packages = ProjectYaml::read(project_file.parent_path()).required_packages();
  return std::ranges::any_of(packages, [](const RequiredPackage& package) {
    std::string source = package.source;
    std::ranges::replace(source, '-', '_');
    return source.find(kEvaluatorPackage) != std::string::npos;
  });
}

bool is_project_file(const PlacedValue& document, const fs::path& file) {
  return document.get("name") != nullptr &&
         (document.get("config-version") != nullptr || document.get("profile") != nullptr ||
          file.filename() == "dbt_project.yml");
}

Result<void> take_project_file(const PlacedValue& document, const FileBytes& bytes, const SeenProjects& seen,
                               TakenConfig& taken) {
  if (!uses_evaluator(bytes.text(), taken.file)) {
    return std::unexpected(Error{ExitStatus::kUsage,
                                 bytes.name(),
                                 {},
                                 "does not speak of dbt_project_evaluator, and no package of that name is asked for",
                                 "plowline init without --from writes a configuration for the project"});
  }
  const auto exceptions = exceptions_of(taken.file);
  if (!exceptions) return std::unexpected(exceptions.error());
  take_evaluator(document, *exceptions, PathPatterns(seen, {}), taken);
  return {};
}

// dbt's selection language cannot name a macro.
constexpr std::string_view kMacros = "'where' and 'except' do not narrow rules about macros";

bool is_about_macros(std::string_view rule) {
  return rule == "unused-macro" || (rule.starts_with("macro-") && rule != "macro-dependency-count");
}

bool is_bouncer(const PlacedValue& document) {
  return document.get("manifest_checks") != nullptr || document.get("catalog_checks") != nullptr ||
         document.get("run_results_checks") != nullptr;
}

// A file with no rule would check nothing, and may stand in for one that did.
Error nothing_taken(const TakenConfig& taken, const std::string& name) {
  std::string parts;
  for (const UntakenPart& part : taken.untaken) {
    parts += fmt::format("{}{}: {}", parts.empty() ? ": " : "; ", part.from, part.reason);
  }
  return {ExitStatus::kUsage,
          name,
          {},
          fmt::format("holds no check of {} that plowline has a rule for{}", taken.linter, printable(parts)),
          "plowline init without --from writes a configuration for the project"};
}

}  // namespace

std::optional<PathsUnsaid> only_files(const PathPatterns& paths, const std::vector<PathPattern>& patterns,
                                      TakenEntry& entry) {
  if (patterns.empty()) return std::nullopt;
  auto found = paths.selectors_for(patterns);
  if (!found) return std::move(found.error());
  if (found->everything) return std::nullopt;
  if (is_about_macros(entry.rule)) return PathsUnsaid{std::string(kMacros)};
  entry.where = in_both(entry.where, found->selectors);
  return std::nullopt;
}

std::optional<PathsUnsaid> without_files(const PathPatterns& paths, const std::vector<PathPattern>& patterns,
                                         TakenEntry& entry) {
  if (patterns.empty()) return std::nullopt;
  auto found = paths.selectors_for(patterns);
  // What is not there need not be left out.
  if (!found && found.error().nothing_there) return std::nullopt;
  if (!found) return std::move(found.error());
  if (found->everything) return PathsUnsaid{"leaves nothing to look at", true};
  if (is_about_macros(entry.rule)) return PathsUnsaid{std::string(kMacros)};
  std::ranges::move(found->selectors, std::back_inserter(entry.except));
  return std::nullopt;
}

std::optional<std::vector<std::string>> texts_in(const PlacedValue& value) {
  using Kind = PlacedValue::Kind;
  if (value.kind == Kind::kMap) return std::nullopt;
  std::vector<std::string> texts;
  if (value.kind != Kind::kList) texts.push_back(value.text);
  for (const PlacedValue& item : value.items) {
    if (item.kind == Kind::kMap || item.kind == Kind::kList) return std::nullopt;
    texts.push_back(item.text);
  }
  return texts;
}

std::string yaml_text(const std::string& text) {
  const bool controls = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (!controls) return yaml_scalar_text(text, '\0', YamlContext::kFlow);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out +=
        static_cast<unsigned char>(c) < 0x20 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return out + '"';
}

std::string yaml_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? ", " : "") + yaml_text(text);
  return out + "]";
}

Result<TakenConfig> take_config(const fs::path& file, const SeenProjects& seen) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto document = placed_value_from_yaml(bytes->text(), bytes->name());
  if (!document) return std::unexpected(document.error());
  TakenConfig taken;
  taken.file = file;
  Result<void> done;
  if (document->get("repos") != nullptr) {
    done = take_checkpoint(*document, PathPatterns(seen, repository_of(file)), taken);
  } else if (is_bouncer(*document)) {
    done = take_bouncer(*document, PathPatterns(seen, {}), taken);
  } else if (is_project_file(*document, file)) {
    done = take_project_file(*document, *bytes, seen, taken);
  } else {
    return std::unexpected(Error{ExitStatus::kUsage,
                                 bytes->name(),
                                 {},
                                 "is the configuration of no linter that plowline knows",
                                 "name a .pre-commit-config.yaml with dbt-checkpoint's hooks, a "
                                 "dbt-bouncer.yml, or the "
                                 "dbt_project.yml of a project with dbt-project-evaluator"});
  }
  if (!done) {
    Error error = std::move(done.error());
    error.file = bytes->name();
    return std::unexpected(std::move(error));
  }
  if (taken.entries.empty()) return std::unexpected(nothing_taken(taken, bytes->name()));
  return taken;
}

std::string config_text(const TakenConfig& taken, const std::vector<SeenProject>& projects) {
  std::string out = fmt::format("# What {} asks for with {}, as plowline lint asks for it.\n", taken.linter,
                                printable(taken.file.filename().string()));
  out +=
      "# 'plowline rules NAME' explains a rule and its options. Add "
      "'recommended' and 'snowplow' to the presets for\n"
      "# what no other linter finds.\n\npresets: none\n";
  if (!taken.except.empty()) out += fmt::format("except: {}\n", yaml_list(taken.except));
  out += "\n" + layers_text(taken.layers) + rules_text(taken.entries) + projects_text(projects) +
         untaken_text(taken.untaken);
  return out;
}

}  // namespace plowline
