#include "text/jinja/lexer.h"

#include <algorithm>

#include "text/jinja/number_literal.h"
#include "text/jinja/string_literal.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

constexpr size_t kNone = std::string_view::npos;

int lines_in(std::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

class Lexer {
 public:
  explicit Lexer(std::string source) : source_(std::move(source)), rest_(source_) {}

  Result<std::vector<Token>> run() {
    while (at_ < rest_.size()) TRY(root());
    add(Token::Kind::end, "");
    return std::move(tokens_);
  }

 private:
  template <class... Args>
  std::unexpected<Error> error(fmt::format_string<Args...> format, Args&&... args) const {
    return fail(ErrorCode::bad_input, "line {}: {}", line_,
                fmt::format(format, std::forward<Args>(args)...));
  }

  bool sees(std::string_view text) const { return rest_.substr(at_).starts_with(text); }
  bool sees(std::string_view text, size_t at) const { return rest_.substr(at).starts_with(text); }

  void add(Token::Kind kind, std::string text) {
    tokens_.push_back({kind, line_, std::move(text)});
  }

  // Moves over text that counts for lines and for "a line begins here".
  void take(size_t bytes) {
    std::string_view text = rest_.substr(at_, bytes);
    line_ += lines_in(text);
    if (!text.empty()) line_starting_ = text.back() == '\n';
    at_ += bytes;
  }

  size_t space_from(size_t at) const {
    return rest_.size() - at - strip_left(rest_.substr(at)).size();
  }

  // The length of "{% raw %}" at a position, 0 if it is none.
  size_t raw_begin(size_t at) const {
    size_t p = at + 2;
    if (p < rest_.size() && (rest_[p] == '-' || rest_[p] == '+')) ++p;
    p += space_from(p);
    if (!sees("raw", p)) return 0;
    p += 3;
    p += space_from(p);
    if (sees("-%}", p)) return p + 3 + space_from(p + 3) - at;
    if (sees("%}", p)) return p + 2 - at;
    return 0;
  }

  // Data before a tag whose sign is '-', '+' or 0; `strips`: a block, comment or raw.
  void add_data(std::string_view text, char sign, bool strips) {
    std::string_view kept = text;
    if (sign == '-') {
      kept = strip_right(text);
    } else if (sign != '+' && strips) {
      size_t newline = text.rfind('\n');
      size_t start = newline == kNone ? 0 : newline + 1;
      if ((start > 0 || line_starting_) && start < text.size() &&
          strip(text.substr(start)).empty()) {
        kept = text.substr(0, start);
      }
    }
    if (!kept.empty()) add(Token::Kind::data, std::string(kept));
  }

  Status root() {
    size_t tag = at_;
    for (;; ++tag) {
      tag = rest_.find('{', tag);
      if (tag == kNone || tag + 1 >= rest_.size()) {
        add(Token::Kind::data, std::string(rest_.substr(at_)));
        take(rest_.size() - at_);
        return {};
      }
      char second = rest_[tag + 1];
      if (second == '%' || second == '{' || second == '#') break;
    }
    char kind = rest_[tag + 1];
    char sign = tag + 2 < rest_.size() ? rest_[tag + 2] : 0;
    if (sign != '-' && sign != '+') sign = 0;
    size_t raw = kind == '%' ? raw_begin(tag) : 0;
    add_data(rest_.substr(at_, tag - at_), sign, kind != '{');
    take(tag - at_);
    if (raw != 0) {
      take(raw);
      return raw_body();
    }
    take(sign != 0 ? 3 : 2);
    if (kind == '#') return comment();
    add(kind == '%' ? Token::Kind::block_begin : Token::Kind::variable_begin, "");
    return kind == '%' ? inside(Token::Kind::block_end, "%}")
                       : inside(Token::Kind::variable_end, "}}");
  }

  // The length of what ends a comment, block or raw tag: "-}" eats space, a plain one a newline.
  size_t end_length(std::string_view mark, size_t at) const {
    if (at < rest_.size() && rest_[at] == '+' && sees(mark, at + 1)) return 1 + mark.size();
    if (at < rest_.size() && rest_[at] == '-' && sees(mark, at + 1)) {
      size_t end = at + 1 + mark.size();
      return end + space_from(end) - at;
    }
    if (!sees(mark, at)) return 0;
    size_t end = at + mark.size();
    return mark.size() + (end < rest_.size() && rest_[end] == '\n' ? 1 : 0);
  }

  Status comment() {
    size_t end = rest_.find("#}", at_);
    if (end == kNone) return error("Missing end of comment tag");
    if (end > at_ && (rest_[end - 1] == '-' || rest_[end - 1] == '+')) --end;
    take(end - at_);
    take(end_length("#}", at_));
    return {};
  }

  Status raw_body() {
    for (size_t tag = rest_.find("{%", at_); tag != kNone; tag = rest_.find("{%", tag + 1)) {
      size_t p = tag + 2;
      char sign = p < rest_.size() && (rest_[p] == '-' || rest_[p] == '+') ? rest_[p] : 0;
      if (sign != 0) ++p;
      p += space_from(p);
      if (!sees("endraw", p)) continue;
      p += 6;
      p += space_from(p);
      size_t end = end_length("%}", p);
      if (end == 0) continue;
      add_data(rest_.substr(at_, tag - at_), sign, true);
      take(p + end - at_);
      return {};
    }
    return error("Missing end of raw directive");
  }

  // The tokens of a tag up to its end.
  Status inside(Token::Kind end_kind, std::string_view mark) {
    std::string open;  // the closing brackets that are due
    while (at_ < rest_.size()) {
      if (open.empty()) {
        size_t end = 0;
        if (end_kind == Token::Kind::block_end) {
          end = end_length(mark, at_);
        } else if (sees("-}}")) {
          end = 3 + space_from(at_ + 3);
        } else if (sees("}}")) {
          end = 2;
        }
        if (end != 0) {
          add(end_kind, "");
          take(end);
          return {};
        }
      }
      if (size_t space = space_from(at_)) {
        take(space);
        continue;
      }
      TRY(token(open));
    }
    return {};
  }

  Status token(std::string& open) {
    if (size_t length = real_length(rest_, at_)) return number(Token::Kind::real, length);
    if (size_t length = integer_length(rest_, at_)) return number(Token::Kind::integer, length);
    size_t end = at_;
    while (end < rest_.size()) {
      size_t next = end;
      if (!is_word(next_code_point(rest_, next))) break;
      end = next;
    }
    if (end > at_) {
      std::string name(rest_.substr(at_, end - at_));
      if (!is_identifier(name)) return error("Invalid character in identifier");
      add(Token::Kind::name, std::move(name));
      take(end - at_);
      return {};
    }
    if (rest_[at_] == '"' || rest_[at_] == '\'') return string();
    return symbol(open);
  }

  Status number(Token::Kind kind, size_t length) {
    std::string text(rest_.substr(at_, length));
    std::erase(text, '_');
    add(kind, std::move(text));
    take(length);
    return {};
  }

  Status string() {
    size_t end = at_ + 1;
    while (end < rest_.size() && rest_[end] != rest_[at_]) end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return error("unexpected char '{}'", rest_[at_]);
    auto text = unescape(rest_.substr(at_ + 1, end - at_ - 1));
    if (!text.has_value()) return error("{}", text.error().message);
    add(Token::Kind::string, std::move(*text));
    take(end + 1 - at_);
    return {};
  }

  Status symbol(std::string& open) {
    static constexpr std::string_view kTwo[] = {"//", "**", "==", "!=", ">=", "<="};
    for (std::string_view two : kTwo) {
      if (!sees(two)) continue;
      add(Token::Kind::symbol, std::string(two));
      take(2);
      return {};
    }
    char c = rest_[at_];
    if (std::string_view("+-/*%~[](){}><=.:|,;").find(c) == kNone) {
      size_t end = at_;
      next_code_point(rest_, end);
      return error("unexpected char '{}'", rest_.substr(at_, end - at_));
    }
    if (c == '{') open.push_back('}');
    if (c == '(') open.push_back(')');
    if (c == '[') open.push_back(']');
    if (c == '}' || c == ')' || c == ']') {
      if (open.empty()) return error("unexpected '{}'", c);
      if (open.back() != c) return error("unexpected '{}', expected '{}'", c, open.back());
      open.pop_back();
    }
    add(Token::Kind::symbol, std::string(1, c));
    take(1);
    return {};
  }

  std::string source_;
  std::string_view rest_;
  size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source) {
  std::string text = normal_line_ends(source);
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return Lexer(std::move(text)).run();
}

}  // namespace swivel::jinja
