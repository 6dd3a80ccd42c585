#include "lint/path_patterns.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "lint/path_regex.h"
#include "lint/pattern.h"
#include "selection/project_files.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;
using Kind = PathToken::Kind;
using Globs = std::vector<std::string>;

constexpr std::string_view kMethod = "path:";
constexpr std::size_t kMostGlobs = 20;
constexpr std::array<std::string_view, 5> kExtensions{".sql", ".yml", ".yaml", ".py", ".csv"};
// Folders that hold no files of the project's own.
constexpr std::array<std::string_view, 7> kNotOurs{"dbt_packages", "dbt_modules", "target",       "logs",
                                                   "node_modules", "venv",        "site-packages"};

constexpr std::string_view kNotSaid = "no selector of dbt says this; write 'where' or 'except' of the rule yourself";
constexpr std::string_view kOthers =
    "the selector of dbt that comes nearest takes other files; write 'where' or 'except' of the rule yourself";
constexpr std::string_view kNothingThere = "no file of a project here has such a path";

std::string_view extension_of(std::string_view path) {
  const auto ends = std::ranges::find_if(kExtensions, [&](std::string_view end) { return path.ends_with(end); });
  return ends == kExtensions.end() ? std::string_view() : *ends;
}

bool is_text(const PathToken& token) {
  return token.kind == Kind::kAnyText || token.kind == Kind::kSomeText;
}

PathTokens start_with(const PathToken& first, const PathTokens& tokens) {
  PathTokens out{first};
  out.insert(out.end(), tokens.begin(), tokens.end());
  return out;
}

// `models/marts/.*\.sql$` asks for the files in a folder: there, `path:` takes them without being told what they are
// called.
void drop_extension(PathTokens& tokens) {
  if (tokens.size() > 1 && tokens.back().kind == Kind::kEnd && is_text(tokens[tokens.size() - 2])) tokens.pop_back();
  PathTokens rest = tokens;
  if (!rest.empty() && rest.back().kind == Kind::kEnd) rest.pop_back();
  std::string end;
  while (!rest.empty() && rest.back().kind == Kind::kCharacter && !end.starts_with('.')) {
    end.insert(end.begin(), rest.back().character);
    rest.pop_back();
  }
  if (rest.empty() || !is_text(rest.back()) || extension_of(end) != end || end.empty()) return;
  rest.pop_back();
  tokens = std::move(rest);
}

// Whether the tokens match whatever stands there.
bool is_everything(const PathTokens& tokens) {
  if (tokens.empty()) return true;
  return is_text(tokens[0]) && (tokens.size() == 1 || (tokens.size() == 2 && tokens[1].kind == Kind::kEnd));
}

// Tokens as globs of Python's pathlib, in which `*` stays inside one part of the path and `**` is any number of
// folders. All together they match what the tokens do.
class GlobWriter {
 public:
  explicit GlobWriter(const PathTokens& tokens) : tokens_(tokens) {}

  // Each without what it may end in. Nothing where this cannot be said.
  std::optional<Globs> write() {
    for (at_ = 0; at_ < tokens_.size() && !globs_.empty() && globs_.size() <= kMostGlobs; ++at_) write_one();
    if (globs_.empty() || globs_.size() > kMostGlobs) return std::nullopt;
    return globs_;
  }

 private:
  void write_one() {
    const PathToken& token = tokens_[at_];
    if (token.kind == Kind::kCharacter) append(std::string(1, token.character));
    if (token.kind == Kind::kAnyName) append("*");
    if (token.kind == Kind::kSomeName) append("?*");
    if (is_text(token) && !is_last()) write_text(token.kind == Kind::kSomeText);
  }

  bool is_last() const {
    return at_ + 1 == tokens_.size() || (at_ + 2 == tokens_.size() && tokens_.back().kind == Kind::kEnd);
  }

  void append(const std::string& text) {
    for (std::string& glob : globs_) glob += text;
  }

  // Text between two others, which may hold slashes.
  void write_text(bool some) {
    const PathToken& next = tokens_[at_ + 1];
    const bool before_slash = next == PathToken{Kind::kCharacter, '/'};
    Globs out;
    for (const std::string& glob : globs_) {
      const bool after_slash = glob.empty() || glob.ends_with('/');
      // `*` beside another would be `**`, and that text is not empty is said for whole parts only.
      if (glob.ends_with('*') || next.kind != Kind::kCharacter || (some && !(after_slash && before_slash))) {
        globs_.clear();
        return;
      }
      if (before_slash) {
        out.push_back(glob + "*/**");
      } else if (after_slash) {
        out.push_back(glob + "**/*");
      } else {
        out.push_back(glob + "*");
        out.push_back(glob + "*/**/*");
      }
    }
    globs_ = std::move(out);
  }

