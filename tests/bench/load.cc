// What plowline does before it can answer anything: read the manifest, parse it, build the Project. Prints the
// seconds of each step as one JSON object. run.py compares them with the floor (floor.cc).
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "artifact/file.h"
#include "artifact/manifest.h"
#include "project/project.h"

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int refused(const plowline::Error& error) {
  fmt::print(stderr, "{}\n", plowline::to_text(error));
  return static_cast<int>(error.status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} MANIFEST\n", argv[0]);
    return 2;
  }
  plowline::Warnings warnings;
  const double start = now();
  auto bytes = plowline::FileBytes::read(argv[1]);
  if (!bytes) return refused(bytes.error());
  const double read = now();
  auto manifest = plowline::read_manifest(std::move(*bytes), warnings);
  if (!manifest) return refused(manifest.error());
  const double parsed = now();
  const auto project = plowline::Project::build(std::move(*manifest), warnings);
  if (!project) return refused(project.error());
  const double built = now();
  fmt::print(R"({{"read": {:.6f}, "parse": {:.6f}, "build": {:.6f}, "whole": {:.6f}, "nodes": {}}})"
             "\n",
             read - start, parsed - read, built - parsed, built - start, project->size());
  std::fflush(stdout);
  _exit(0);  // as the command line ends: the system takes the memory back faster than destructors do
}
