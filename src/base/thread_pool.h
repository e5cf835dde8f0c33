// The one thread pool of a process. Work is given as a number of chunks; threads take chunks from
// an atomic counter, so a thread that loses its CPU does not hold the others up. The caller works
// too. Threads spin for a few microseconds between jobs and then sleep; an idle pool uses no CPU.
//
// The result of a job may not depend on which thread runs which chunk (DESIGN: determinism).
// Thread safety: one caller of parallel_for at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace swivel {

class ThreadPool {
 public:
  // `threads` counts the caller. REQUIRES: threads >= 1.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const;

  // Calls work(chunk, thread) for every chunk in [0, chunks), thread in [0, size()); returns when
  // all are done. `work` may not throw and may not call parallel_for.
  void parallel_for(int64_t chunks, const std::function<void(int64_t chunk, int thread)>& work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The number of CPUs this process may use: the affinity mask cut down to the cgroup's CPU quota
// (rounded up), at least 1.
int available_cpus();

}  // namespace swivel
