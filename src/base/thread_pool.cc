#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"

namespace swivel {
namespace {

// About 5 us on a 3 GHz core: longer than the gap between two operators of one layer, far shorter
// than what a person or a power meter notices.
constexpr int kSpins = 4000;

void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

void futex_wait(std::atomic<uint32_t>& word, uint32_t expected) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAIT_PRIVATE, expected, nullptr,
          nullptr, 0);
}

void futex_wake_all(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAKE_PRIVATE, INT32_MAX, nullptr,
          nullptr, 0);
}

}  // namespace

struct ThreadPool::State {
  std::vector<std::thread> threads;
  const std::function<void(int64_t, int)>* work = nullptr;
  int64_t chunks = 0;
  bool stop = false;
  // Counts jobs; a change is the signal to start. Publishes work, chunks and stop.
  alignas(64) std::atomic<uint32_t> generation{0};
  alignas(64) std::atomic<uint32_t> sleepers{0};
  alignas(64) std::atomic<int64_t> next{0};
  // Helpers that have not finished the current job.
  alignas(64) std::atomic<uint32_t> busy{0};

  void run_chunks(int thread) {
    for (;;) {
      const int64_t chunk = next.fetch_add(1, std::memory_order_relaxed);
      if (chunk >= chunks) return;
      (*work)(chunk, thread);
    }
  }

  void wait_for_job(uint32_t seen) {
    for (int i = 0; i < kSpins; ++i) {
      if (generation.load(std::memory_order_acquire) != seen) return;
      pause_cpu();
    }
    sleepers.fetch_add(1);
    while (generation.load() == seen) futex_wait(generation, seen);
    sleepers.fetch_sub(1);
  }

  void helper(int thread) {
    uint32_t seen = 0;
    for (;;) {
      wait_for_job(seen);
      seen = generation.load(std::memory_order_acquire);
      if (stop) return;
      run_chunks(thread);
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) futex_wake_all(busy);
    }
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  CHECK(threads >= 1);
  for (int i = 1; i < threads; ++i) state_->threads.emplace_back([this, i] { state_->helper(i); });
}

ThreadPool::~ThreadPool() {
  state_->stop = true;
  state_->generation.fetch_add(1);
  futex_wake_all(state_->generation);
  for (auto& thread : state_->threads) thread.join();
}

int ThreadPool::size() const { return static_cast<int>(state_->threads.size()) + 1; }

void ThreadPool::parallel_for(int64_t chunks, const std::function<void(int64_t, int)>& work) {
  State& state = *state_;
  if (state.threads.empty() || chunks <= 1) {
    for (int64_t i = 0; i < chunks; ++i) work(i, 0);
    return;
  }
  state.work = &work;
  state.chunks = chunks;
  state.next.store(0, std::memory_order_relaxed);
  state.busy.store(static_cast<uint32_t>(state.threads.size()), std::memory_order_relaxed);
  state.generation.fetch_add(1);
  if (state.sleepers.load() != 0) futex_wake_all(state.generation);
  state.run_chunks(0);
  for (int i = 0; i < kSpins; ++i) {
    if (state.busy.load(std::memory_order_acquire) == 0) return;
    pause_cpu();
  }
  for (uint32_t left; (left = state.busy.load(std::memory_order_acquire)) != 0;)
    futex_wait(state.busy, left);
}

int available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cpus = sched_getaffinity(0, sizeof set, &set) == 0
                 ? CPU_COUNT(&set)
                 : static_cast<int>(std::thread::hardware_concurrency());
  // cgroup v2: "max 100000" or "QUOTA PERIOD", in microseconds.
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  int64_t period = 0;
  if (file >> quota >> period && quota != "max" && period > 0) {
    const int64_t limit = (std::strtoll(quota.c_str(), nullptr, 10) + period - 1) / period;
    if (limit >= 1) cpus = static_cast<int>(std::min<int64_t>(cpus, limit));
  }
  return std::max(cpus, 1);
}

}  // namespace swivel
