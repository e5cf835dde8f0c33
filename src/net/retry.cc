#include "net/retry.h"

#include <algorithm>
#include <random>
#include <thread>

namespace swivel::net {

bool is_transient(int status) {
  return status == 408 || status == 425 || status == 429 || status == 500 || status == 502 ||
         status == 503 || status == 504;
}

std::optional<std::chrono::milliseconds> Backoff::count(std::optional<std::chrono::seconds> asked) {
  ++failures_;
  if (failures_ >= policy_.attempts) return std::nullopt;
  if (asked) {
    if (*asked > policy_.longest_asked) return std::nullopt;
    return std::max<std::chrono::milliseconds>(*asked, policy_.first_wait);
  }
  const int doublings = std::min(failures_ - 1, 16);
  const auto wait = std::min<std::chrono::milliseconds>(
      policy_.first_wait * (int64_t{1} << doublings), policy_.longest_wait);
  // A quarter more or less, so that many clients do not come back at once.
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<int64_t> spread(-wait.count() / 4, wait.count() / 4);
  return wait + std::chrono::milliseconds(spread(random));
}

Backoff::Next Backoff::wait(std::optional<std::chrono::seconds> asked,
                            const std::function<bool()>& cancelled) {
  const auto wait = count(asked);
  if (!wait) return Next::exhausted;
  const auto end = std::chrono::steady_clock::now() + *wait;
  while (true) {
    if (cancelled && cancelled()) return Next::cancelled;
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return Next::again;
    std::this_thread::sleep_for(
        std::min<std::chrono::steady_clock::duration>(end - now, std::chrono::milliseconds(50)));
  }
}

}  // namespace swivel::net
