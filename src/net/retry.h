// When a failed request is repeated, and after how long: doubling waits with a spread, or what the
// server asks for, within bounds.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace swivel::net {

struct RetryPolicy {
  int attempts = 4;  // in all; 1: never repeat
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{20'000};
  // A server that asks for a longer wait than this is not waited for.
  std::chrono::seconds longest_asked{60};
};

// Statuses that a repetition may cure.
bool is_transient(int status);

class Backoff {
 public:
  enum class Next { again, exhausted, cancelled };

  explicit Backoff(const RetryPolicy& policy) : policy_(policy) {}

  // Counts a failure and sleeps, asking `cancelled` (which may be empty) several times a second.
  Next wait(std::optional<std::chrono::seconds> asked, const std::function<bool()>& cancelled);
  // The next wait without the sleep; nothing when exhausted.
  std::optional<std::chrono::milliseconds> count(std::optional<std::chrono::seconds> asked);
  // After progress: failures are counted anew.
  void reset() { failures_ = 0; }

 private:
  RetryPolicy policy_;
  int failures_ = 0;
};

}  // namespace swivel::net
