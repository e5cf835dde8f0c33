#include "text/jinja/string_literal.h"

#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') return (c | 0x20) - 'a' + 10;
  return -1;
}

// The value of `count` hexadecimal digits at `at`; -1 where there are fewer.
int64_t hex(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int64_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    int digit = hex_digit(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

char simple_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case '\\':
      return '\\';
    case '\'':
      return '\'';
    case '"':
      return '"';
    default:
      return 0;
  }
}

// Appends the escape after a backslash at `at`; returns the bytes it takes.
Result<size_t> append_escape(std::string& result, std::string_view text, size_t at) {
  char c = text[at];
  if (char simple = simple_escape(c)) {
    result.push_back(simple);
    return 1;
  }
  if (c == '\n') return 1;
  if (c >= '0' && c <= '7') {
    char32_t value = 0;
    size_t used = 0;
    for (; used < 3 && at + used < text.size() && text[at + used] >= '0' && text[at + used] <= '7';
         ++used) {
      value = value * 8 + static_cast<char32_t>(text[at + used] - '0');
    }
    append(result, value);
    return used;
  }
  if (c == 'x' || c == 'u' || c == 'U') {
    size_t count = c == 'x' ? 2 : c == 'u' ? 4 : 8;
    int64_t value = hex(text, at + 1, count);
    if (value < 0) return fail(ErrorCode::bad_input, "truncated \\{} escape in a string", c);
    if (value > 0x10ffff)
      return fail(ErrorCode::bad_input, "illegal Unicode character in a string");
    if (value >= 0xd800 && value < 0xe000) {
      return fail(ErrorCode::bad_input, "half of a surrogate pair in a string");
    }
    append(result, static_cast<char32_t>(value));
    return 1 + count;
  }
  if (c == 'N') return fail(ErrorCode::bad_input, "\\N escapes are not supported");
  result.push_back('\\');
  if (static_cast<unsigned char>(c) < 0x80) {
    result.push_back(c);
    return 1;
  }
  // Python escapes what is not ASCII before it reads the escapes, and so spells it out here.
  size_t end = at;
  char32_t point = next_code_point(text, end);
  result += point < 0x100     ? fmt::format("x{:02x}", static_cast<uint32_t>(point))
            : point < 0x10000 ? fmt::format("u{:04x}", static_cast<uint32_t>(point))
                              : fmt::format("U{:08x}", static_cast<uint32_t>(point));
  return end - at;
}

}  // namespace

Result<std::string> unescape(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      result.push_back(text[at++]);
      continue;
    }
    at += 1 + TRY(append_escape(result, text, at + 1));
  }
  return result;
}

std::string normal_line_ends(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result.push_back(text[i]);
      continue;
    }
    result.push_back('\n');
    if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
  }
  return result;
}

}  // namespace swivel::jinja
