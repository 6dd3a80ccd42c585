// The text of the plowline.yml that init writes.
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "artifact/placed_value.h"
#include "lint/config.h"
#include "lint/config_init.h"
#include "lint/config_schema.h"

namespace plowline {
namespace {

// As a YAML value, on one line, whatever the text holds.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// A path as it would be typed, where YAML takes that for a text.
std::string yaml_path(const std::filesystem::path& path) {
  const std::string text = path.generic_string();
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '/' || c == '.';
  });
  const auto read = placed_value_from_yaml(text, {});
  const bool same = plain && read && read->kind == PlacedValue::Kind::kText && read->text == text;
  return same ? text : yaml_text(text);
}

std::string head(const SeenProjects& seen) {
  std::string names;
  for (const SeenProject& project : seen.projects) {
    names += (names.empty() ? "" : ", ") + printable(project.name.empty() ? project.path.string() : project.name);
  }
  std::string out;
  if (const std::string url = config_schema_url(); !url.empty()) {
    out += fmt::format("# yaml-language-server: $schema={}\n", url);
  }
  out += fmt::format("# plowline lint for the dbt project{} {}.\n", seen.projects.size() == 1 ? "" : "s", names);
  return out +
         "# 'plowline rules' lists the rules, 'plowline rules NAME' explains one and its options.\n"
         "# Lines with # and no blank behind it are settings that are switched off.\n\n";
}

std::string presets(const SeenProjects& seen) {
  const bool snowplow = std::ranges::any_of(seen.projects, &SeenProject::snowplow);
  std::string out = "# Which rules run; [] for none but those named below:\n";
  for (const std::string_view name : preset_names()) {
    out += fmt::format("#   {:13}{}\n", name, preset_description(name));
  }
  return out + fmt::format("presets: [recommended{}]\n\n", snowplow ? ", snowplow" : "");
}

// A state seen is written, else an example stands there, switched off.
std::string state_line(const std::filesystem::path& state, const std::string& example, std::string_view indent) {
  if (!state.empty()) return fmt::format("{}state: {}\n", indent, yaml_path(state));
  return fmt::format("{}#state: {}\n", indent, yaml_path(example));
}

std::string settings(const SeenProjects& seen) {
  std::string out;
  if (seen.projects.size() == 1 && seen.projects.front().path.empty()) {
    out += "# Production's artifacts: a folder with its manifest.json (and catalog.json), to compare with.\n";
    out += state_line(seen.projects.front().state, "prod-artifacts", "") + "\n";
  }
  return out +
         "# Findings of today that are put off; 'plowline lint --write-baseline' writes the file.\n"
         "#baseline: .plowline-baseline.json\n\n"
         "# End with status 1 where there are more warnings than this.\n"
         "#max_warnings: 0\n\n"
         "# Nodes that no rule looks at, in dbt's selection language.\n"
         "#except: \"tag:legacy\"\n\n"
         "# Whether nodes of dbt packages are looked at too: true, or a list of packages.\n"
         "#lint_packages: false\n\n";
}

// A rule to show how rules are set: if there is one, with a number to set.
const Rule* example_rule() {
  const auto number = [](const Rule* rule) {
    return preset_has("recommended", rule->info()) &&
           std::ranges::any_of(rule->options(), [](const OptionSpec& option) {
             return std::holds_alternative<std::int64_t>(option.default_value);
           });
  };
  const auto& rules = all_rules();
  auto found = std::ranges::find_if(rules, number);
  if (found == rules.end()) {
    found = std::ranges::find_if(rules, [](const Rule* rule) { return !rule->options().empty(); });
  }
  if (found == rules.end()) found = rules.begin();
  return found == rules.end() ? nullptr : *found;
}

std::string rules(const SeenProjects& seen) {
  std::string out =
      "rules:\n"
      "  # A subject stands for all of its rules: error and warn are for those that run anyway, on runs them all.\n";
  for (const std::string_view subject : rule_subjects()) out += fmt::format("  #{}: error\n", subject);
  const Rule* rule = example_rule();
  if (rule == nullptr) return out;
  std::vector<std::string> layers;
  for (const SeenProject& project : seen.projects) {
    layers.insert(layers.end(), project.layers.begin(), project.layers.end());
  }
  std::ranges::sort(layers);
  layers.erase(std::ranges::unique(layers).begin(), layers.end());
  out += "\n  # One rule: error, warn, on (its own severity) or off, or with more to say:\n";
  if (!layers.empty()) out += fmt::format("  # (folders of models here: {})\n", fmt::join(layers, ", "));
  out += fmt::format("  #{}:\n    #severity: {}\n", rule->info().name, to_string(rule->info().severity));
  out += fmt::format("    #where: {}\n", yaml_text("path:" + (layers.empty() ? "models" : layers.front())));
  out += "    #except: \"tag:legacy\"\n";
  for (const OptionSpec& option : rule->options()) {
    out += fmt::format("    #{}: {}\n", option.name, default_as_json(option));
  }
  return out;
}

std::string projects(const SeenProjects& seen) {
  if (seen.projects.size() == 1 && seen.projects.front().path.empty()) return {};
  std::string out =
      "\n# Each dbt project with its own artifacts; 'rules:' of an entry changes those above for that project.\n"
      "# state is a folder with production's manifest.json (and catalog.json), to compare with.\n"
      "projects:\n";
  for (const SeenProject& project : seen.projects) {
    out += fmt::format("  - path: {}\n", yaml_path(project.path));
    out += state_line(project.state, "prod-artifacts/" + project.path.generic_string(), "    ");
  }
  return out;
}

}  // namespace

std::string initial_config(const SeenProjects& seen) {
  return head(seen) + presets(seen) + settings(seen) + rules(seen) + projects(seen);
}

}  // namespace plowline
