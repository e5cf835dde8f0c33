#include "text/jinja/string_format.h"

#include "text/jinja/attributes.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/number_format.h"
#include "text/jinja/text.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

std::unexpected<Error> invalid(std::string_view what) {
  return fail(ErrorCode::bad_input, "format string: {}", what);
}

// [[fill]align][sign][#][0][width][group][.precision][type]
Result<FieldFormat> read_format(std::string_view text) {
  FieldFormat format;
  std::vector<char32_t> c = code_points(text);
  size_t at = 0;
  auto is_align = [](char32_t x) { return x == '<' || x == '>' || x == '^' || x == '='; };
  if (c.size() > 1 && is_align(c[1])) {
    format.fill = c[0];
    format.align = static_cast<char>(c[1]);
    at = 2;
  } else if (!c.empty() && is_align(c[0])) {
    format.align = static_cast<char>(c[0]);
    at = 1;
  }
  auto take = [&](std::string_view any) -> char {
    if (at >= c.size() || c[at] >= 0x80) return 0;
    if (any.find(static_cast<char>(c[at])) == std::string_view::npos) return 0;
    return static_cast<char>(c[at++]);
  };
  if (char sign = take("+- ")) format.sign = sign;
  format.alternate = take("#") != 0;
  if (take("0") != 0) {
    if (format.fill == ' ') format.fill = '0';
    if (format.align == 0) format.align = '=';
  }
  auto number = [&]() -> Result<int64_t> {
    int64_t value = -1;
    while (char digit = take("0123456789")) {
      value = std::max<int64_t>(value, 0) * 10 + (digit - '0');
      if (value > INT32_MAX) return invalid("too many decimal digits");
    }
    return value;
  };
  format.width = std::max<int64_t>(TRY(number()), 0);
  format.group = take(",_");
  if (take(".") != 0) {
    format.precision = TRY(number());
    if (format.precision < 0) return invalid("format specifier missing precision");
  }
  format.type = take("bcdeEfFgGnosxX%");
  if (at != c.size()) return invalid("invalid format specifier");
  return format;
}

Result<std::string> format_text(Interpreter& in, std::string text, const FieldFormat& format) {
  if ((format.type != 0 && format.type != 's') || format.group != 0 || format.sign != '-' ||
      format.alternate || format.align == '=') {
    return invalid("this format does not fit a string");
  }
  if (format.precision >= 0) text.resize(byte_offset(text, format.precision));
  return pad(in, text, format, '<');
}

Result<std::string> format_field(Interpreter& in, const Value& value, std::string_view spec) {
  if (spec.empty()) return to_text(in, value);
  if (value.is(Kind::string)) return format_text(in, value.text(), TRY(read_format(spec)));
  FieldFormat format;
  if (value.is_number()) format = TRY(read_format(spec));
  if (value.is(Kind::real)) {
    if (format.type != 0 &&
        std::string_view("eEfFgGn%").find(format.type) == std::string_view::npos) {
      return invalid("unknown format code for a float");
    }
    return format_real(in, value.as_real(), format);
  }
  if (value.is_integral()) {
    if (format.type == 's') return invalid("unknown format code 's' for an integer");
    bool real =
        format.type != 0 && std::string_view("eEfFgG%").find(format.type) != std::string_view::npos;
    if (format.precision >= 0 && !real) return invalid("precision not allowed for an integer");
    if (format.group == ',' && format.type != 0 &&
        std::string_view("bcoxX").find(format.type) != std::string_view::npos) {
      return invalid("cannot specify ',' with this type");
    }
    if (format.type == 'c') {
      if (value.as_integer() < 0 || value.as_integer() > 0x10ffff)
        return invalid("%c out of range");
      std::string text;
      append(text, static_cast<char32_t>(value.as_integer()));
      return pad(in, text, format, '<');
    }
    return format_integer(in, value.as_integer(), format);
  }
  return fail(ErrorCode::bad_input, "unsupported format string passed to {}.__format__",
              type_name(value));
}

class FormatString {
 public:
  FormatString(Interpreter& in, Arguments& arguments) : in_(in), arguments_(arguments) {}

