#include "text/jinja/unicode.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

namespace swivel::jinja {

namespace {

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
}

std::string narrow(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

bool is_cased(char32_t c) { return u_hasBinaryProperty(c, UCHAR_CASED); }

bool is_ascii(std::string_view text) {
  unsigned char any = 0;
  for (unsigned char c : text) any |= c;
  return any < 0x80;
}

// The lower case of one code point in its place: a final sigma needs its neighbours.
void append_lower(icu::UnicodeString& to, const icu::UnicodeString& text, int32_t at, char32_t c) {
  if (c != 0x3a3) {
    icu::UnicodeString one(static_cast<UChar32>(c));
    to.append(one.toLower(icu::Locale::getRoot()));
    return;
  }
  auto ignorable = [](UChar32 d) { return u_hasBinaryProperty(d, UCHAR_CASE_IGNORABLE) != 0; };
  int32_t before = at;
  while (before > 0 && ignorable(text.char32At(text.moveIndex32(before, -1)))) {
    before = text.moveIndex32(before, -1);
  }
  bool cased_before = before > 0 && is_cased(text.char32At(text.moveIndex32(before, -1)));
  int32_t after = text.moveIndex32(at, 1);
  while (after < text.length() && ignorable(text.char32At(after))) {
    after = text.moveIndex32(after, 1);
  }
  bool cased_after = after < text.length() && is_cased(text.char32At(after));
  to.append(static_cast<UChar32>(cased_before && !cased_after ? 0x3c2 : 0x3c3));
}

void append_title(icu::UnicodeString& to, char32_t c) {
  icu::UnicodeString one(static_cast<UChar32>(c));
  UChar buffer[8];
  UErrorCode error = U_ZERO_ERROR;
  int32_t length = u_strToTitle(buffer, 8, one.getBuffer(), one.length(), nullptr, "", &error);
  if (U_FAILURE(error)) {
    to.append(static_cast<UChar32>(u_totitle(c)));
  } else {
    to.append(buffer, length);
  }
}

}  // namespace

int64_t length_of(std::string_view text) {
  int64_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

bool is_utf8(std::string_view text) {
  if (text.size() > INT32_MAX) return false;
  auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  int32_t at = 0, size = static_cast<int32_t>(text.size());
  while (at < size) {
    UChar32 c;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) return false;
  }
  return true;
}

char32_t next_code_point(std::string_view text, size_t& at) {
  auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  unsigned char first = bytes[at];
  if (first < 0x80) {
    ++at;
    return first;
  }
  int32_t used = 0;
  int32_t left = static_cast<int32_t>(std::min<size_t>(text.size() - at, 4));
  UChar32 c;
  U8_NEXT(bytes + at, used, left, c);
  at += used;
  return c < 0 ? 0xfffd : static_cast<char32_t>(c);
}

void append(std::string& text, char32_t c) {
  if (c < 0x80) {
    text.push_back(static_cast<char>(c));
    return;
  }
  uint8_t bytes[4];
  int32_t used = 0;
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
  U8_APPEND_UNSAFE(bytes, used, c);
  text.append(reinterpret_cast<char*>(bytes), used);
}

size_t byte_offset(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    if (index-- == 0) return at;
  }
  return text.size();
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> all;
  all.reserve(text.size());
  for (size_t at = 0; at < text.size();) all.push_back(next_code_point(text, at));
  return all;
}

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
         c == 0x205f || c == 0x3000;
}

bool is_line_end(char32_t c) {
  return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

bool is_alphabetic(char32_t c) { return (U_GET_GC_MASK(c) & U_GC_L_MASK) != 0; }
bool is_decimal(char32_t c) { return u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) == U_NT_DECIMAL; }
bool is_digit(char32_t c) {
  int32_t type = u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE);
  return type == U_NT_DECIMAL || type == U_NT_DIGIT;
}
bool is_numeric(char32_t c) { return u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NONE; }
bool is_word(char32_t c) { return c == '_' || is_alphabetic(c) || is_numeric(c); }

bool is_printable(char32_t c) {
  if (c == ' ') return true;
  return (U_GET_GC_MASK(c) & (U_GC_C_MASK | U_GC_Z_MASK)) == 0;
}

bool is_upper(char32_t c) { return u_hasBinaryProperty(c, UCHAR_UPPERCASE); }
bool is_lower(char32_t c) { return u_hasBinaryProperty(c, UCHAR_LOWERCASE); }
bool is_title(char32_t c) { return u_charType(c) == U_TITLECASE_LETTER; }

bool is_identifier(std::string_view text) {
  if (text.empty()) return false;
  size_t at = 0;
  char32_t first = next_code_point(text, at);
  if (first != '_' && !u_hasBinaryProperty(first, UCHAR_XID_START)) return false;
  while (at < text.size()) {
    if (!u_hasBinaryProperty(next_code_point(text, at), UCHAR_XID_CONTINUE)) return false;
  }
  return true;
}

std::string upper(std::string_view text) {
  if (is_ascii(text)) {
    std::string result(text);
    for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return result;
  }
  return narrow(wide(text).toUpper(icu::Locale::getRoot()));
}

std::string lower(std::string_view text) {
  if (is_ascii(text)) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return result;
  }
  icu::UnicodeString source = wide(text), result;
  for (int32_t at = 0; at < source.length(); at = source.moveIndex32(at, 1)) {
    append_lower(result, source, at, static_cast<char32_t>(source.char32At(at)));
  }
  return narrow(result);
}

std::string title(std::string_view text) {
  icu::UnicodeString source = wide(text), result;
  bool in_word = false;
  for (int32_t at = 0; at < source.length(); at = source.moveIndex32(at, 1)) {
    char32_t c = static_cast<char32_t>(source.char32At(at));
    if (in_word) {
      append_lower(result, source, at, c);
    } else {
      append_title(result, c);
    }
    in_word = is_cased(c);
  }
  return narrow(result);
}

std::string capitalize(std::string_view text) {
  icu::UnicodeString source = wide(text), result;
  for (int32_t at = 0; at < source.length(); at = source.moveIndex32(at, 1)) {
    char32_t c = static_cast<char32_t>(source.char32At(at));
    if (at == 0) {
      append_title(result, c);
    } else {
      append_lower(result, source, at, c);
    }
  }
  return narrow(result);
}

std::string swap_case(std::string_view text) {
  icu::UnicodeString source = wide(text), result;
  for (int32_t at = 0; at < source.length(); at = source.moveIndex32(at, 1)) {
    char32_t c = static_cast<char32_t>(source.char32At(at));
    if (is_upper(c)) {
      append_lower(result, source, at, c);
    } else if (is_lower(c)) {
      icu::UnicodeString one(static_cast<UChar32>(c));
      result.append(one.toUpper(icu::Locale::getRoot()));
    } else {
      result.append(static_cast<UChar32>(c));
    }
  }
  return narrow(result);
}

std::string fold_case(std::string_view text) { return narrow(wide(text).foldCase()); }

std::string_view strip_left(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t next = at;
    if (!is_space(next_code_point(text, next))) break;
    at = next;
  }
  return text.substr(at);
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
    size_t at = start;
    if (!is_space(next_code_point(text, at))) break;
    text = text.substr(0, start);
  }
  return text;
}

std::string_view strip(std::string_view text) { return strip_left(strip_right(text)); }

}  // namespace swivel::jinja
