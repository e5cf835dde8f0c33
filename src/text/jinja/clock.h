// strftime of an explicit time, in the C locale, without a time zone's name, as Python's
// datetime.strftime writes a naive time.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace swivel::jinja {

// bad_input where the result would be longer than 4096 bytes.
Result<std::string> format_time(std::string_view format, std::chrono::system_clock::time_point now,
                                std::chrono::seconds utc_offset);

}  // namespace swivel::jinja
