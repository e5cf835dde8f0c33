// Points in time as people write them on a command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace swivel {

struct WallClock {
  std::chrono::system_clock::time_point now;
  std::chrono::seconds utc_offset{0};  // of the local clock
};

// --now: "2026-11-20", "2026-11-20 09:30" or "2026-11-20T09:30:05", local time of an offset of 0.
// Without it, the machine's clock and time zone.
Result<WallClock> wall_clock(const std::optional<std::string>& now);

}  // namespace swivel
