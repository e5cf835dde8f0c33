#include "commands/text_lines.h"

#include <array>

namespace swivel {

Result<std::string> read_all(FILE* file) {
  std::string text;
  std::array<char, 64 * 1024> buffer;
  size_t got = 0;
  while ((got = std::fread(buffer.data(), 1, buffer.size(), file)) > 0)
    text.append(buffer.data(), got);
  if (std::ferror(file)) return fail(ErrorCode::bad_input, "the input cannot be read");
  return text;
}

std::string_view take_text(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return text;
}

}  // namespace swivel
