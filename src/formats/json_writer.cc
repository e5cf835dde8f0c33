#include <charconv>
#include <cmath>

#include "formats/json.h"
#include "formats/utf8.h"

namespace swivel::json {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

void append_control(std::string& out, unsigned char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      out += fmt::format("\\u{:04x}", c);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  size_t at = 0;
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    const size_t length = formats::utf8_character_length(text.substr(at));
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[at];
    } else if (c < 0x20) {
      append_control(out, c);
    } else if (length == 0) {
      out += kReplacement;
    } else {
      out += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  out += '"';
}

// The shortest digits that read back as the same double, laid out as Python's repr lays them out:
// 0.1, 100000.0, 1e-05, 1e+16. Infinity and NaN, which JSON cannot say, become null.
void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char text[32];
  auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const std::string_view scientific(text, static_cast<size_t>(end - text));
  const size_t e = scientific.find('e');
  int exponent = 0;
  const char* digits = scientific.data() + e + 1;
  std::from_chars(digits + (*digits == '+'), end, exponent);
  if (exponent < -4 || exponent >= 16) {
    out += scientific;
    return;
  }
  end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  const std::string_view fixed(text, static_cast<size_t>(end - text));
  out += fixed;
  if (fixed.find('.') == std::string_view::npos) out += ".0";
}

class Writer {
 public:
  explicit Writer(Style style) : style_(style) {}

  void write(const Value& value) {
    if (value.is_null()) {
      out_ += "null";
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_integer()) {
      out_ += fmt::format_int(value.as_integer()).c_str();
    } else if (value.is_number()) {
      append_double(out_, value.as_number());
    } else if (value.is_string()) {
      append_quoted(out_, value.as_string());
    } else if (value.is_array()) {
      write(value.as_array());
    } else {
      write(value.as_object());
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void write(const Array& array) {
    out_ += '[';
    ++level_;
    for (size_t i = 0; i < array.size(); ++i) {
      separate(i);
      write(array[i]);
    }
    close(array.empty(), ']');
  }

  void write(const Object& object) {
    out_ += '{';
    ++level_;
    for (size_t i = 0; i < object.size(); ++i) {
      separate(i);
      append_quoted(out_, object[i].first);
      out_ += style_ == Style::compact ? ":" : ": ";
      write(object[i].second);
    }
    close(object.empty(), '}');
  }

  void separate(size_t index) {
    if (index != 0) out_ += ',';
    if (style_ == Style::indented) new_line();
  }

  void close(bool empty, char bracket) {
    --level_;
    if (style_ == Style::indented && !empty) new_line();
    out_ += bracket;
  }

  void new_line() {
    out_ += '\n';
    out_.append(2 * level_, ' ');
  }

  Style style_;
  size_t level_ = 0;
  std::string out_;
};

}  // namespace

std::string write(const Value& value, Style style) {
  Writer writer(style);
  writer.write(value);
  return writer.take();
}

std::string quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(out, text);
  return out;
}

}  // namespace swivel::json
