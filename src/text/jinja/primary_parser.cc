// What an expression begins with: names, literals, parentheses, lists, dicts; and tuples.

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "text/jinja/expression_parser.h"

namespace swivel::jinja {

using Node = Expression::Kind;

namespace {

Result<Value> number(const Token& token) {
  if (token.kind == Token::Kind::real) {
    double value = 0;
    std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
    if (token.text.find_first_not_of("0.eE+-") != std::string::npos && value == 0) {
      value = std::strtod(token.text.c_str(), nullptr);
    }
    return Value::real(value);
  }
  std::string_view text = token.text;
  int base = 10;
  if (text.size() > 2 && text[0] == '0') {
    char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) text.remove_prefix(2);
  }
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) {
    return TokenStream::error_at(token.line, "the integer {} does not fit 64 bits", token.text);
  }
  return Value::integer(value);
}

}  // namespace

Result<ExpressionPtr> ExpressionParser::primary(Spaces spaces) {
  const Token& token = tokens_.current();
  if (token.kind == Token::Kind::name) {
    Token name = tokens_.take();
    bool yes = name.text == "true" || name.text == "True";
    if (yes || name.text == "false" || name.text == "False") {
      ExpressionPtr node = make_expression(Node::constant, name.line);
      node->constant = Value::boolean(yes);
      return node;
    }
    if (name.text == "none" || name.text == "None") {
      ExpressionPtr node = make_expression(Node::constant, name.line);
      node->constant = Value::none();
      return node;
    }
    bool dotted = spaces == Spaces::allowed && tokens_.skip_symbol(".");
    ExpressionPtr node = make_expression(dotted ? Node::attribute_of_space : Node::name, name.line);
    node->name = std::move(name.text);
    if (dotted) node->attribute = TRY(tokens_.expect_name());
    return node;
  }
  if (token.kind == Token::Kind::string) {
    ExpressionPtr node = make_expression(Node::constant, token.line);
    std::string text;
    while (tokens_.is(Token::Kind::string)) text += tokens_.take().text;
    node->constant = Value::string(std::move(text));
    return node;
  }
  if (token.kind == Token::Kind::integer || token.kind == Token::Kind::real) {
    ExpressionPtr node = make_expression(Node::constant, token.line);
    node->constant = TRY(number(tokens_.take()));
    return node;
  }
  if (tokens_.is_symbol("(")) return parenthesised();
  if (tokens_.is_symbol("[")) return list();
  if (tokens_.is_symbol("{")) return dict();
  return tokens_.error("unexpected {}", tokens_.found());
}

Result<ExpressionPtr> ExpressionParser::parenthesised() {
  int line = tokens_.take().line;
  if (tokens_.skip_symbol(")")) return make_expression(Node::tuple, line);
  ExpressionPtr node = TRY(tuple(Choice::allowed));
  TRY(tokens_.expect_symbol(")"));
  return node;
}

bool ExpressionParser::ends_tuple(std::string_view end) const {
  if (tokens_.is(Token::Kind::variable_end) || tokens_.is(Token::Kind::block_end)) return true;
  return tokens_.is_symbol(")") || (!end.empty() && tokens_.is_name(end));
}

Result<ExpressionPtr> ExpressionParser::tuple(Choice choice, std::string_view end) {
  ExpressionPtr node = make_expression(Node::tuple, tokens_.line());
  if (ends_tuple(end)) return tokens_.error("Expected an expression, got {}", tokens_.found());
  for (;;) {
    node->items.push_back(TRY(expression(choice)));
    if (!tokens_.skip_symbol(",")) break;
    node->name = ",";  // a tuple even if it has one item
    if (ends_tuple(end)) break;
  }
  if (node->name.empty()) return std::move(node->items[0]);
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::target(Spaces spaces, std::string_view end) {
  ExpressionPtr node = make_expression(Node::tuple, tokens_.line());
  auto assignable = [](const Expression& item, const auto& self) -> bool {
    if (item.kind == Node::tuple) {
      return std::all_of(item.items.begin(), item.items.end(),
                         [&](const auto& child) { return self(*child, self); });
    }
    return item.kind == Node::name || item.kind == Node::attribute_of_space;
  };
  if (ends_tuple(end)) return tokens_.error("Expected an expression, got {}", tokens_.found());
  for (;;) {
    ExpressionPtr item = TRY(primary(spaces));
    if (!assignable(*item, assignable)) {
      return TokenStream::error_at(item->line, "can't assign to this expression");
    }
    node->items.push_back(std::move(item));
    if (!tokens_.skip_symbol(",")) break;
    node->name = ",";
    if (ends_tuple(end)) break;
  }
  if (node->name.empty()) return std::move(node->items[0]);
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::list() {
  ExpressionPtr node = make_expression(Node::list, tokens_.take().line);
  while (!tokens_.is_symbol("]")) {
    if (!node->items.empty()) {
      TRY(tokens_.expect_symbol(","));
      if (tokens_.is_symbol("]")) break;
    }
    node->items.push_back(TRY(expression()));
  }
  TRY(tokens_.expect_symbol("]"));
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::dict() {
  ExpressionPtr node = make_expression(Node::dict, tokens_.take().line);
  while (!tokens_.is_symbol("}")) {
    if (!node->items.empty()) {
      TRY(tokens_.expect_symbol(","));
      if (tokens_.is_symbol("}")) break;
    }
    node->items.push_back(TRY(expression()));
    TRY(tokens_.expect_symbol(":"));
    node->items.push_back(TRY(expression()));
  }
  TRY(tokens_.expect_symbol("}"));
  return measured(std::move(node));
}

}  // namespace swivel::jinja
