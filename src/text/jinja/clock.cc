#include "text/jinja/clock.h"

#include <clocale>
#include <ctime>

namespace swivel::jinja {

namespace {

std::string shown(const char* directive, const std::tm& time) {
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  char buffer[256];
  size_t size = strftime_l(buffer, sizeof buffer, directive, &time, c_locale);
  return std::string(buffer, size);
}

}  // namespace

Result<std::string> format_time(std::string_view format, std::chrono::system_clock::time_point now,
                                std::chrono::seconds utc_offset) {
  auto local = now + utc_offset;
  auto seconds = std::chrono::floor<std::chrono::seconds>(local);
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(local - seconds).count();
  std::time_t stamp = std::chrono::system_clock::to_time_t(seconds);
  std::tm time{};
  gmtime_r(&stamp, &time);
  std::string text;
  for (size_t at = 0; at < format.size(); ++at) {
    if (text.size() > 4096) {
      return fail(ErrorCode::bad_input, "strftime_now writes more than 4096 bytes");
    }
    if (format[at] != '%' || at + 1 == format.size()) {
      text += format[at];
      continue;
    }
    size_t end = at + 1;
    while (end < format.size() &&
           std::string_view("-_0^#EO").find(format[end]) != std::string_view::npos) {
      ++end;
    }
    if (end == format.size()) {
      text += format.substr(at);
      break;
    }
    std::string directive(format.substr(at, end + 1 - at));
    switch (format[end]) {
      case 'f':
        text += fmt::format("{:06d}", micros);
        break;
      case 'z':
      case 'Z':
        break;
      case 's':
        text += std::to_string(stamp - utc_offset.count());
        break;
      default:
        text += shown(directive.c_str(), time);
    }
    at = end;
  }
  return text;
}

}  // namespace swivel::jinja
