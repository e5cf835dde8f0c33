#include "commands/input.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "base/mapped_file.h"

namespace swivel {
namespace {

// More text than any context holds.
constexpr size_t kMaxBytes = size_t{64} << 20;

}  // namespace

Result<std::string> read_input(const std::string& name) {
  return name == "-" ? read_stdin() : read_file(name, kMaxBytes);
}

Result<std::string> read_stdin() {
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) return fail(ErrorCode::interrupted, "stdin: interrupted");
    if (count < 0) return fail(ErrorCode::bad_input, "stdin: {}", strerror(errno));
    if (count == 0) return text;
    if (text.size() + static_cast<size_t>(count) > kMaxBytes)
      return fail(ErrorCode::bad_input, "stdin: at most {} bytes are read", kMaxBytes);
    text.append(buffer, static_cast<size_t>(count));
  }
}

std::string without_last_break(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

}  // namespace swivel
