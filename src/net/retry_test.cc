#include "net/retry.h"

#include <gtest/gtest.h>

namespace swivel::net {
namespace {

using namespace std::chrono_literals;

TEST(RetryTest, WaitsDoubleWithinBoundsUntilTheAttemptsAreUsedUp) {
  Backoff backoff({.attempts = 5, .first_wait = 100ms, .longest_wait = 300ms});
  for (const auto expected : {100ms, 200ms, 300ms, 300ms}) {
    const auto wait = backoff.count(std::nullopt);
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait, expected * 3 / 4);
    EXPECT_LE(*wait, expected * 5 / 4);
  }
  EXPECT_FALSE(backoff.count(std::nullopt));
}

TEST(RetryTest, AnAskedWaitIsTakenUnlessItIsTooLong) {
  Backoff backoff({.attempts = 9, .longest_asked = 60s});
  EXPECT_EQ(backoff.count(7s), 7s);
  EXPECT_FALSE(backoff.count(61s));
}

TEST(RetryTest, ResetGivesAllAttemptsBack) {
  Backoff backoff({.attempts = 2});
  EXPECT_TRUE(backoff.count(std::nullopt));
  backoff.reset();
  EXPECT_TRUE(backoff.count(std::nullopt));
  EXPECT_FALSE(backoff.count(std::nullopt));
}

TEST(RetryTest, AWaitEndsWhenItIsCancelled) {
  Backoff backoff({.attempts = 3, .first_wait = 60s, .longest_wait = 60s});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(backoff.wait(std::nullopt, [] { return true; }), Backoff::Next::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(RetryTest, OnlyPassingStatusesAreTransient) {
  for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(is_transient(status));
  for (const int status : {200, 301, 400, 401, 403, 404, 416, 501})
    EXPECT_FALSE(is_transient(status));
}

}  // namespace
}  // namespace swivel::net