  const PathTokens& tokens_;
  std::size_t at_ = 0;
  Globs globs_{""};
};

}  // namespace

// A project with its files, which are listed when a first pattern asks for them.
struct PathPatterns::Tree {
  fs::path folder;
  std::string name;
  std::string prefix;  // before the paths of its files: `analytics/`
  ProjectFiles globs;

  Tree(fs::path in, std::string called, std::string below)
      : folder(std::move(in)),
        name(std::move(called)),
        prefix(std::move(below)),
        globs(ProjectFiles::in_folder(folder)) {}

  const std::vector<std::string>& files() {
    if (!listed_) list({});
    listed_ = true;
    return files_;
  }

  std::vector<std::string> found(const std::string& glob) {
    auto paths = globs.glob(glob);
    return paths ? *std::move(paths) : std::vector<std::string>();
  }

  // A folder beside which nothing begins with its name.
  bool is_lone_folder(const std::string& path) {
    const std::vector<std::string> same = found(path + "*");
    return same.size() == 1 && same[0] == path && !found(path + "/").empty();
  }

 private:
  void list(const fs::path& below) {
    std::error_code failed;
    for (fs::directory_iterator at(folder / below, failed), end; !failed && at != end; at.increment(failed)) {
      const std::string part = at->path().filename().string();
      std::error_code ignored;
      if (at->is_directory(ignored)) {
        const bool ours = !part.starts_with('.') && std::ranges::find(kNotOurs, part) == kNotOurs.end();
        if (ours && !at->is_symlink(ignored)) list(below / part);
      } else if (!extension_of(part).empty()) {
        files_.push_back((below / part).generic_string());
      }
    }
  }

  bool listed_ = false;
  std::vector<std::string> files_;
};

namespace {

// A pattern over one project, or over none that is known.
template <typename Tree>
class PatternTranslator {
 public:
  PatternTranslator(Tree* tree, const PathPattern& pattern)
      : tree_(tree), pattern_(pattern), regex_(without_blanks(pattern.text)) {}

  // Nothing is in the result where the pattern is about no file of the project.
  std::expected<PathSelectors, std::string> translate() {
    if (regex_.empty()) return PathSelectors{true, {}};
    auto alternatives = path_alternatives(regex_);
    if (!alternatives) return std::unexpected(std::string(kNotSaid));
    bool anchored = true;
    for (PathTokens& tokens : *alternatives) {
      if (tokens.empty() || tokens[0].kind != Kind::kStart) {
        if (pattern_.anywhere) anchored = false;
        if (!pattern_.anywhere) tokens = start_with({Kind::kStart}, tokens);
      }
    }
    if (anchored && tree_ == nullptr) return checked(selectors(*alternatives, false));
    if (!anchored && tree_ == nullptr) return std::unexpected(std::string(kNotSaid));
    if (!anchored) {
      // What is there from the project's folder on is meant, mostly.
      const auto from_root = selectors(*alternatives, true);
      if (from_root && compare(*from_root) == Compared::kSame) return *from_root;
    }
    auto found = checked(selectors(*alternatives, false));
    // What nothing there tells to be a path may be anything.
    if (!anchored && found && compare(*found) == Compared::kNothing) return PathSelectors{};
    return found;
  }

 private:
  std::expected<PathSelectors, std::string> checked(std::optional<PathSelectors> found) {
    if (!found) return std::unexpected(std::string(kNotSaid));
    if (tree_ == nullptr) return *std::move(found);
    if (compare(*found) == Compared::kDifferent) return std::unexpected(std::string(kOthers));
    if (!found->everything && std::ranges::none_of(found->selectors, [this](const auto& one) { return begins(one); })) {
      return PathSelectors{};
    }
    return *std::move(found);
  }

  // Whether the project has what stands at the selector's start: a file that is not there yet may come.
  bool begins(const std::string& selector) {
    const std::string path = selector.substr(kMethod.size());
    return !tree_->found(path.substr(0, path.find('/'))).empty();
  }