  // `depth`: how often fields may still stand inside fields.
  Result<std::string> run(std::string_view text, int depth) {
    if (depth < 0) return invalid("Max string recursion exceeded");
    std::string result;
    for (size_t at = 0; at < text.size();) {
      char c = text[at];
      if (c != '{' && c != '}') {
        result += c;
        ++at;
        continue;
      }
      if (at + 1 < text.size() && text[at + 1] == c) {
        result += c;
        at += 2;
        continue;
      }
      if (c == '}') return invalid("Single '}' encountered");
      size_t end = at + 1;
      for (int open = 1; end < text.size(); ++end) {
        if (text[end] == '{') ++open;
        if (text[end] == '}' && --open == 0) break;
      }
      if (end >= text.size()) return invalid("expected '}' before end of string");
      result += TRY(field(text.substr(at + 1, end - at - 1), depth));
      TRY(in_.spend());
      if (result.size() > in_.options().max_value_bytes) TRY(in_.allow(result.size()));
      at = end + 1;
    }
    TRY(in_.allow(result.size()));
    return result;
  }

 private:
  Result<std::string> field(std::string_view text, int depth) {
    size_t end = 0;
    for (int square = 0; end < text.size(); ++end) {
      if (text[end] == '[') ++square;
      if (text[end] == ']') square = std::max(square - 1, 0);
      if (square == 0 && (text[end] == ':' || text[end] == '!')) break;
    }
    Value value = TRY(find(text.substr(0, end)));
    text.remove_prefix(end);
    if (text.starts_with("!")) {
      if (text.size() < 2 || (text.size() > 2 && text[2] != ':')) {
        return invalid("expected ':' after conversion specifier");
      }
      std::string shown;
      if (text[1] == 's')
        TRY(append_text(in_, shown, value));
      else if (text[1] == 'r' || text[1] == 'a')
        TRY(append_repr(in_, shown, value));
      else
        return invalid("Unknown conversion specifier");
      value = Value::string(std::move(shown));
      text.remove_prefix(2);
    }
    std::string spec;
    if (text.starts_with(":")) spec = TRY(run(text.substr(1), depth - 1));
    return format_field(in_, value, spec);
  }

  Result<Value> find(std::string_view name) {
    size_t end = std::min(name.find_first_of(".["), name.size());
    Value value = TRY(argument(name.substr(0, end)));
    name.remove_prefix(end);
    while (!name.empty()) {
      if (name[0] == '.') {
        size_t stop = std::min(name.find_first_of(".[", 1), name.size());
        if (stop == 1) return invalid("Empty attribute in format string");
        value = TRY(get_attribute(in_, value, name.substr(1, stop - 1)));
        name.remove_prefix(stop);
        continue;
      }
      size_t close = name.find(']');
      if (name[0] != '[' || close == std::string_view::npos || close == 1) {
        return invalid("Missing or empty ']' in format string");
      }
      std::string_view key = name.substr(1, close - 1);
      bool number =
          key.find_first_not_of("0123456789") == std::string_view::npos && key.size() < 18;
      value = TRY(get_item(in_, value,
                           number ? Value::integer(std::atoll(std::string(key).c_str()))
                                  : Value::string(std::string(key))));
      name.remove_prefix(close + 1);
    }
    return value;
  }

  Result<Value> argument(std::string_view name) {
    bool number = name.find_first_not_of("0123456789") == std::string_view::npos;
    if (!number) {
      for (const auto& [key, value] : arguments_.named) {
        if (key == name) return value;
      }
      return invalid("there is no argument of that name");
    }
    size_t index = next_;
    if (name.empty()) {
      if (numbered_) return invalid("cannot switch from manual field specification to automatic");
      automatic_ = true;
      ++next_;
    } else {
      if (automatic_) return invalid("cannot switch from automatic field numbering to manual");
      numbered_ = true;
      index =
          name.size() > 9 ? SIZE_MAX : static_cast<size_t>(std::atol(std::string(name).c_str()));
    }
    if (index < arguments_.positional.size()) return arguments_.positional[index];
    return invalid("Replacement index out of range for positional args tuple");
  }

  Interpreter& in_;
  Arguments& arguments_;
  size_t next_ = 0;
  bool automatic_ = false, numbered_ = false;
};

}  // namespace

Result<Value> format_string(Interpreter& in, std::string_view text, Arguments& arguments) {
  return Value::string(TRY(FormatString(in, arguments).run(text, 2)));
}

}  // namespace swivel::jinja
