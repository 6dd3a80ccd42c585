#include "lint/taken_config.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <system_error>

#include "artifact/file.h"
#include "lint/yaml_scalar_text.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExceptionsSeed = "seeds/dbt_project_evaluator_exceptions.csv";

bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
}

// The path that one alternative of a pattern stands for; empty where it is more
// than a path.
std::string path_in(std::string_view pattern) {
  if (!pattern.starts_with('^')) return {};
  pattern.remove_prefix(1);
  for (const std::string_view end : {"$", ".*", "/"}) {
    if (pattern.ends_with(end)) pattern.remove_suffix(end.size());
  }
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escaped_dot = pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '.';
    if (escaped_dot) ++i;
    if (!is_path_character(pattern[i]) && pattern[i] != '.') return {};
    path += pattern[i];
  }
  if (path.ends_with('/')) path.pop_back();
  return path;
}

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

// One project is found without being named.
std::string projects_text(const std::vector<SeenProject>& projects) {
  if (projects.size() < 2) return {};
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

Result<std::string> exceptions_beside(const fs::path& project_file) {
  const fs::path seed = project_file.parent_path() / kExceptionsSeed;
  std::error_code ignored;
  if (!fs::exists(seed, ignored)) return std::string();
  const auto bytes = FileBytes::read(seed);
  if (!bytes) return std::unexpected(bytes.error());
  return std::string(bytes->text());
}

bool is_bouncer(const PlacedValue& document) {
  return document.get("manifest_checks") != nullptr || document.get("catalog_checks") != nullptr ||
         document.get("run_results_checks") != nullptr;
}

}  // namespace

std::vector<std::string> selectors_for_paths(const std::string& pattern) {
  std::vector<std::string> selectors;
  std::string_view rest = pattern;
  if (rest.starts_with("^(") && rest.ends_with(")") && rest.find('|') == std::string_view::npos) return {};
  while (true) {
    const std::size_t end = rest.find('|');
    const std::string path = path_in(rest.substr(0, end));
    if (path.empty()) return {};
    selectors.push_back("path:" + path);
    if (end == std::string_view::npos) return selectors;
    rest.remove_prefix(end + 1);
  }
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

Result<TakenConfig> take_config(const fs::path& file) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto document = placed_value_from_yaml(bytes->text(), bytes->name());
  if (!document) return std::unexpected(document.error());
  TakenConfig taken;
  taken.file = file;
  if (document->get("repos") != nullptr) {
    take_checkpoint(*document, taken);
  } else if (is_bouncer(*document)) {
    take_bouncer(*document, taken);
  } else if (document->get("name") != nullptr &&
             (document->get("config-version") != nullptr || document->get("profile") != nullptr ||
              file.filename() == "dbt_project.yml")) {
    const auto exceptions = exceptions_beside(file);
    if (!exceptions) return std::unexpected(exceptions.error());
    take_evaluator(*document, *exceptions, taken);
  } else {
    return std::unexpected(Error{ExitStatus::kUsage,
                                 bytes->name(),
                                 {},
                                 "is the configuration of no linter that plowline knows",
                                 "name a .pre-commit-config.yaml with dbt-checkpoint's hooks, a "
                                 "dbt-bouncer.yml, or the "
                                 "dbt_project.yml of a project with dbt-project-evaluator"});
  }
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