  std::optional<PathSelectors> selectors(const std::vector<PathTokens>& alternatives, bool from_root) {
    PathSelectors out;
    for (PathTokens tokens : alternatives) {
      if (!below_prefix(tokens, from_root)) continue;
      drop_extension(tokens);
      if (is_everything(tokens)) {
        out.everything = true;
        continue;
      }
      const auto globs = GlobWriter(tokens).write();
      if (!globs) return std::nullopt;
      for (const std::string& glob : *globs) add(ended(glob, tokens.back()), out.selectors);
    }
    if (std::ranges::find(out.selectors, kMethod) != out.selectors.end()) return std::nullopt;
    if (out.everything) out.selectors.clear();
    return out;
  }

  static void add(const std::string& glob, std::vector<std::string>& selectors) {
    const std::string selector = std::string(kMethod) + glob;
    if (std::ranges::find(selectors, selector) == selectors.end()) selectors.push_back(selector);
  }

  // Makes the tokens those for a path from the project's folder on. False: they match nothing in it.
  bool below_prefix(PathTokens& tokens, bool from_root) const {
    const bool anchored = !tokens.empty() && tokens[0].kind == Kind::kStart;
    if (anchored) {
      tokens.erase(tokens.begin());
      return tree_ == nullptr || take_prefix(tokens);
    }
    if (!from_root) {
      tokens = start_with({Kind::kAnyText}, tokens);
    } else if (!tokens.empty() && tokens[0] == PathToken{Kind::kCharacter, '/'}) {
      tokens.erase(tokens.begin());
    }
    return true;
  }

  bool take_prefix(PathTokens& tokens) const {
    const std::string& prefix = tree_->prefix;
    std::size_t at = 0;
    std::size_t token = 0;
    while (at < prefix.size()) {
      if (token == tokens.size()) return tokens.clear(), true;  // `^ana`: all of analytics/
      const PathToken& now = tokens[token];
      if (is_text(now)) break;  // may be any number of folders
      if (now.kind == Kind::kAnyName || now.kind == Kind::kSomeName) {
        at = prefix.find('/', at);
      } else if (now == PathToken{Kind::kCharacter, prefix[at]}) {
        ++at;
      } else {
        return false;
      }
      ++token;
    }
    tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(token));
    return true;
  }

  // A pattern that does not say where the path ends goes on with anything.
  std::string ended(std::string glob, const PathToken& last) {
    if (last.kind == Kind::kEnd) return glob;
    if (glob.ends_with('/')) {
      glob.pop_back();
      return glob;
    }
    if (glob.ends_with('*') || !extension_of(glob).empty()) return glob;
    const bool plain = glob.find_first_of("*?") == std::string::npos;
    return tree_ != nullptr && plain && tree_->is_lone_folder(glob) ? glob : glob + "*";
  }

  enum class Compared { kSame, kNothing, kDifferent };

  // Whether selectors and pattern take the same of the project's files, or none. Files of a kind that the pattern has
  // none of do not count: `\.sql$` says nothing of the properties files beside the models.
  Compared compare(const PathSelectors& found) {
    const auto regex = Pattern::compile(
        fmt::format("{}{}(?:{})", pattern_.ignore_case ? "(?i)" : "", pattern_.anywhere ? "" : "\\A", regex_));
    if (!regex) return Compared::kDifferent;
    std::set<std::string> paths;
    for (const std::string& selector : found.selectors) {
      for (std::string& path : tree_->found(selector.substr(kMethod.size()))) {
        paths.insert(std::move(path));
      }
    }
    struct Counted {
      bool matched = false;
      bool differs = false;
      bool selected = false;
    };
    std::map<std::string_view, Counted> by_extension;
    for (const std::string& file : tree_->files()) {
      const std::string path = tree_->prefix + file;
      const bool matched = regex->found_in(path) || (pattern_.rooted && regex->found_in("/" + path));
      const bool selected = found.everything || is_in(file, paths);
      Counted& counted = by_extension[extension_of(file)];
      counted.matched |= matched;
      counted.selected |= selected;
      counted.differs |= matched != selected;
    }
    const auto any = [&](auto has) { return std::ranges::any_of(by_extension, has); };
    if (any([](const auto& one) { return one.second.matched && one.second.differs; })) return Compared::kDifferent;
    if (any([](const auto& one) { return one.second.matched; })) return Compared::kSame;
    return any([](const auto& one) { return one.second.selected; }) ? Compared::kDifferent : Compared::kNothing;
  }

