// Something per node that is made when it is first asked for, by whichever thread asks.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "project/project.h"

namespace plowline {

template <typename T>
class LazyNodes {
 public:
  explicit LazyNodes(std::size_t nodes) : slots_(nodes) {}
  ~LazyNodes() {
    for (const auto& slot : slots_) delete slot.load(std::memory_order_relaxed);
  }
  LazyNodes(const LazyNodes&) = delete;
  LazyNodes& operator=(const LazyNodes&) = delete;

  // `make()` returns a unique_ptr<T>. Two threads that ask at once may both make it; one of the two is kept, so it must
  // give the same answer whenever it is called.
  template <typename Make>
  const T& get(NodeId id, Make make) {
    std::atomic<const T*>& slot = slots_[index_of(id)];
    if (const T* known = slot.load(std::memory_order_acquire)) return *known;
    std::unique_ptr<const T> made = make();
    const T* expected = nullptr;
    if (slot.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) return *made.release();
    return *expected;
  }

 private:
  std::vector<std::atomic<const T*>> slots_;
};

}  // namespace plowline
