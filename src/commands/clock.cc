#include "commands/clock.h"

#include <ctime>

namespace swivel {
namespace {

std::optional<std::tm> read_time(const std::string& text) {
  for (const char* format :
       {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"}) {
    std::tm time = {};
    const char* end = ::strptime(text.c_str(), format, &time);
    if (end != nullptr && *end == '\0') return time;
  }
  return {};
}

}  // namespace

Result<WallClock> wall_clock(const std::optional<std::string>& now) {
  if (!now) {
    const auto time = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local = {};
    ::localtime_r(&seconds, &local);
    return WallClock{time, std::chrono::seconds(local.tm_gmtoff)};
  }
  auto time = read_time(*now);
  if (!time)
    return fail(ErrorCode::bad_input,
                "--now: expected a time like 2026-11-20 or 2026-11-20T09:30:00, found '{}'", *now);
  return WallClock{std::chrono::system_clock::from_time_t(::timegm(&*time)),
                   std::chrono::seconds(0)};
}

}  // namespace swivel
