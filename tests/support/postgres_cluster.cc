#include "support/postgres_cluster.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace plowline::testing {
namespace {

namespace fs = std::filesystem;

// What the watching child runs: sh -c kWatch sh BIN FOLDER. It makes and starts the server, says `ready`, waits until
// its standard input ends, and takes all of it away again.
constexpr const char* kWatch = R"sh(
bin=$1 folder=$2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
"$bin/initdb" -D data -U plowline -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || exit 1
cat >>data/postgresql.conf <<END
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 16MB
max_connections = 20
timezone = 'America/St_Johns'
datestyle = 'SQL, DMY'
END
"$bin/pg_ctl" -D data -w -s -l log start >>log 2>&1 </dev/null || exit 1
echo ready
exec >/dev/null
cat >/dev/null
"$bin/pg_ctl" -D data -w -s -m immediate stop >/dev/null 2>&1
)sh";

unsigned version_of(const fs::path& bin) {
  const std::string text = bin.parent_path().filename().string();
  unsigned version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

// The folder with initdb, pg_ctl and psql: Debian keeps one per version beside PATH. Empty: not installed.
std::string find_programs() {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    folders.push_back(entry.path() / "bin");
  }
  std::ranges::sort(folders, std::ranges::greater(), version_of);
  if (const char* path = std::getenv("PATH")) {
    std::string_view rest(path);
    while (!rest.empty()) {
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      folders.emplace_back(rest.substr(0, colon));
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  }
  const auto whole = [](const fs::path& folder) {
    return std::ranges::all_of(std::array{"initdb", "pg_ctl", "psql"},
                               [&](const char* name) { return access((folder / name).c_str(), X_OK) == 0; });
  };
  const auto found = std::ranges::find_if(folders, whole);
  return found == folders.end() ? std::string() : found->string();
}

const passwd* server_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  return user != nullptr ? user : getpwnam("nobody");
}

// Whether any user can go through the folder and those above it.
bool is_open_to_all(fs::path folder) {
  for (;; folder = folder.parent_path()) {
    std::error_code failed;
    const fs::perms mode = fs::status(folder, failed).permissions();
    if (failed || (mode & fs::perms::others_exec) == fs::perms::none) return false;
    if (folder == folder.root_path()) return true;
  }
}

// A socket's path is at most 107 bytes long, and the server's user must be able to reach it.
std::string make_folder(const passwd* user) {
  fs::path parent = fs::absolute(fs::temp_directory_path());
  if (parent.string().size() > 60 || (user != nullptr && !is_open_to_all(parent))) parent = "/tmp";
  std::string folder = (parent / "plowline_pg_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp failed for " + folder);
  if (user != nullptr && chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("chown failed for " + folder);
  }
  return folder;
}

// In the child: a session of its own, so that Ctrl-C on the terminal reaches the test and not the server.
[[noreturn]] void watch(const passwd* user, int in, int out, const std::string& bin, const std::string& folder) {
  setsid();
  dup2(in, 0);
  dup2(out, 1);
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, 2);
  close_range(3, ~0U, 0);  // the server outlives many a test: it must not keep their pipes open
  if (user != nullptr && (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  for (const char* name : {"PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGSERVICE"})
    unsetenv(name);
  setenv("LC_ALL", "C", 1);
  execl("/bin/sh", "sh", "-c", kWatch, "sh", bin.c_str(), folder.c_str(), nullptr);
  _exit(127);
}

}  // namespace

PostgresCluster* PostgresCluster::get_or_skip(std::string_view what) {
  static const std::unique_ptr<PostgresCluster> cluster = []() -> std::unique_ptr<PostgresCluster> {
    const std::string bin = find_programs();
    if (bin.empty()) return nullptr;
    std::unique_ptr<PostgresCluster> made(new PostgresCluster);
    made->start(bin);
    return made;
  }();
  if (!cluster) fmt::print(stderr, "SKIPPED: {}: PostgreSQL (initdb, pg_ctl, psql) is not installed\n", what);
  return cluster.get();
}

