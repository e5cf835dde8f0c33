#include "commands/pull_tally.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

using namespace std::chrono_literals;
using library::PullEvent;

library::PullPlan plan_of(std::vector<std::pair<int64_t, int64_t>> bytes_and_have) {
  library::PullPlan plan;
  for (const auto& [bytes, have] : bytes_and_have) {
    library::PullPlan::File file;
    file.facts.bytes = bytes;
    file.have = have;
    plan.files.push_back(file);
  }
  return plan;
}

PullEvent at(size_t file, int64_t bytes) {
  return {.kind = PullEvent::Kind::progress, .file = file, .bytes = bytes};
}

TEST(PullTallyTest, WhatIsThereAtFirstIsNoSpeed) {
  PullTally tally;
  PullTally::Time now{};
  tally.begin(plan_of({{1000, 400}, {1000, 0}}), now);
  EXPECT_EQ(tally.bytes(), 2000);
  EXPECT_EQ(tally.bytes_there(), 400);
  EXPECT_EQ(tally.bytes_per_second(), 0);
  EXPECT_FALSE(tally.time_left());
  tally.event(at(1, 800), now + 1s);
  EXPECT_EQ(tally.bytes_there(), 1200);
  EXPECT_EQ(tally.bytes_per_second(), 800);
  EXPECT_EQ(tally.time_left(), 1s);
}

TEST(PullTallyTest, SpeedIsThatOfTheLastSeconds) {
  PullTally tally;
  PullTally::Time now{};
  tally.begin(plan_of({{1'000'000, 0}}), now);
  int64_t bytes = 0;
  for (int i = 1; i <= 10; ++i) tally.event(at(0, bytes += 10'000), now += 1s);
  for (int i = 1; i <= 10; ++i) tally.event(at(0, bytes += 100), now += 1s);
  EXPECT_NEAR(tally.bytes_per_second(), 100, 1);
}

TEST(PullTallyTest, AFileThatBeginsAnewCountsBack) {
  PullTally tally;
  PullTally::Time now{};
  tally.begin(plan_of({{1000, 600}}), now);
  tally.event(at(0, 0), now + 1s);
  EXPECT_EQ(tally.bytes_there(), 0);
  EXPECT_GE(tally.bytes_per_second(), 0);
  tally.event({.kind = PullEvent::Kind::finished, .file = 0, .bytes = 1000}, now + 2s);
  EXPECT_EQ(tally.bytes_there(), 1000);
  EXPECT_TRUE(tally.is_finished(0));
  EXPECT_FALSE(tally.is_under_way(0));
}

TEST(PullTallyTest, TimesAreWrittenAsAClockShowsThem) {
  EXPECT_EQ(clock_text(5s), "0:05");
  EXPECT_EQ(clock_text(245s), "4:05");
  EXPECT_EQ(clock_text(3600s), "1:00:00");
}

}  // namespace
}  // namespace swivel
