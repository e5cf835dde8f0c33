// UTF-8: one character at a time, and what becomes of bytes that are none.
// An invalid stretch is cut into maximal subparts (Unicode 3.9, U+FFFD substitution), each of which
// stands for one U+FFFD, as Python's errors="replace" and Rust's from_utf8_lossy do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace swivel::text {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct Utf8Step {
  enum Kind : uint8_t { whole, invalid, unfinished };
  int length;  // bytes; at least 1
  Kind kind;   // unfinished: the text ends inside a character that may still become whole
};

// The first character of `rest`, or its first maximal invalid subpart. REQUIRES: !rest.empty()
Utf8Step next_utf8(std::string_view rest);

bool is_utf8(std::string_view bytes);

// Appends `bytes` with U+FFFD for each maximal invalid subpart; an unfinished end counts as one.
void append_replacing_invalid(std::string& out, std::string_view bytes);

// How many bytes of `bytes` no further byte can change: all, less an unfinished character.
size_t settled_bytes(std::string_view bytes);

void append_utf8(std::string& out, char32_t code_point);

struct CodePoint {
  char32_t value;
  int length;  // bytes
};

// REQUIRES: `p` points at a character of valid UTF-8.
inline CodePoint decode_utf8(const char* p) {
  const auto byte = [p](int i) { return static_cast<char32_t>(static_cast<unsigned char>(p[i])); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (lead < 0xF0) return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F),
          4};
}

// The start of the character that ends before `end`. REQUIRES: valid UTF-8, begin < end.
inline const char* previous_character(const char* begin, const char* end) {
  const char* p = end - 1;
  while (p > begin && (static_cast<unsigned char>(*p) & 0xC0) == 0x80) --p;
  return p;
}

}  // namespace swivel::text
