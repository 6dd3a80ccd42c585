#include "source/project_yaml.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "artifact/dbt_project_file.h"
#include "artifact/file.h"

namespace plowline {
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargest = std::uintmax_t{4} << 20;
constexpr std::size_t kMostPackages = 1'000;  // a packages' folder with more entries is none
constexpr std::string_view kBlanks = " \t\r\n";

// The text of a scalar; empty for null, lists and maps.
std::string_view text_of(const PlacedValue* value) {
  if (value == nullptr) return {};
  switch (value->kind) {
    case PlacedValue::Kind::kText:
    case PlacedValue::Kind::kNumber:
    case PlacedValue::Kind::kBool:
    case PlacedValue::Kind::kOther:
      return value->text;
    default:
      return {};
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// A scalar, or the scalars of a list.
std::vector<std::string> texts_of(const PlacedValue* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  const auto add = [&](const PlacedValue& item) {
    if (const std::string_view text = trimmed(text_of(&item)); !text.empty()) texts.emplace_back(text);
  };
  if (value->kind == PlacedValue::Kind::kList) {
    std::ranges::for_each(value->items, add);
  } else {
    add(*value);
  }
  return texts;
}

// The items of the list under `key`; none where there is no such list.
const std::vector<PlacedValue>& items_of(const YamlFile& file, std::string_view key) {
  static const std::vector<PlacedValue> kNone;
  const PlacedValue* list = file.value.get(key);
  return list != nullptr && list->kind == PlacedValue::Kind::kList ? list->items : kNone;
}

bool has_packages(const std::optional<YamlFile>& file) {
  return file && file->value.get("packages") != nullptr;
}

std::string_view last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t cut = path.find_last_of("/:\\");
  return cut == std::string_view::npos ? path : path.substr(cut + 1);
}

struct SourceKey {
  std::string_view key;
  RequiredPackage::Kind kind;
};
constexpr std::array<SourceKey, 5> kSourceKeys = {{{"package", RequiredPackage::Kind::kHub},
                                                   {"git", RequiredPackage::Kind::kGit},
                                                   {"private", RequiredPackage::Kind::kPrivate},
                                                   {"tarball", RequiredPackage::Kind::kTarball},
                                                   {"local", RequiredPackage::Kind::kLocal}}};

}  // namespace

// A dbt project's folder, of which only what really lies in it is read.
class YamlFolder {
 public:
  explicit YamlFolder(const fs::path& folder) : folder_(folder) {
    std::error_code error;
    real_ = fs::canonical(folder, error);
    if (error) real_.clear();
  }

  std::optional<YamlFile> read(const std::string& path) const {
    const fs::path file = folder_ / path;
    std::error_code error;
    if (!fs::is_regular_file(file, error) || !is_inside(file)) return std::nullopt;
    if (const std::uintmax_t size = fs::file_size(file, error); error || size > kLargest) return std::nullopt;
    const auto bytes = FileBytes::read(file);
    if (!bytes) return std::nullopt;
    auto value = placed_value_from_yaml(bytes->text(), path);
    if (!value) return std::nullopt;
    return YamlFile{path, *std::move(value)};
  }

  // The folders in that one, by name, sorted.
  std::vector<std::string> folders_in(const std::string& path) const {
    std::vector<std::string> names;
    const fs::path folder = folder_ / path;
    std::error_code error;
    if (!fs::is_directory(folder, error) || !is_inside(folder)) return names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (entry->is_directory(ignored)) names.push_back(entry->path().filename().string());
      if (names.size() > kMostPackages) return {};
    }
    std::ranges::sort(names);
    return names;
  }

  bool has_folder(const std::string& path) const {
    std::error_code error;
    return fs::is_directory(folder_ / path, error);
  }

  // What packages-install-path means where it holds Jinja: its default, as far as it has one.
  std::optional<std::string> rendered_packages_path() const {
    Warnings ignored;
    const Environment nothing_is_set = [](std::string_view) { return std::nullopt; };
    const auto file = read_dbt_project_file(folder_ / "dbt_project.yml", nothing_is_set, ignored);
    return file ? file->packages_install_path : std::nullopt;
  }

 private:
  bool is_inside(const fs::path& path) const {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error || real_.empty()) return false;
    return std::ranges::mismatch(real_, real).in1 == real_.end();
  }

  fs::path folder_;
  fs::path real_;  // without links; empty: the folder is not there
};

