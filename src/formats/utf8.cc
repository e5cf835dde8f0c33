#include "formats/utf8.h"

#include <cstdint>

namespace swivel::formats {
namespace {

struct Lead {
  size_t length;                      // 0: no character begins so
  uint8_t second_least, second_most;  // what the second byte may be
};

Lead lead(uint8_t byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xc2) return {0, 0, 0};
  if (byte < 0xe0) return {2, 0x80, 0xbf};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte < 0xf0) return {3, 0x80, 0xbf};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte < 0xf4) return {4, 0x80, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

size_t utf8_character_length(std::string_view text) {
  const Lead first = lead(static_cast<uint8_t>(text[0]));
  if (first.length <= 1) return first.length;
  if (text.size() < first.length) return 0;
  const auto second = static_cast<uint8_t>(text[1]);
  if (second < first.second_least || second > first.second_most) return 0;
  for (size_t i = 2; i < first.length; ++i)
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) return 0;
  return first.length;
}

size_t find_ill_formed_utf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t length = utf8_character_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace swivel::formats
