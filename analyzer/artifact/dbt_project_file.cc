#include "artifact/dbt_project_file.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <system_error>
#include <utility>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include "artifact/file.h"

namespace plowline {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

Position position_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {{}, {}, static_cast<std::uint64_t>(mark.line) + 1, static_cast<std::uint64_t>(mark.column) + 1};
}

// ---- Jinja ----------------------------------------------------------------------------------------------------------

// Reads the inside of one `{{ … }}`.
class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view text) : rest_(text) {}

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  // A string literal. One with a backslash is not read: what it stands for is Python's business.
  std::optional<std::string> string() {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string text(rest_.substr(1, end - 1));
    if (text.contains('\\')) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }
  std::string_view rest_;
};

using Rendered = std::expected<std::string, std::string>;  // the text, or why it cannot be told

Rendered environment_value(const std::string& name, const std::optional<std::string>& fallback,
                           const Environment& environment) {
  // dbt refuses secrets outside profiles.yml and packages.yml; and they do not belong into messages.
  if (name.starts_with("DBT_ENV_SECRET")) return std::unexpected(fmt::format("{} is a secret", name));
  if (auto value = environment(name)) return *std::move(value);
  if (fallback) return *fallback;
  return std::unexpected(fmt::format("the environment variable {} is not set", name));
}

// `env_var('NAME')`, `env_var('NAME', 'default')`, `env_var('NAME', default='default')`.
Rendered render_expression(std::string_view expression, const Environment& environment) {
  const auto unknown = [] { return std::unexpected(std::string("only env_var('NAME', 'default') can be resolved")); };
  ExpressionReader reader(expression);
  if (!reader.take("env_var") || !reader.take("(")) return unknown();
  const auto name = reader.string();
  if (!name) return unknown();
  std::optional<std::string> fallback;
  if (reader.take(",")) {
    if (reader.take("default") && !reader.take("=")) return unknown();
    fallback = reader.string();
    if (!fallback) return unknown();
  }
  if (!reader.take(")") || !reader.at_end()) return unknown();
  return environment_value(*name, fallback, environment);
}

Rendered render(std::string_view text, const Environment& environment) {
  std::string out;
  while (true) {
    const std::size_t open = std::min({text.find("{{"), text.find("{%"), text.find("{#"), text.size()});
    out += text.substr(0, open);
    if (open == text.size()) return out;
    const std::size_t close = text.find("}}", open);
    if (text[open + 1] != '{' || close == std::string_view::npos) {
      return std::unexpected(std::string("only env_var('NAME', 'default') can be resolved"));
    }
    std::string_view inside = text.substr(open + 2, close - open - 2);
    if (inside.starts_with('-')) inside.remove_prefix(1);
    if (inside.ends_with('-')) inside.remove_suffix(1);
    auto value = render_expression(inside, environment);
    if (!value) return value;
    out += *value;
    text.remove_prefix(close + 2);
  }
}

// ---- YAML -----------------------------------------------------------------------------------------------------------

// One key that is read, under all its spellings: the newest first.
struct Key {
  std::string_view name;
  std::string_view old_name;
  std::string* text = nullptr;
  std::optional<std::string>* optional_text = nullptr;
  DbtProjectFile::Folders* folders = nullptr;
};

// Turns the YAML document into a DbtProjectFile. yaml-cpp's exceptions are caught by the caller.
class ProjectFileReader {
 public:
  ProjectFileReader(std::string file, const Environment& environment, Warnings& warnings)
      : file_(std::move(file)), environment_(environment), warnings_(warnings) {}

  Result<DbtProjectFile> read(const YAML::Node& document) {
    if (!document.IsMap()) {
      return error(document.Mark(), document.IsNull() ? "the file is empty" : "not a map of keys and values",
                   "a dbt_project.yml begins with `name: my_project`");
    }
    DbtProjectFile project;
    for (const Key& key : keys_of(project)) {
      if (auto done = read_key(document, key); !done) return std::unexpected(std::move(done.error()));
    }
    return project;
  }

