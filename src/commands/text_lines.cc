#include "commands/text_lines.h"

namespace swivel {

std::string_view take_text(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return text;
}

}  // namespace swivel
