#include "commands/clock.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

int64_t seconds(const char* text) {
  return std::chrono::system_clock::to_time_t(wall_clock(text)->now);
}

TEST(WallClock, ReadsDatesAndTimes) {
  EXPECT_EQ(seconds("1970-01-02"), 86400);
  EXPECT_EQ(seconds("1970-01-01 01:00"), 3600);
  EXPECT_EQ(seconds("2026-11-20T09:30:05"), 1795167005);
}

TEST(WallClock, RefusesWhatIsNoTime) {
  for (const char* text : {"", "tomorrow", "2026-11-20x", "2026-13-01"}) {
    EXPECT_FALSE(wall_clock(text)) << text;
  }
  EXPECT_EQ(wall_clock("noon").error().message,
            "--now: expected a time like 2026-11-20 or 2026-11-20T09:30:00, found 'noon'");
}

TEST(WallClock, IsTheMachinesWithoutAnOption) {
  const auto before = std::chrono::system_clock::now();
  EXPECT_GE(wall_clock({})->now, before);
}

}  // namespace
}  // namespace swivel
