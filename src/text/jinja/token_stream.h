// The tokens of a template as a parser walks them, and its errors with their line.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "text/jinja/lexer.h"

namespace swivel::jinja {

class TokenStream {
 public:
  // REQUIRES: the last token is Token::Kind::end.
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& current() const { return tokens_[at_]; }
  const Token& look() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  int line() const { return current().line; }
  Token take() {
    Token token = current();
    if (token.kind != Token::Kind::end) ++at_;
    return token;
  }

  bool is(Token::Kind kind) const { return current().kind == kind; }
  bool is_name(std::string_view text) const {
    return is(Token::Kind::name) && current().text == text;
  }
  bool is_symbol(std::string_view text) const {
    return is(Token::Kind::symbol) && current().text == text;
  }
  bool skip_name(std::string_view text) { return is_name(text) && (take(), true); }
  bool skip_symbol(std::string_view text) { return is_symbol(text) && (take(), true); }

  Status expect_symbol(std::string_view text) {
    if (skip_symbol(text)) return {};
    return error("expected '{}', got {}", text, found());
  }
  Status expect(Token::Kind kind, std::string_view what) {
    if (is(kind)) return take(), Status{};
    return error("expected {}, got {}", what, found());
  }
  Result<std::string> expect_name() {
    if (is(Token::Kind::name)) return take().text;
    return error("expected a name, got {}", found());
  }

  // What the current token is, for messages.
  std::string found() const {
    switch (current().kind) {
      case Token::Kind::data:
        return "template text";
      case Token::Kind::variable_begin:
        return "'{{'";
      case Token::Kind::variable_end:
        return "'}}'";
      case Token::Kind::block_begin:
        return "'{%'";
      case Token::Kind::block_end:
        return "'%}'";
      case Token::Kind::string:
        return "a string";
      case Token::Kind::end:
        return "the end of the template";
      default:
        return "'" + current().text.substr(0, 40) + "'";
    }
  }

  template <class... Args>
  std::unexpected<Error> error(fmt::format_string<Args...> format, Args&&... args) const {
    return error_at(line(), format, std::forward<Args>(args)...);
  }
  template <class... Args>
  static std::unexpected<Error> error_at(int line, fmt::format_string<Args...> format,
                                         Args&&... args) {
    return fail(ErrorCode::bad_input, "line {}: {}", line,
                fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace swivel::jinja