 private:
  static std::vector<Key> keys_of(DbtProjectFile& p) {
    return {{"name", "", &p.name},
            {"version", "", &p.version},
            {"profile", "", &p.profile},
            {"target-path", "", nullptr, &p.target_path},
            {"packages-install-path", "modules-path", nullptr, &p.packages_install_path},
            {"model-paths", "source-paths", nullptr, nullptr, &p.model_paths},
            {"seed-paths", "data-paths", nullptr, nullptr, &p.seed_paths},
            {"snapshot-paths", "", nullptr, nullptr, &p.snapshot_paths},
            {"analysis-paths", "", nullptr, nullptr, &p.analysis_paths},
            {"macro-paths", "", nullptr, nullptr, &p.macro_paths},
            {"test-paths", "", nullptr, nullptr, &p.test_paths},
            {"docs-paths", "", nullptr, nullptr, &p.docs_paths},
            {"asset-paths", "", nullptr, nullptr, &p.asset_paths},
            {"function-paths", "", nullptr, nullptr, &p.function_paths}};
  }

  struct Entry {
    YAML::Mark mark;
    YAML::Node value;
  };

  // The last entry of that name; a warning where there are several.
  std::optional<Entry> find(const YAML::Node& map, std::string_view name) {
    std::optional<Entry> found;
    for (const auto& member : map) {
      if (!member.first.IsScalar() || member.first.Scalar() != name) continue;
      if (found) {
        warnings_.push_back({"duplicate-key",
                             fmt::format("{}:{}:{}: the key {} is written twice; the later one counts, as for dbt",
                                         file_, member.first.Mark().line + 1, member.first.Mark().column + 1, name),
                             "",
                             {}});
      }
      found = Entry{member.first.Mark(), member.second};
    }
    return found;
  }

  Result<void> read_key(const YAML::Node& document, const Key& key) {
    auto entry = find(document, key.name);
    auto old_entry = key.old_name.empty() ? std::nullopt : find(document, key.old_name);
    if (entry && old_entry) {
      return error(old_entry->mark, fmt::format("{} and {} cannot both be written", key.old_name, key.name),
                   fmt::format("remove {}: it is the old name of {}", key.old_name, key.name));
    }
    const std::string name(entry || !old_entry ? key.name : key.old_name);
    if (!entry) entry = std::move(old_entry);
    if (!entry || entry->value.IsNull()) return {};
    if (key.folders != nullptr) return read_folders(entry->value, name, *key.folders);
    auto text = read_text(entry->value, name);
    if (!text) return std::unexpected(std::move(text.error()));
    if (key.text != nullptr) *key.text = text->value_or("");
    if (key.optional_text != nullptr) *key.optional_text = std::move(*text);
    return {};
  }

  Result<void> read_folders(const YAML::Node& list, const std::string& name, DbtProjectFile::Folders& folders) {
    if (!list.IsSequence()) {
      return error(list.Mark(), fmt::format("{} is not a list of folders", name),
                   fmt::format("write it as a list: `{}: [\"…\"]`", name));
    }
    folders.emplace();
    for (const YAML::Node& element : list) {
      auto text = read_text(element, name);
      if (!text) return std::unexpected(std::move(text.error()));
      if (*text) folders->push_back(**std::move(text));
    }
    return {};
  }

  // Nothing where the text holds Jinja that cannot be resolved.
  Result<std::optional<std::string>> read_text(const YAML::Node& value, const std::string& name) {
    if (!value.IsScalar()) {
      return error(value.Mark(), fmt::format("a value of {} is not a text", name),
                   value.IsMap() ? "put quotes around a value that begins with {{" : "");
    }
    auto rendered = render(value.Scalar(), environment_);
    if (rendered) return std::optional(*std::move(rendered));
    warnings_.push_back({"unresolved-jinja",
                         fmt::format("{}:{}:{}: {}: {} ({}): the value is left out", file_, value.Mark().line + 1,
                                     value.Mark().column + 1, name, value.Scalar(), rendered.error()),
                         name == "target-path" ? "say where the artifacts lie with --target-path" : "",
                         {}});
    return std::nullopt;
  }

