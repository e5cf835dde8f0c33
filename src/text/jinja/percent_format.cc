#include "text/jinja/percent_format.h"

#include <cmath>

#include "text/jinja/interpreter.h"
#include "text/jinja/number_format.h"
#include "text/jinja/text.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

class PercentFormat {
 public:
  PercentFormat(Interpreter& in, const Value& text, const Value& values)
      : in_(in), text_(text.text()), values_(values) {}

  Result<Value> run() {
    std::string result;
    while (at_ < text_.size()) {
      size_t percent = std::min(text_.find('%', at_), text_.size());
      result += text_.substr(at_, percent - at_);
      at_ = percent + 1;
      if (percent == text_.size()) break;
      result += TRY(directive());
      TRY(in_.spend());
      if (result.size() > in_.options().max_value_bytes) TRY(in_.allow(result.size()));
    }
    TRY(in_.allow(result.size()));
    bool mapping = values_.is(Kind::dict) || values_.is(Kind::list) || values_.is(Kind::range) ||
                   values_.is(Kind::undefined) || mapped_;
    size_t given = values_.is(Kind::tuple) ? values_.sequence().items.size() : 1;
    if (used_ < given && !mapping) {
      return fail(ErrorCode::bad_input, "not all arguments converted during string formatting");
    }
    return Value::string(std::move(result));
  }

 private:
  std::unexpected<Error> incomplete() const {
    return fail(ErrorCode::bad_input, "incomplete format");
  }

  Result<Value> next() {
    if (values_.is(Kind::tuple)) {
      const auto& items = values_.sequence().items;
      if (used_ < items.size()) return items[used_++];
    } else if (used_ == 0) {
      ++used_;
      return values_;
    }
    return fail(ErrorCode::bad_input, "not enough arguments for format string");
  }

  // A number of the directive, or '*' for one of the values.
  Result<int64_t> size() {
    if (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
      Value value = TRY(next());
      if (!value.is_integral()) return fail(ErrorCode::bad_input, "* wants int");
      return value.as_integer();
    }
    int64_t number = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      number = number * 10 + (text_[at_++] - '0');
      if (number > INT32_MAX) return fail(ErrorCode::bad_input, "width too big");
    }
    return number;
  }

  Result<std::string> directive() {
    std::optional<Value> named;
    if (at_ < text_.size() && text_[at_] == '(') named = TRY(key());
    FieldFormat format;
    bool left = false, zero = false;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '-')
        left = true;
      else if (c == '0')
        zero = true;
      else if (c == '#')
        format.alternate = true;
      else if (c == '+')
        format.sign = '+';
      else if (c == ' ')
        format.sign = format.sign == '+' ? '+' : ' ';
      else
        break;
    }
    format.width = TRY(size());
    if (format.width < 0) {
      left = true;
      format.width = -std::max<int64_t>(format.width, -INT32_MAX);
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      format.precision = std::max<int64_t>(TRY(size()), 0);
    }
    while (at_ < text_.size() && (text_[at_] == 'h' || text_[at_] == 'l' || text_[at_] == 'L'))
      ++at_;
    if (at_ >= text_.size()) return incomplete();
    format.type = text_[at_++];
    if (format.type == '%') return std::string("%");
    format.align = left ? '<' : '>';
    Value value = named ? *named : TRY(next());
    return convert(value, format, zero && !left);
  }

  Result<Value> key() {
    if (!values_.is(Kind::dict)) return fail(ErrorCode::bad_input, "format requires a mapping");
    size_t start = ++at_;
    for (int depth = 1; at_ < text_.size(); ++at_) {
      if (text_[at_] == '(') ++depth;
      if (text_[at_] == ')' && --depth == 0) break;
    }
    if (at_ >= text_.size()) return fail(ErrorCode::bad_input, "incomplete format key");
    std::string_view name = text_.substr(start, at_ - start);
    ++at_;
    mapped_ = true;
    const Value* value = values_.dict().find(name);
    if (value == nullptr) return fail(ErrorCode::bad_input, "the mapping has no key '{}'", name);
    return *value;
  }

  Result<std::string> convert(const Value& value, FieldFormat format, bool zero) {
    auto zeros = [&] {
      if (!zero) return;
      format.fill = '0';
      format.align = '=';
    };
    switch (format.type) {
      case 's':
      case 'r':
      case 'a': {
        std::string text;
        if (format.type == 's')
          TRY(append_text(in_, text, value));
        else
          TRY(append_repr(in_, text, value));
        if (format.precision >= 0) text.resize(byte_offset(text, format.precision));
        return pad(in_, text, format, '>');
      }
      case 'c': {
        std::string text;
        if (value.is(Kind::string) && value.str().length == 1) {
          text = value.text();
        } else if (value.is_integral() && value.as_integer() >= 0 &&
                   value.as_integer() < 0x110000) {
          append(text, static_cast<char32_t>(value.as_integer()));
        } else {
          return fail(ErrorCode::bad_input, "%c requires int or char");
        }
        return pad(in_, text, format, '>');
      }
      case 'd':
      case 'i':
      case 'u':
        if (value.is(Kind::real)) {
          if (!(std::abs(value.as_real()) < 9.2e18)) {
            return fail(ErrorCode::bad_input, "cannot convert float to a 64-bit integer");
          }
          format.type = 'd';
          zeros();
          return format_integer(in_, static_cast<int64_t>(value.as_real()), format);
        }
        [[fallthrough]];
      case 'x':
      case 'X':
      case 'o':
        if (!value.is_integral()) return needs_number(value, format.type);
        zeros();
        return format_integer(in_, value.as_integer(), format);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        if (!value.is_number()) return needs_number(value, format.type);
        zeros();
        return format_real(in_, value.as_real(), format);
      default:
        return fail(ErrorCode::bad_input, "unsupported format character '{}'", format.type);
    }
  }

  static std::unexpected<Error> needs_number(const Value& value, char type) {
    if (value.is(Kind::undefined)) {
      return fail(ErrorCode::bad_input, "{}", value.undefined_message());
    }
    return fail(ErrorCode::bad_input, "%{} format: a number is required, not {}", type,
                type_name(value));
  }

  Interpreter& in_;
  std::string_view text_;
  const Value& values_;
  size_t at_ = 0;
  size_t used_ = 0;
  bool mapped_ = false;
};

}  // namespace

Result<Value> percent_format(Interpreter& in, const Value& text, const Value& values) {
  return PercentFormat(in, text, values).run();
}

}  // namespace swivel::jinja