const PlacedValue* YamlFile::at(const std::vector<std::string_view>& path) const {
  const PlacedValue* found = &value;
  for (const std::string_view key : path) {
    if (found == nullptr) return nullptr;
    found = found->get(key);
  }
  return found;
}

ProjectYaml ProjectYaml::read(const fs::path& folder) {
  ProjectYaml yaml;
  if (folder.empty()) return yaml;
  const YamlFolder files(folder);
  yaml.project_ = files.read("dbt_project.yml");
  yaml.selectors_ = files.read("selectors.yml");
  yaml.vars_ = files.read("vars.yml");
  yaml.lock_ = files.read("package-lock.yml");
  yaml.packages_ = files.read("packages.yml");
  if (!has_packages(yaml.packages_)) {
    auto dependencies = files.read("dependencies.yml");
    if (has_packages(dependencies) || !yaml.packages_) yaml.packages_ = std::move(dependencies);
  }
  yaml.read_installed(files);
  return yaml;
}

void ProjectYaml::read_installed(const YamlFolder& folder) {
  std::string path(project_ ? text_of(project_->value.get("packages-install-path")) : "");
  if (path.empty() && project_) path = text_of(project_->value.get("modules-path"));  // before dbt 1.0
  if (path.find("{{") != std::string::npos) path = folder.rendered_packages_path().value_or("");
  if (path.empty()) path = folder.has_folder("dbt_packages") ? "dbt_packages" : "dbt_modules";
  for (const std::string& name : folder.folders_in(path)) {
    const std::string at = path + "/" + name;
    auto project = folder.read(at + "/dbt_project.yml");
    if (!project) continue;
    auto packages = folder.read(at + "/packages.yml");
    const std::string_view own_name = text_of(project->value.get("name"));
    installed_.insert_or_assign(std::string(own_name.empty() ? std::string_view(name) : own_name),
                                Installed{*std::move(project), std::move(packages)});
  }
}

// ---- packages -------------------------------------------------------------------------------------------------------

std::vector<RequiredPackage> ProjectYaml::required_packages() const {
  return packages_ ? read_packages(*packages_) : std::vector<RequiredPackage>();
}

std::vector<RequiredPackage> ProjectYaml::required_packages_of(std::string_view package) const {
  const auto found = installed_.find(package);
  if (found == installed_.end() || !found->second.packages) return {};
  return read_packages(*found->second.packages);
}

std::vector<RequiredPackage> ProjectYaml::read_packages(const YamlFile& file) const {
  std::vector<RequiredPackage> packages;
  for (const PlacedValue& item : items_of(file, "packages")) {
    const auto key = std::ranges::find_if(
        kSourceKeys, [&](const SourceKey& source) { return !text_of(item.get(source.key)).empty(); });
    if (key == kSourceKeys.end()) continue;
    RequiredPackage package{.kind = key->kind, .source = std::string(text_of(item.get(key->key)))};
    package.position = item.position;
    const std::string_view folder = text_of(item.get("subdirectory"));
    if (const std::string_view name = text_of(item.get("name")); !name.empty()) {
      package.name = name;
    } else if (package.kind == RequiredPackage::Kind::kHub || package.kind == RequiredPackage::Kind::kLocal) {
      package.name = last_part(package.source);
    } else {
      package.name = folder.empty() ? name_of_repository(package.source) : std::string(last_part(folder));
    }
    if (package.kind == RequiredPackage::Kind::kHub) package.versions = texts_of(item.get("version"));
    package.revision = text_of(item.get("revision"));
    packages.push_back(std::move(package));
  }
  return packages;
}

