#include "text/jinja/json_text.h"

#include <algorithm>
#include <cmath>

#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/sort.h"
#include "text/jinja/text.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

class JsonWriter {
 public:
  JsonWriter(Interpreter& in, const JsonStyle& style) : in_(in), style_(style) {}

  Status write(const Value& value) {
    TRY(in_.spend());
    Interpreter::Level level(in_);
    TRY(level.status());
    if (text_.size() > in_.options().max_value_bytes) TRY(in_.allow(text_.size()));
    switch (value.kind()) {
      case Kind::string:
        return quote(value.text());
      case Kind::list:
      case Kind::tuple:
        return array(value.sequence().items);
      case Kind::dict:
        return object(value.dict());
      default:
        break;
    }
    std::optional<std::string> scalar = simple(value);
    if (!scalar) {
      return fail(ErrorCode::bad_input, "Object of type {} is not JSON serializable",
                  type_name(value));
    }
    text_ += *scalar;
    return {};
  }

  std::string take() { return std::move(text_); }

 private:
  static std::optional<std::string> simple(const Value& value) {
    switch (value.kind()) {
      case Kind::none:
        return "null";
      case Kind::boolean:
        return value.as_integer() != 0 ? "true" : "false";
      case Kind::integer:
        return std::to_string(value.as_integer());
      case Kind::real:
        if (std::isnan(value.as_real())) return "NaN";
        if (std::isinf(value.as_real())) return value.as_real() < 0 ? "-Infinity" : "Infinity";
        return repr_of_real(value.as_real());
      default:
        return std::nullopt;
    }
  }

  void line(int level) {
    text_ += '\n';
    for (int i = 0; i < level; ++i) text_ += *style_.indent;
  }

  Status array(const std::vector<Value>& items) {
    if (items.empty()) return text_ += "[]", Status{};
    text_ += '[';
    ++level_;
    bool first = true;
    for (const Value& item : items) {
      if (!std::exchange(first, false)) text_ += style_.item_separator;
      if (style_.indent) line(level_);
      TRY(write(item));
    }
    --level_;
    if (style_.indent) line(level_);
    text_ += ']';
    return {};
  }

  Status object(const Dict& dict) {
    if (dict.items.empty()) return text_ += "{}", Status{};
    std::vector<size_t> order(dict.items.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (style_.sort_keys) {
      order = TRY(sorted(order, [&](size_t a, size_t b) {
        return ordered(in_, dict.items[a].first, dict.items[b].first, "<");
      }));
    }
    text_ += '{';
    ++level_;
    bool first = true;
    for (size_t i : order) {
      const auto& [key, value] = dict.items[i];
      if (!std::exchange(first, false)) text_ += style_.item_separator;
      if (style_.indent) line(level_);
      std::optional<std::string> name = key.is(Kind::string) ? key.text() : simple(key);
      if (!name) {
        return fail(ErrorCode::bad_input, "keys must be str, int, float, bool or None, not {}",
                    type_name(key));
      }
      TRY(quote(*name));
      text_ += style_.key_separator;
      TRY(write(value));
    }
    --level_;
    if (style_.indent) line(level_);
    text_ += '}';
    return {};
  }

  Status quote(std::string_view text) {
    TRY(in_.spend_bytes(text.size()));
    text_ += '"';
    for (size_t at = 0; at < text.size();) {
      unsigned char c = static_cast<unsigned char>(text[at]);
      if (c >= 0x80 && style_.ascii) {
        char32_t point = next_code_point(text, at);
        if (point >= 0x10000) {
          point -= 0x10000;
          text_ += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (static_cast<uint32_t>(point) >> 10),
                               0xdc00 + (static_cast<uint32_t>(point) & 0x3ff));
        } else {
          text_ += fmt::format("\\u{:04x}", static_cast<uint32_t>(point));
        }
        continue;
      }
      ++at;
      switch (c) {
        case '"':
          text_ += "\\\"";
          break;
        case '\\':
          text_ += "\\\\";
          break;
        case '\n':
          text_ += "\\n";
          break;
        case '\r':
          text_ += "\\r";
          break;
        case '\t':
          text_ += "\\t";
          break;
        case '\f':
          text_ += "\\f";
          break;
        case '\b':
          text_ += "\\b";
          break;
        default:
          if (c < 0x20 || (c == 0x7f && style_.ascii))
            text_ += fmt::format("\\u{:04x}", c);
          else
            text_ += static_cast<char>(c);
      }
    }
    text_ += '"';
    return {};
  }

  Interpreter& in_;
  const JsonStyle& style_;
  std::string text_;
  int level_ = 0;
};

}  // namespace

Result<std::string> json_text(Interpreter& in, const Value& value, const JsonStyle& style) {
  JsonWriter writer(in, style);
  TRY(writer.write(value));
  std::string text = writer.take();
  TRY(in.allow(text.size()));
  return text;
}

}  // namespace swivel::jinja
