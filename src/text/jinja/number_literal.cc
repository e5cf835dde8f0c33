#include "text/jinja/number_literal.h"

namespace swivel::jinja {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// Digits with single '_' between them, from a position.
size_t digits_from(std::string_view rest, size_t at) {
  size_t p = at;
  while (p < rest.size() && (digit(rest[p]) || (rest[p] == '_' && p > at && p + 1 < rest.size() &&
                                                digit(rest[p - 1]) && digit(rest[p + 1])))) {
    ++p;
  }
  return p - at;
}

}  // namespace

size_t real_length(std::string_view rest, size_t start) {
  if (start > 0 && rest[start - 1] == '.') return 0;
  size_t p = start + digits_from(rest, start);
  if (p == start) return 0;
  size_t fraction = p < rest.size() && rest[p] == '.' ? digits_from(rest, p + 1) : 0;
  size_t after = fraction != 0 ? p + 1 + fraction : p;
  if (after < rest.size() && (rest[after] | 0x20) == 'e') {
    size_t e = after + 1;
    if (e < rest.size() && (rest[e] == '+' || rest[e] == '-')) ++e;
    if (size_t exponent = digits_from(rest, e)) return e + exponent - start;
  }
  return fraction != 0 ? after - start : 0;
}

size_t integer_length(std::string_view rest, size_t start) {
  if (!digit(rest[start])) return 0;
  char base = start + 1 < rest.size() ? static_cast<char>(rest[start + 1] | 0x20) : 0;
  if (rest[start] == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    auto fits = [base](char c) {
      if (base == 'b') return c == '0' || c == '1';
      if (base == 'o') return c >= '0' && c <= '7';
      return digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    };
    size_t p = start + 2;
    while (p < rest.size() &&
           (fits(rest[p]) || (rest[p] == '_' && p + 1 < rest.size() && fits(rest[p + 1])))) {
      ++p;
    }
    if (p > start + 2) return p - start;
  }
  if (rest[start] != '0') return digits_from(rest, start);
  size_t p = start + 1;
  while (p < rest.size() &&
         (rest[p] == '0' || (rest[p] == '_' && p + 1 < rest.size() && rest[p + 1] == '0'))) {
    ++p;
  }
  return p - start;
}

}  // namespace swivel::jinja