  static bool is_in(const std::string& file, const std::set<std::string>& paths) {
    for (std::size_t end = file.size(); end != std::string::npos && end > 0; end = file.rfind('/', end - 1)) {
      if (paths.contains(file.substr(0, end))) return true;
    }
    return false;
  }

  Tree* tree_;
  const PathPattern& pattern_;
  std::string regex_;
};

template <typename Tree>
std::expected<PathSelectors, std::string> any_of(Tree* tree, const std::vector<PathPattern>& patterns) {
  PathSelectors all;
  for (const PathPattern& pattern : patterns) {
    auto found = PatternTranslator<Tree>(tree, pattern).translate();
    if (!found) return std::unexpected(std::move(found.error()));
    all.everything |= found->everything;
    std::ranges::move(found->selectors, std::back_inserter(all.selectors));
  }
  if (all.everything) all.selectors.clear();
  return all;
}

bool is_nothing(const PathSelectors& selectors) {
  return !selectors.everything && selectors.selectors.empty();
}

// `analytics/` for a project below the folder that paths are relative to.
std::string prefix_below(const fs::path& base, const fs::path& project) {
  std::error_code failed;
  const fs::path from = fs::canonical(base.empty() ? fs::path(".") : base, failed);
  const fs::path to = failed ? fs::path() : fs::canonical(project.empty() ? fs::path(".") : project, failed);
  if (failed) return {};
  const std::string relative = to.lexically_relative(from).generic_string();
  return relative.empty() || relative == "." || relative.starts_with("..") ? std::string() : relative + "/";
}

}  // namespace

PathPatterns::PathPatterns() = default;
PathPatterns::~PathPatterns() = default;
PathPatterns::PathPatterns(PathPatterns&&) noexcept = default;

PathPatterns::PathPatterns(const SeenProjects& seen, const fs::path& base) {
  for (const SeenProject& project : seen.projects) {
    const fs::path folder = seen.folder / project.path;
    const std::string prefix = base.empty() ? std::string() : prefix_below(base, folder);
    trees_.push_back(std::make_unique<Tree>(folder.empty() ? fs::path(".") : folder, project.name, prefix));
  }
}

std::expected<PathSelectors, PathsUnsaid> PathPatterns::selectors_for(const std::vector<PathPattern>& patterns) const {
  const auto unsaid = [](std::string reason) { return std::unexpected(PathsUnsaid{std::move(reason)}); };
  if (trees_.empty()) {
    auto found = any_of<Tree>(nullptr, patterns);
    if (!found) return unsaid(std::move(found.error()));
    return *std::move(found);
  }
  std::vector<PathSelectors> found;
  for (const auto& tree : trees_) {
    auto one = any_of(tree.get(), patterns);
    if (!one) return unsaid(std::move(one.error()));
    found.push_back(*std::move(one));
  }
  if (std::ranges::all_of(found, is_nothing)) {
    return std::unexpected(PathsUnsaid{std::string(kNothingThere), true});
  }
  const auto same = [&](const PathSelectors& one) {
    return one.everything == found[0].everything && one.selectors == found[0].selectors;
  };
  if (std::ranges::all_of(found, same)) return found[0];
  PathSelectors all;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (is_nothing(found[i])) continue;
    if (trees_[i]->name.empty()) return unsaid(std::string(kNotSaid));
    for (std::string& selector : in_both({"package:" + trees_[i]->name}, found[i].selectors)) {
      all.selectors.push_back(std::move(selector));
    }
  }
  return all;
}

fs::path repository_of(const fs::path& file) {
  std::error_code failed;
  const fs::path own = fs::canonical(file, failed).parent_path();
  if (failed) return file.parent_path();
  for (fs::path folder = own;; folder = folder.parent_path()) {
    std::error_code ignored;
    if (fs::exists(folder / ".git", ignored)) return folder;
    if (folder == folder.parent_path()) return own;
  }
}

std::vector<std::string> in_both(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  if (some.empty()) return others;
  if (others.empty()) return some;
  std::vector<std::string> both;
  for (const std::string& one : some) {
    for (const std::string& other : others) both.push_back(one + "," + other);
  }
  return both;
}

}  // namespace plowline
