#include "text/jinja/number_format.h"

#include <cmath>
#include <cstdio>

#include "text/jinja/interpreter.h"
#include "text/jinja/text.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

constexpr int64_t kMaxPrecision = 1000;

std::string grouped(std::string_view digits, char separator, size_t every) {
  std::string result;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % every == 0) result += separator;
    result += digits[i];
  }
  return result;
}

std::string sign_of(bool negative, char sign) {
  if (negative) return "-";
  return sign == '-' ? "" : std::string(1, sign);
}

// Sign and prefix, then digits, then the fraction, in the field.
Result<std::string> assemble(Interpreter& in, std::string front, std::string digits,
                             std::string_view rest, const FieldFormat& format, size_t every) {
  if (format.align == '=' && format.fill == '0' && format.group != 0) {
    // Zeros in front are grouped as digits are.
    auto full = [&] {
      std::string text = grouped(digits, format.group, every);
      return static_cast<int64_t>(front.size() + text.size() + rest.size());
    };
    TRY(in.allow(static_cast<size_t>(format.width)));
    while (full() < format.width) digits.insert(0, 1, '0');
  }
  if (format.group != 0) digits = grouped(digits, format.group, every);
  if (format.align == '=') {
    int64_t missing =
        format.width - static_cast<int64_t>(front.size() + digits.size() + rest.size());
    TRY(in.allow(static_cast<size_t>(std::max<int64_t>(missing, 0))));
    for (int64_t i = 0; i < missing; ++i) append(front, format.fill);
    return front + digits + std::string(rest);
  }
  return pad(in, front + digits + std::string(rest), format, '>');
}

std::string printed(char type, int precision, bool alternate, double value) {
  char pattern[] = {'%',
                    alternate ? '#' : '.',
                    alternate ? '.' : '*',
                    alternate ? '*' : type,
                    alternate ? type : '\0',
                    '\0'};
  int size = std::snprintf(nullptr, 0, pattern, precision, value);
  std::string text(static_cast<size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), pattern, precision, value);
  text.pop_back();
  return text;
}

}  // namespace

Result<std::string> pad(Interpreter& in, std::string_view text, const FieldFormat& format,
                        char otherwise) {
  int64_t missing = format.width - length_of(text);
  if (missing <= 0) return std::string(text);
  TRY(in.allow(static_cast<size_t>(missing) * 4 + text.size()));
  char align = format.align == 0 ? otherwise : format.align;
  int64_t left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  std::string result;
  for (int64_t i = 0; i < left; ++i) append(result, format.fill);
  result += text;
  for (int64_t i = left; i < missing; ++i) append(result, format.fill);
  return result;
}

Result<std::string> format_integer(Interpreter& in, int64_t value, const FieldFormat& format) {
  if (format.type != 0 && std::string_view("eEfFgG%").find(format.type) != std::string_view::npos) {
    return format_real(in, static_cast<double>(value), format);
  }
  if (format.precision > kMaxPrecision) return fail(ErrorCode::bad_input, "precision too big");
  uint64_t magnitude = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string digits, prefix;
  switch (format.type) {
    case 'b':
      do digits.insert(0, 1, static_cast<char>('0' + (magnitude & 1)));
      while ((magnitude >>= 1) != 0);
      prefix = "0b";
      break;
    case 'o':
      digits = fmt::format("{:o}", magnitude);
      prefix = "0o";
      break;
    case 'x':
      digits = fmt::format("{:x}", magnitude);
      prefix = "0x";
      break;
    case 'X':
      digits = fmt::format("{:X}", magnitude);
      prefix = "0X";
      break;
    default:
      digits = std::to_string(magnitude);
  }
  while (static_cast<int64_t>(digits.size()) < format.precision) digits.insert(0, 1, '0');
  std::string front = sign_of(value < 0, format.sign) + (format.alternate ? prefix : "");
  return assemble(in, front, digits, "", format, prefix.empty() ? 3 : 4);
}

Result<std::string> format_real(Interpreter& in, double value, const FieldFormat& format) {
  if (format.precision > kMaxPrecision) return fail(ErrorCode::bad_input, "precision too big");
  bool negative = std::signbit(value) && !std::isnan(value);
  double magnitude = std::abs(value);
  std::string text;
  if (std::isnan(value) || std::isinf(value)) {
    text = std::isnan(value) ? "nan" : "inf";
    if (format.type == 'E' || format.type == 'F' || format.type == 'G') text = upper(text);
    if (format.type == '%') text += '%';
  } else if (format.type == 0) {
    if (format.precision < 0) {
      text = repr_of_real(magnitude);
    } else {
      // As 'g', but with a digit behind the point where no exponent is written.
      int precision = std::max<int>(static_cast<int>(format.precision), 1);
      text = printed('g', precision, false, magnitude);
      std::string exponential = printed('e', precision - 1, false, magnitude);
      int exponent = std::atoi(exponential.c_str() + exponential.find('e') + 1);
      if (exponent == precision - 1 && text.find('e') == std::string::npos) text = exponential;
      if (text.find_first_of(".e") == std::string::npos) text += ".0";
      if (text == exponential && text.find('e') != std::string::npos) {
        size_t e = text.find('e');
        if (text.find('.') < e) {
          size_t last = text.find_last_not_of('0', e - 1);
          text.erase(text[last] == '.' ? last : last + 1,
                     e - (text[last] == '.' ? last : last + 1));
        }
      }
    }
  } else {
    int precision = static_cast<int>(format.precision < 0 ? 6 : format.precision);
    char type = format.type == '%' ? 'f' : format.type == 'n' ? 'g' : format.type;
    if ((type == 'g' || type == 'G') && precision == 0) precision = 1;
    text = printed(type, precision, format.alternate,
                   format.type == '%' ? magnitude * 100 : magnitude);
    if (format.type == '%') text += '%';
  }
  size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return assemble(in, sign_of(negative, format.sign), text.substr(0, digits), text.substr(digits),
                  format, 3);
}

}  // namespace swivel::jinja
