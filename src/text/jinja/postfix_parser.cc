// What stands behind an operand: attributes, items, calls, filters and tests.

#include "text/jinja/expression_parser.h"

namespace swivel::jinja {

using Node = Expression::Kind;

Result<ExpressionPtr> ExpressionParser::postfix(ExpressionPtr node) {
  for (;;) {
    if (tokens_.is_symbol(".") || tokens_.is_symbol("[")) {
      node = TRY(subscript(std::move(node)));
    } else if (tokens_.is_symbol("(")) {
      node = TRY(call(std::move(node)));
    } else {
      return node;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::filter_suffix(ExpressionPtr node) {
  for (;;) {
    if (tokens_.is_symbol("|")) {
      node = TRY(filters(std::move(node)));
    } else if (tokens_.is_name("is")) {
      node = TRY(test(std::move(node)));
    } else if (tokens_.is_symbol("(")) {
      node = TRY(call(std::move(node)));
    } else {
      return node;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::subscript(ExpressionPtr object) {
  Token start = tokens_.take();
  if (start.text == ".") {
    Token attribute = tokens_.take();
    if (attribute.kind == Token::Kind::name) {
      ExpressionPtr node = make_expression(Node::attribute, start.line);
      node->attribute = std::move(attribute.text);
      node->items.push_back(std::move(object));
      return measured(std::move(node));
    }
    if (attribute.kind != Token::Kind::integer) {
      return TokenStream::error_at(attribute.line, "expected name or number");
    }
    ExpressionPtr index = make_expression(Node::constant, attribute.line);
    index->constant = Value::integer(std::strtoll(attribute.text.c_str(), nullptr, 10));
    return binary(Node::item, {}, start.line, std::move(object), std::move(index));
  }
  ExpressionPtr index = make_expression(Node::tuple, start.line);
  while (!tokens_.is_symbol("]")) {
    if (!index->items.empty()) TRY(tokens_.expect_symbol(","));
    index->items.push_back(TRY(subscribed()));
  }
  TRY(tokens_.expect_symbol("]"));
  if (index->items.size() == 1) {
    ExpressionPtr only = std::move(index->items[0]);
    index = std::move(only);
  } else {
    for (const auto& item : index->items) {
      if (item->kind == Node::slice) {
        return TokenStream::error_at(start.line, "a slice among several indices is not supported");
      }
    }
    index = TRY(measured(std::move(index)));
  }
  return binary(Node::item, {}, start.line, std::move(object), std::move(index));
}

Result<ExpressionPtr> ExpressionParser::subscribed() {
  auto part_ends = [this] {
    return tokens_.is_symbol("]") || tokens_.is_symbol(",") || tokens_.is_symbol(":");
  };
  ExpressionPtr node = make_expression(Node::slice, tokens_.line());
  ExpressionPtr start;
  if (!tokens_.is_symbol(":")) {
    start = TRY(expression());
    if (!tokens_.is_symbol(":")) return start;
  }
  tokens_.take();
  node->items.push_back(std::move(start));
  node->items.push_back(part_ends() ? nullptr : TRY(expression()));
  bool step = tokens_.skip_symbol(":");
  node->items.push_back(
      !step || tokens_.is_symbol("]") || tokens_.is_symbol(",") ? nullptr : TRY(expression()));
  return measured(std::move(node));
}

Result<std::unique_ptr<CallArguments>> ExpressionParser::call_arguments() {
  int line = tokens_.line();
  TRY(tokens_.expect_symbol("("));
  auto arguments = std::make_unique<CallArguments>();
  auto invalid = [line] {
    return TokenStream::error_at(line, "invalid syntax for function call expression");
  };
  bool first = true;
  while (!tokens_.is_symbol(")")) {
    if (!first) {
      TRY(tokens_.expect_symbol(","));
      if (tokens_.is_symbol(")")) break;
    }
    first = false;
    if (tokens_.skip_symbol("*")) {
      if (arguments->more_positional || arguments->more_named) return invalid();
      arguments->more_positional = TRY(expression());
    } else if (tokens_.skip_symbol("**")) {
      if (arguments->more_named) return invalid();
      arguments->more_named = TRY(expression());
    } else if (tokens_.is(Token::Kind::name) && tokens_.look().kind == Token::Kind::symbol &&
               tokens_.look().text == "=") {
      if (arguments->more_named) return invalid();
      std::string name = tokens_.take().text;
      tokens_.take();
      for (const auto& [other, value] : arguments->named) {
        if (other == name) {
          return TokenStream::error_at(line, "keyword argument repeated: {}", name);
        }
      }
      arguments->named.emplace_back(std::move(name), TRY(expression()));
    } else {
      if (arguments->more_positional || arguments->more_named || !arguments->named.empty()) {
        return invalid();
      }
      arguments->positional.push_back(TRY(expression()));
    }
  }
  TRY(tokens_.expect_symbol(")"));
  return arguments;
}

Result<ExpressionPtr> ExpressionParser::call(ExpressionPtr callee) {
  ExpressionPtr node = make_expression(Node::call, tokens_.line());
  node->arguments = TRY(call_arguments());
  node->items.push_back(std::move(callee));
  return measured(std::move(node));
}

Result<std::string> ExpressionParser::dotted_name() {
  std::string name = TRY(tokens_.expect_name());
  while (tokens_.skip_symbol(".")) name += "." + TRY(tokens_.expect_name());
  return name;
}

Result<ExpressionPtr> ExpressionParser::one_filter(ExpressionPtr operand) {
  ExpressionPtr node = make_expression(Node::filter, tokens_.line());
  node->name = TRY(dotted_name());
  if (tokens_.is_symbol("(")) node->arguments = TRY(call_arguments());
  node->items.push_back(std::move(operand));
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::filters(ExpressionPtr operand) {
  while (tokens_.skip_symbol("|")) operand = TRY(one_filter(std::move(operand)));
  return operand;
}

Result<ExpressionPtr> ExpressionParser::inline_filters() {
  return filters(TRY(one_filter(nullptr)));
}

Result<ExpressionPtr> ExpressionParser::test(ExpressionPtr operand) {
  int line = tokens_.take().line;
  bool negated = tokens_.skip_name("not");
  ExpressionPtr node = make_expression(Node::test, line);
  node->name = TRY(dotted_name());
  Token::Kind next = tokens_.current().kind;
  bool argument = next == Token::Kind::name || next == Token::Kind::string ||
                  next == Token::Kind::integer || next == Token::Kind::real ||
                  tokens_.is_symbol("[") || tokens_.is_symbol("{");
  if (tokens_.is_symbol("(")) {
    node->arguments = TRY(call_arguments());
  } else if (argument && !tokens_.is_name("else") && !tokens_.is_name("or") &&
             !tokens_.is_name("and")) {
    if (tokens_.is_name("is")) {
      return tokens_.error("You cannot chain multiple tests with is");
    }
    node->arguments = std::make_unique<CallArguments>();
    node->arguments->positional.push_back(TRY(postfix(TRY(primary()))));
  }
  node->items.push_back(std::move(operand));
  node = TRY(measured(std::move(node)));
  if (!negated) return node;
  ExpressionPtr negation = make_expression(Node::logic_not, line);
  negation->items.push_back(std::move(node));
  return measured(std::move(negation));
}

}  // namespace swivel::jinja
