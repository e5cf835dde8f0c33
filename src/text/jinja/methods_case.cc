// str methods that change the case, pad, and ask what a string consists of.

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/methods.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

template <std::string (*change)(std::string_view)>
Result<Value> changed(Interpreter& in, const Value& self, Arguments& arguments) {
  TRY(Bound::match("str method", arguments, {}));
  TRY(in.allow(self.text().size()));
  return Value::string(change(self.text()));
}

enum class Empty { yes, no };

// Whether all code points are such, and what an empty string is.
template <bool (*property)(char32_t), Empty empty>
Result<Value> all(Interpreter& in, const Value& self, Arguments& arguments) {
  TRY(Bound::match("str method", arguments, {}));
  TRY(in.spend_bytes(self.text().size() * 4));
  const std::string& text = self.text();
  for (size_t at = 0; at < text.size();) {
    if (!property(next_code_point(text, at))) return Value::boolean(false);
  }
  return Value::boolean(!text.empty() || empty == Empty::yes);
}

bool is_ascii(char32_t c) { return c < 0x80; }
bool is_alphanumeric(char32_t c) { return is_alphabetic(c) || is_numeric(c); }

// Some letter is such, and none is of the opposite case or of title case.
template <bool (*wanted)(char32_t), bool (*opposite)(char32_t)>
Result<Value> cased(Interpreter& in, const Value& self, Arguments& arguments) {
  TRY(Bound::match("str method", arguments, {}));
  TRY(in.spend_bytes(self.text().size() * 4));
  bool found = false;
  for (size_t at = 0; at < self.text().size();) {
    char32_t c = next_code_point(self.text(), at);
    if (opposite(c) || is_title(c)) return Value::boolean(false);
    found |= wanted(c);
  }
  return Value::boolean(found);
}

Result<Value> is_titled(Interpreter&, const Value& self, Arguments& arguments) {
  TRY(Bound::match("istitle", arguments, {}));
  bool found = false, in_word = false;
  for (size_t at = 0; at < self.text().size();) {
    char32_t c = next_code_point(self.text(), at);
    if (is_upper(c) || is_title(c)) {
      if (in_word) return Value::boolean(false);
      found = in_word = true;
    } else if (is_lower(c)) {
      if (!in_word) return Value::boolean(false);
      found = true;
    } else {
      in_word = false;
    }
  }
  return Value::boolean(found);
}

Result<Value> is_identifier_method(Interpreter&, const Value& self, Arguments& arguments) {
  TRY(Bound::match("isidentifier", arguments, {}));
  return Value::boolean(is_identifier(self.text()));
}

enum class Align { left, right, center };

template <Align align>
Result<Value> padded(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("just", arguments, {"", ""}, 1));
  int64_t width = TRY(bound.integer_or(0, 0));
  std::string fill = bound.has(1) ? TRY(bound.string(1)) : " ";
  if (length_of(fill) != 1) {
    return fail(ErrorCode::bad_input, "The fill character must be exactly one character long");
  }
  if (width <= self.str().length) return self;
  int64_t missing = width - self.str().length;
  if (missing > (int64_t{1} << 40)) missing = int64_t{1} << 40;
  TRY(in.allow(self.text().size() + static_cast<size_t>(missing) * fill.size()));
  int64_t left = align == Align::left ? 0 : align == Align::right ? missing : missing / 2;
  if (align == Align::center) left += missing & width & 1;
  std::string text;
  for (int64_t i = 0; i < left; ++i) text += fill;
  text += self.text();
  for (int64_t i = left; i < missing; ++i) text += fill;
  return Value::string(std::move(text));
}

Result<Value> zfill(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("zfill", arguments, {""}, 1));
  int64_t width = TRY(bound.integer_or(0, 0));
  if (width <= self.str().length) return self;
  int64_t missing = width - self.str().length;
  TRY(in.allow(self.text().size() + static_cast<size_t>(missing)));
  std::string text = self.text();
  size_t sign = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  text.insert(sign, static_cast<size_t>(missing), '0');
  return Value::string(std::move(text));
}

Result<Value> expandtabs(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("expandtabs", arguments, {"tabsize"}));
  int64_t size = TRY(bound.integer_or(0, 8));
  std::string text;
  int64_t column = 0;
  for (size_t at = 0; at < self.text().size();) {
    char32_t c = next_code_point(self.text(), at);
    if (c != '\t') {
      append(text, c);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
      continue;
    }
    int64_t spaces = size > 0 ? size - column % size : 0;
    TRY(in.allow(text.size() + static_cast<size_t>(spaces)));
    text.append(static_cast<size_t>(spaces), ' ');
    column += spaces;
  }
  return Value::string(std::move(text));
}

constexpr MethodEntry kMethods[] = {
    {"upper", changed<upper>},
    {"lower", changed<lower>},
    {"title", changed<title>},
    {"capitalize", changed<capitalize>},
    {"swapcase", changed<swap_case>},
    {"casefold", changed<fold_case>},
    {"isalpha", all<is_alphabetic, Empty::no>},
    {"isdigit", all<is_digit, Empty::no>},
    {"isdecimal", all<is_decimal, Empty::no>},
    {"isnumeric", all<is_numeric, Empty::no>},
    {"isalnum", all<is_alphanumeric, Empty::no>},
    {"isspace", all<is_space, Empty::no>},
    {"isascii", all<is_ascii, Empty::yes>},
    {"isprintable", all<is_printable, Empty::yes>},
    {"isupper", cased<is_upper, is_lower>},
    {"islower", cased<is_lower, is_upper>},
    {"istitle", is_titled},
    {"isidentifier", is_identifier_method},
    {"ljust", padded<Align::left>},
    {"rjust", padded<Align::right>},
    {"center", padded<Align::center>},
    {"zfill", zfill},
    {"expandtabs", expandtabs},
};

}  // namespace

Method find_string_predicate(std::string_view name) {
  for (const MethodEntry& entry : kMethods) {
    if (entry.name == name) return entry.method;
  }
  return nullptr;
}

}  // namespace swivel::jinja
