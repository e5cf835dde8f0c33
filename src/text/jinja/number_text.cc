#include "text/jinja/number_text.h"

#include <cstdlib>
#include <string>

#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'z' ? low - 'a' + 10 : 99;
}

// Whether each '_' stands between two of `digit`.
template <class IsDigit>
bool well_separated(std::string_view text, const IsDigit& digit) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size() || !digit(text[i - 1]) || !digit(text[i + 1])) return false;
  }
  return true;
}

}  // namespace

IntegerText read_integer(std::string_view given, int64_t base) {
  IntegerText result;
  std::string_view text = strip(given);
  if (base != 0 && (base < 2 || base > 36)) return result;
  bool negative = text.starts_with("-");
  if (negative || text.starts_with("+")) text.remove_prefix(1);
  if (text.size() > 1 && text[0] == '0') {
    char mark = static_cast<char>(text[1] | 0x20);
    int64_t prefix = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (prefix != 0 && (base == 0 || base == prefix)) {
      base = prefix;
      text.remove_prefix(2);
      if (text.starts_with("_")) text.remove_prefix(1);
    } else if (base == 0 && text.find_first_not_of("0_") != std::string_view::npos) {
      return result;
    }
  }
  if (base == 0) base = 10;
  auto digit = [base](char c) { return digit_value(c) < base; };
  if (text.empty() || !well_separated(text, digit)) return result;
  bool large = false;
  for (char c : text) {
    if (c == '_') continue;
    if (!digit(c)) return result;
    large |= __builtin_mul_overflow(result.value, base, &result.value);
    int64_t value = negative ? -digit_value(c) : digit_value(c);
    large |= __builtin_add_overflow(result.value, value, &result.value);
  }
  result.kind = large ? IntegerText::Kind::too_large : IntegerText::Kind::integer;
  return result;
}

std::optional<double> read_real(std::string_view given) {
  std::string text(strip(given));
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!well_separated(text, digit)) return std::nullopt;
  std::erase(text, '_');
  std::string_view body = text;
  if (body.starts_with("-") || body.starts_with("+")) body.remove_prefix(1);
  std::string word = lower(body);
  bool special = word == "inf" || word == "infinity" || word == "nan";
  if (!special) {
    // strtod also reads hexadecimal, which float() does not.
    if (body.empty() || body.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
      return std::nullopt;
    }
  }
  char* end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || end == text.c_str()) return std::nullopt;
  return value;
}

}  // namespace swivel::jinja
