// Work cut into parts that do not depend on each other, done on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <iterator>
#include <span>
#include <thread>
#include <vector>

#include "project/project.h"

namespace plowline {

// How many threads work is shared between.
inline std::size_t most_threads() {
  constexpr unsigned kMost = 8;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMost);
}

// Calls work(i) once for each i below `parts`, from several threads and in any order, and returns when all are done.
// A part should be worth some hundred microseconds: starting a thread costs about fifty. A single part starts none.
template <typename Work>
void in_parallel(std::size_t parts, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto take_parts = [&] {
    for (std::size_t i = next++; i < parts; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(most_threads(), parts); ++i) others.emplace_back(take_parts);
  take_parts();
}

// Calls work(i) for each i below `count`, `in_part` of them on a thread at a time, in any order.
template <typename Work>
void in_parallel_parts(std::size_t count, std::size_t in_part, const Work& work) {
  in_parallel((count + in_part - 1) / in_part, [&](std::size_t part) {
    for (std::size_t i = part * in_part; i < std::min(count, (part + 1) * in_part); ++i) work(i);
  });
}

// Calls look_at(node, found) for each of the nodes, where `found` is a vector<T> to append to, and returns all that was
// appended, in the order of the nodes. Few nodes are looked at on the calling thread alone.
template <typename T, typename LookAt>
std::vector<T> collect_in_parallel(std::span<const NodeId> nodes, const LookAt& look_at) {
  constexpr std::size_t kPart = 500;
  std::vector<std::vector<T>> found((nodes.size() + kPart - 1) / kPart);
  in_parallel(found.size(), [&](std::size_t part) {
    const auto rest = nodes.subspan(part * kPart);
    for (const NodeId id : rest.first(std::min(kPart, rest.size()))) look_at(id, found[part]);
  });
  std::vector<T> all;
  std::size_t count = 0;
  for (const std::vector<T>& some : found) count += some.size();
  all.reserve(count);
  for (std::vector<T>& some : found) std::ranges::move(some, std::back_inserter(all));
  return all;
}

}  // namespace plowline
