#include "text/jinja/text.h"

#include <charconv>
#include <cmath>

#include "text/jinja/interpreter.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

std::string repr_of_real(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[40];
  auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view shown(buffer, static_cast<size_t>(end - buffer));
  std::string result;
  if (shown.front() == '-') {
    result = "-";
    shown.remove_prefix(1);
  }
  size_t e = shown.find('e');
  std::string digits(1, shown[0]);
  if (e > 2) digits += shown.substr(2, e - 2);
  int exponent = 0;
  std::string_view power = shown.substr(e + 1);
  if (power.front() == '+') power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    result += digits.substr(0, 1);
    if (count > 1) result += "." + digits.substr(1);
    return result + fmt::format("e{}{:02d}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return result + "0." + std::string(-exponent - 1, '0') + digits;
  if (count <= exponent + 1) return result + digits + std::string(exponent + 1 - count, '0') + ".0";
  return result + digits.substr(0, exponent + 1) + "." + digits.substr(exponent + 1);
}

std::string repr_of_string(std::string_view text) {
  bool single = text.find('\'') != std::string_view::npos;
  bool twice = text.find('"') != std::string_view::npos;
  char quote = single && !twice ? '"' : '\'';
  std::string result(1, quote);
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c == static_cast<char32_t>(quote) || c == '\\') {
      result += '\\';
      result += static_cast<char>(c);
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if (is_printable(c)) {
      append(result, c);
    } else if (c < 0x100) {
      result += fmt::format("\\x{:02x}", static_cast<uint32_t>(c));
    } else if (c < 0x10000) {
      result += fmt::format("\\u{:04x}", static_cast<uint32_t>(c));
    } else {
      result += fmt::format("\\U{:08x}", static_cast<uint32_t>(c));
    }
  }
  return result + quote;
}

namespace {

Status append_items(Interpreter& in, std::string& text, const std::vector<Value>& items) {
  bool first = true;
  for (const Value& item : items) {
    if (!std::exchange(first, false)) text += ", ";
    TRY(append_repr(in, text, item));
  }
  return {};
}

Status append_dict(Interpreter& in, std::string& text, const Dict& dict) {
  text += '{';
  bool first = true;
  for (const auto& [key, value] : dict.items) {
    if (!std::exchange(first, false)) text += ", ";
    TRY(append_repr(in, text, key));
    text += ": ";
    TRY(append_repr(in, text, value));
  }
  text += '}';
  return {};
}

Status append_view(Interpreter& in, std::string& text, const View& view, std::string_view type) {
  text += type;
  text += "([";
  bool first = true;
  for (const auto& [key, value] : view.dict.dict().items) {
    if (!std::exchange(first, false)) text += ", ";
    if (view.what == View::What::items) text += '(';
    if (view.what != View::What::values) TRY(append_repr(in, text, key));
    if (view.what == View::What::items) text += ", ";
    if (view.what != View::What::keys) TRY(append_repr(in, text, value));
    if (view.what == View::What::items) text += ')';
  }
  text += "])";
  return {};
}

}  // namespace

Status append_repr(Interpreter& in, std::string& text, const Value& value) {
  TRY(in.spend());
  Interpreter::Level level(in);
  TRY(level.status());
  if (text.size() > in.options().max_value_bytes) return in.allow(text.size());
  switch (value.kind()) {
    case Kind::missing:
    case Kind::undefined:
      text += "Undefined";
      return {};
    case Kind::none:
      text += "None";
      return {};
    case Kind::boolean:
      text += value.as_integer() != 0 ? "True" : "False";
      return {};
    case Kind::integer:
      text += std::to_string(value.as_integer());
      return {};
    case Kind::real:
      text += repr_of_real(value.as_real());
      return {};
    case Kind::string:
      if (value.str().markup) text += "Markup(";
      text += repr_of_string(value.text());
      if (value.str().markup) text += ")";
      return in.spend_bytes(value.text().size());
    case Kind::list:
      text += '[';
      TRY(append_items(in, text, value.sequence().items));
      text += ']';
      return {};
    case Kind::tuple:
      text += '(';
      TRY(append_items(in, text, value.sequence().items));
      text += value.sequence().items.size() == 1 ? ",)" : ")";
      return {};
    case Kind::dict:
      return append_dict(in, text, value.dict());
    case Kind::view:
      return append_view(in, text, value.view(), type_name(value));
    case Kind::range: {
      const Range& range = value.range();
      text += fmt::format("range({}, {}", range.start, range.stop);
      text += range.step == 1 ? ")" : fmt::format(", {})", range.step);
      return {};
    }
    case Kind::iterator:
      text += fmt::format("<{} object>", type_name(value));
      return {};
    case Kind::space:
      text += "<Namespace ";
      TRY(append_dict(in, text, value.space().attributes));
      text += '>';
      return {};
    case Kind::callable:
      text += value.callable().shown;
      return {};
    case Kind::other:
      text += TRY(value.extra().shown(in));
      return {};
  }
  return {};
}

Status append_text(Interpreter& in, std::string& text, const Value& value) {
  if (value.is(Kind::undefined)) return {};
  if (!value.is(Kind::string)) return append_repr(in, text, value);
  text += value.text();
  return in.spend_bytes(value.text().size());
}

Result<std::string> to_text(Interpreter& in, const Value& value) {
  std::string text;
  TRY(append_text(in, text, value));
  return text;
}

}  // namespace swivel::jinja