  std::unexpected<Error> error(const YAML::Mark& mark, std::string reason, std::string next_step) const {
    return input_error(file_, position_of(mark), std::move(reason), std::move(next_step));
  }

  std::string file_;
  const Environment& environment_;
  Warnings& warnings_;
};

// Where (from 0) in the blanks before that line's first character a tab stands: what yaml-cpp says of one misleads.
std::optional<std::size_t> indenting_tab(std::string_view text, int line) {
  for (; line > 0 && !text.empty(); --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::size_t tab = text.substr(0, std::min(text.find_first_not_of(" \t"), text.size())).find('\t');
  return tab == std::string_view::npos ? std::nullopt : std::optional(tab);
}

std::unexpected<Error> syntax_error(const FileBytes& file, const YAML::Exception& exception) {
  Position position = position_of(exception.mark);
  std::string reason = "not YAML: " + exception.msg;
  if (const auto tab = indenting_tab(file.text(), exception.mark.line)) {
    position.column = *tab + 1;
    reason = "a tab: YAML is indented by blanks only";
  } else if (dynamic_cast<const YAML::DeepRecursion*>(&exception) != nullptr) {
    reason = "nested too deeply";
  }
  return input_error(file.name(), std::move(position), std::move(reason),
                     "dbt cannot read the file either: correct it, then try again");
}

}  // namespace

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::optional<DbtVersion> dbt_version_from(std::string_view text) {
  DbtVersion version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  if (std::from_chars(major.ptr + 1, end, version.minor).ec != std::errc{}) return std::nullopt;
  return version;
}

Result<DbtProjectFile> read_dbt_project_file(const std::filesystem::path& file, const Environment& environment,
                                             Warnings& warnings) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  try {
    return ProjectFileReader(bytes->name(), environment, warnings).read(YAML::Load(std::string(bytes->text())));
  } catch (const YAML::Exception& exception) {
    return syntax_error(*bytes, exception);
  }
}

ProjectFolders folders_of(const DbtProjectFile& file, std::optional<DbtVersion> version) {
  const bool old = version && *version < DbtVersion{1, 0};
  const auto or_default = [](const DbtProjectFile::Folders& written, std::vector<std::string> otherwise) {
    return written ? *written : std::move(otherwise);
  };
  ProjectFolders folders;
  folders.models = or_default(file.model_paths, {"models"});
  folders.seeds = or_default(file.seed_paths, {old ? "data" : "seeds"});
  folders.snapshots = or_default(file.snapshot_paths, {"snapshots"});
  folders.analyses =
      or_default(file.analysis_paths, old ? std::vector<std::string>{} : std::vector<std::string>{"analyses"});
  folders.macros = or_default(file.macro_paths, {"macros"});
  folders.tests = or_default(file.test_paths, {old ? "test" : "tests"});
  folders.functions = or_default(file.function_paths, {"functions"});
  folders.assets = or_default(file.asset_paths, {});
  folders.packages = file.packages_install_path.value_or(old ? "dbt_modules" : "dbt_packages");
  if (file.docs_paths) {
    folders.docs = *file.docs_paths;
  } else {
    for (const auto* group : {&folders.models, &folders.seeds, &folders.snapshots, &folders.analyses, &folders.macros,
                              &folders.tests, &folders.functions}) {
      for (const std::string& folder : *group) {
        if (std::ranges::find(folders.docs, folder) == folders.docs.end()) folders.docs.push_back(folder);
      }
    }
  }
  return folders;
}

}  // namespace plowline