void PostgresCluster::start(const std::string& bin) {
  const passwd* user = server_user();
  folder_ = make_folder(user);
  psql_ = bin + "/psql";
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  watcher_ = fork();
  if (watcher_ == 0) watch(user, in[0], out[1], bin, folder_);
  close(in[0]);
  close(out[1]);
  control_ = in[1];
  std::string said;
  std::array<char, 64> buffer;
  while (!said.contains('\n')) {
    const ssize_t n = read(out[0], buffer.data(), buffer.size());
    if (n <= 0) break;
    said.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(out[0]);
  if (said.starts_with("ready")) return;
  throw std::runtime_error(fmt::format("the tests' PostgreSQL ({}) did not start in {}", bin, folder_));
}

PostgresCluster::~PostgresCluster() {
  if (control_ >= 0) close(control_);
  if (watcher_ > 0) waitpid(watcher_, nullptr, 0);
}

namespace {

std::string next_name() {
  static int count = 0;
  return fmt::format("test_{}", ++count);
}

std::string sql_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

}  // namespace

PostgresDatabase::PostgresDatabase(const PostgresCluster& cluster, std::string_view name, std::string_view copied_from)
    : cluster_(cluster), name_(name.empty() ? next_name() : std::string(name)) {
  const std::string original = copied_from.empty() ? "" : " template " + sql_name(copied_from);
  const Ran made = psql("postgres", {}, "create database " + sql_name(name_) + original + ";\n", {}, {});
  if (made.status != 0) throw std::runtime_error("create database: " + made.err);
}

PostgresDatabase::~PostgresDatabase() {
  psql("postgres", {}, "drop database if exists " + sql_name(name_) + " with (force);\n", {}, {});
}

Ran PostgresDatabase::psql(const std::string& database, std::vector<std::string> options, std::string_view sql,
                           const std::string& role, const std::string& settings) const {
  std::vector<std::string> argv = {cluster_.psql_program(),
                                   "--no-psqlrc",
                                   "--quiet",
                                   "-v",
                                   "ON_ERROR_STOP=1",
                                   "--host",
                                   cluster_.host(),
                                   "--username",
                                   role.empty() ? "plowline" : role,
                                   "--dbname",
                                   database};
  argv.insert(argv.end(), options.begin(), options.end());
  return run(argv, {.directory = {},
                    .environment = {"PGOPTIONS=" + settings, "PGCLIENTENCODING=UTF8", "LC_ALL=C"},
                    .input = std::string(sql)});
}

Ran PostgresDatabase::run_sql(std::string_view sql, const std::string& role, const std::string& settings) const {
  return psql(name_, {}, sql, role, settings);
}

void PostgresDatabase::must_run(std::string_view sql, const std::string& role) const {
  const Ran ran = run_sql(sql, role);
  if (ran.status != 0) throw std::runtime_error(fmt::format("psql: {}\n{}", ran.err, sql));
}

std::vector<PostgresDatabase::Row> PostgresDatabase::query(std::string_view sql) const {
  const Ran ran =
      psql(name_, {"-A", "-t", "-F", "\x1f", "-R", "\x1e", "-P", "null=<null>"}, sql, {}, "-c datestyle=ISO");
  if (ran.status != 0) throw std::runtime_error(fmt::format("psql: {}\n{}", ran.err, sql));
  std::vector<Row> rows;
  std::string_view rest(ran.out);
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\x1e'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    Row& row = rows.emplace_back();
    while (true) {
      const std::size_t field = std::min(line.find('\x1f'), line.size());
      row.emplace_back(line.substr(0, field));
      if (field == line.size()) break;
      line.remove_prefix(field + 1);
    }
  }
  return rows;
}

std::string PostgresDatabase::value(std::string_view sql) const {
  const std::vector<Row> rows = query(sql);
  if (rows.size() != 1 || rows[0].size() != 1) {
    throw std::runtime_error(fmt::format("one value expected, {} rows came:\n{}", rows.size(), sql));
  }
  return rows[0][0];
}

}  // namespace plowline::testing
