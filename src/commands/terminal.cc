#include "commands/terminal.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace swivel {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int code_of(Paint paint) {
  switch (paint) {
    case Paint::plain:
      return 0;
    case Paint::bold:
      return 1;
    case Paint::dim:
      return 2;
    case Paint::red:
      return 31;
    case Paint::green:
      return 32;
    case Paint::yellow:
      return 33;
  }
  return 0;
}

}  // namespace

bool is_terminal(FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

bool shows_colour(FILE* stream) {
  return is_terminal(stream) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

int columns(FILE* stream) {
  winsize size = {};
  if (!is_terminal(stream) || ::ioctl(::fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return std::clamp<int>(size.ws_col, 40, 100);
}

std::string painted(std::string_view text, Paint paint) {
  if (paint == Paint::plain) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code_of(paint), text);
}

std::string painted_for(FILE* stream, std::string_view text, Paint paint) {
  return painted(text, shows_colour(stream) ? paint : Paint::plain);
}

void print_note(std::string_view text) {
  std::fflush(stdout);
  fmt::print(stderr, "{} {}\n", painted_for(stderr, "swivel:", Paint::yellow), text);
}

}  // namespace swivel