// A repository's name is not its package's, but mostly near to it: `dbt-snowplow-web` holds snowplow_web, `dbt-utils`
// holds dbt_utils. What is installed decides.
std::string ProjectYaml::name_of_repository(std::string_view url) const {
  constexpr std::string_view kPrefix = "dbt_";
  std::string name(last_part(url));
  for (const std::string_view ending : {".git", ".tar.gz", ".tgz", ".zip"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  std::ranges::replace(name, '-', '_');
  if (!name.starts_with(kPrefix) || installed_.contains(name)) return name;
  const std::string rest = name.substr(kPrefix.size());
  return installed_.contains(rest) || rest.starts_with("snowplow_") ? rest : name;
}

std::optional<std::string> ProjectYaml::installed_version(std::string_view package) const {
  if (const YamlFile* file = installed_project_file(package)) {
    if (const std::string_view version = text_of(file->value.get("version")); !version.empty())
      return std::string(version);
  }
  if (!lock_) return std::nullopt;
  for (const PlacedValue& item : items_of(*lock_, "packages")) {
    const std::string_view version = text_of(item.get("version"));
    if (version.empty()) continue;
    if (text_of(item.get("name")) == package || last_part(text_of(item.get("package"))) == package)
      return std::string(version);
  }
  return std::nullopt;
}

const YamlFile* ProjectYaml::installed_project_file(std::string_view package) const {
  const auto found = installed_.find(package);
  return found == installed_.end() ? nullptr : &found->second.project;
}

std::vector<std::string> ProjectYaml::installed_packages() const {
  std::vector<std::string> names;
  for (const auto& [name, package] : installed_) names.push_back(name);
  return names;
}

std::vector<std::string> ProjectYaml::required_dbt_versions(std::string_view package) const {
  const YamlFile* file = package == project_name() ? project_file() : installed_project_file(package);
  std::vector<std::string> versions;
  if (file == nullptr) return versions;
  for (const std::string& text : texts_of(file->value.get("require-dbt-version"))) {
    // `">=1.6.0,<2.0.0"` is one text for both.
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (const std::string_view one = trimmed(rest.substr(0, comma)); !one.empty()) versions.emplace_back(one);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return versions;
}

std::string_view ProjectYaml::project_name() const {
  return project_ ? text_of(project_->value.get("name")) : std::string_view();
}

// ---- vars -----------------------------------------------------------------------------------------------------------

// dbt refuses a project with vars in both files.
const PlacedValue* ProjectYaml::all_vars() const {
  for (const auto* file : {&project_, &vars_}) {
    if (!*file) continue;
    const PlacedValue* vars = (*file)->value.get("vars");
    if (vars != nullptr && vars->kind == PlacedValue::Kind::kMap && !vars->members.empty()) return vars;
  }
  return nullptr;
}

bool ProjectYaml::is_package(std::string_view name) const {
  if (name == project_name() || installed_.contains(name)) return true;
  const auto named = [&](const PlacedValue& item) {
    return text_of(item.get("name")) == name || last_part(text_of(item.get("package"))) == name;
  };
  if (lock_ && std::ranges::any_of(items_of(*lock_, "packages"), named)) return true;
  return std::ranges::any_of(required_packages(), [&](const RequiredPackage& package) { return package.name == name; });
}

std::vector<ProjectVar> ProjectYaml::vars() const {
  std::vector<ProjectVar> vars;
  const PlacedValue* all = all_vars();
  if (all == nullptr) return vars;
  for (const auto& [key, value] : all->members) {
    const bool is_map = value.kind == PlacedValue::Kind::kMap;
    if (!is_map || !is_package(key.text)) vars.push_back({key.text, {}, &value, key.position});
    if (!is_map) continue;
    for (const auto& [name, scoped] : value.members) vars.push_back({name.text, key.text, &scoped, name.position});
  }
  return vars;
}

std::optional<ProjectVar> ProjectYaml::var(std::string_view name, std::string_view package) const {
  const PlacedValue* all = all_vars();
  if (all == nullptr) return std::nullopt;
  const auto find = [&](const PlacedValue& map, std::string_view scope) -> std::optional<ProjectVar> {
    for (const auto& [key, value] : map.members) {
      if (key.text == name) return ProjectVar{key.text, std::string(scope), &value, key.position};
    }
    return std::nullopt;
  };
  if (const PlacedValue* scoped = package.empty() ? nullptr : all->get(package)) {
    if (auto found = find(*scoped, package)) return found;
  }
  return find(*all, {});
}

const PlacedValue* ProjectYaml::default_var(std::string_view name, std::string_view package) const {
  const YamlFile* file = installed_project_file(package);
  if (file == nullptr) return nullptr;
  const PlacedValue* scoped = file->at({"vars", package, name});
  return scoped != nullptr ? scoped : file->at({"vars", name});
}

// ---- dispatch, selectors --------------------------------------------------------------------------------------------

std::optional<std::vector<std::string>> ProjectYaml::dispatch_order(std::string_view macro_namespace) const {
  if (!project_) return std::nullopt;
  for (const PlacedValue& entry : items_of(*project_, "dispatch")) {
    if (text_of(entry.get("macro_namespace")) == macro_namespace) return texts_of(entry.get("search_order"));
  }
  return std::nullopt;
}

std::vector<std::string> ProjectYaml::selector_names() const {
  std::vector<std::string> names;
  if (!selectors_) return names;
  for (const PlacedValue& selector : items_of(*selectors_, "selectors")) {
    if (const std::string_view name = text_of(selector.get("name")); !name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace plowline
