#include "text/jinja/expression_parser.h"

#include <algorithm>

namespace swivel::jinja {

using Node = Expression::Kind;

ExpressionPtr make_expression(Node kind, int line) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->line = line;
  return node;
}

Result<ExpressionPtr> measured(ExpressionPtr node) {
  int height = 0;
  auto consider = [&height](const ExpressionPtr& child) {
    if (child != nullptr) height = std::max(height, child->height);
  };
  for (const auto& item : node->items) consider(item);
  if (node->arguments != nullptr) {
    for (const auto& item : node->arguments->positional) consider(item);
    for (const auto& item : node->arguments->named) consider(item.second);
    consider(node->arguments->more_positional);
    consider(node->arguments->more_named);
  }
  node->height = height + 1;
  if (node->height > kMaxHeight) {
    return TokenStream::error_at(node->line, "the expression nests more than {} deep", kMaxHeight);
  }
  return node;
}

namespace {

class Nesting {
 public:
  explicit Nesting(int& depth) : depth_(depth) { ++depth_; }
  ~Nesting() { --depth_; }

 private:
  int& depth_;
};

}  // namespace

Result<ExpressionPtr> ExpressionParser::binary(Node kind, Operation operation, int line,
                                               ExpressionPtr left, ExpressionPtr right) {
  ExpressionPtr node = make_expression(kind, line);
  node->operation = operation;
  node->items.push_back(std::move(left));
  node->items.push_back(std::move(right));
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::expression(Choice choice) {
  Nesting nesting(nesting_);
  if (nesting_ > kMaxHeight) {
    return tokens_.error("the expression nests more than {} deep", kMaxHeight);
  }
  return choice == Choice::allowed ? condition() : logic_or();
}

Result<ExpressionPtr> ExpressionParser::condition() {
  int line = tokens_.line();
  ExpressionPtr then = TRY(logic_or());
  while (tokens_.skip_name("if")) {
    ExpressionPtr node = make_expression(Node::choice, line);
    node->items.push_back(std::move(then));
    node->items.push_back(TRY(logic_or()));
    node->items.push_back(tokens_.skip_name("else") ? TRY(expression()) : nullptr);
    then = TRY(measured(std::move(node)));
    line = tokens_.line();
  }
  return then;
}

Result<ExpressionPtr> ExpressionParser::logic_or() {
  int line = tokens_.line();
  ExpressionPtr left = TRY(logic_and());
  while (tokens_.skip_name("or")) {
    left = TRY(binary(Node::logic_or, {}, line, std::move(left), TRY(logic_and())));
    line = tokens_.line();
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::logic_and() {
  int line = tokens_.line();
  ExpressionPtr left = TRY(logic_not());
  while (tokens_.skip_name("and")) {
    left = TRY(binary(Node::logic_and, {}, line, std::move(left), TRY(logic_not())));
    line = tokens_.line();
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::logic_not() {
  if (!tokens_.is_name("not")) return compare();
  Nesting nesting(nesting_);
  if (nesting_ > kMaxHeight) {
    return tokens_.error("the expression nests more than {} deep", kMaxHeight);
  }
  ExpressionPtr node = make_expression(Node::logic_not, tokens_.take().line);
  node->items.push_back(TRY(logic_not()));
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::compare() {
  static constexpr std::pair<std::string_view, Comparison> kSymbols[] = {
      {"==", Comparison::equal},  {"!=", Comparison::not_equal},
      {"<", Comparison::less},    {"<=", Comparison::less_equal},
      {">", Comparison::greater}, {">=", Comparison::greater_equal},
  };
  ExpressionPtr node = make_expression(Node::compare, tokens_.line());
  node->items.push_back(TRY(sum()));
  for (;;) {
    std::optional<Comparison> found;
    for (const auto& [symbol, comparison] : kSymbols) {
      if (!found && tokens_.skip_symbol(symbol)) found = comparison;
    }
    if (!found && tokens_.skip_name("in")) found = Comparison::in;
    if (!found && tokens_.is_name("not") && tokens_.look().kind == Token::Kind::name &&
        tokens_.look().text == "in") {
      tokens_.take();
      tokens_.take();
      found = Comparison::not_in;
    }
    if (!found) break;
    node->comparisons.push_back(*found);
    node->items.push_back(TRY(sum()));
  }
  if (node->comparisons.empty()) return std::move(node->items[0]);
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::sum() {
  int line = tokens_.line();
  ExpressionPtr left = TRY(concat());
  while (tokens_.is_symbol("+") || tokens_.is_symbol("-")) {
    Operation operation = tokens_.take().text == "+" ? Operation::add : Operation::subtract;
    left = TRY(binary(Node::binary, operation, line, std::move(left), TRY(concat())));
    line = tokens_.line();
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::concat() {
  ExpressionPtr node = make_expression(Node::concat, tokens_.line());
  do {
    node->items.push_back(TRY(product()));
  } while (tokens_.skip_symbol("~"));
  if (node->items.size() == 1) return std::move(node->items[0]);
  return measured(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::product() {
  static constexpr std::pair<std::string_view, Operation> kSymbols[] = {
      {"*", Operation::multiply},
      {"/", Operation::divide},
      {"//", Operation::floor_divide},
      {"%", Operation::modulo},
  };
  int line = tokens_.line();
  ExpressionPtr left = TRY(power());
  for (;;) {
    std::optional<Operation> found;
    for (const auto& [symbol, operation] : kSymbols) {
      if (!found && tokens_.skip_symbol(symbol)) found = operation;
    }
    if (!found) return left;
    left = TRY(binary(Node::binary, *found, line, std::move(left), TRY(power())));
    line = tokens_.line();
  }
}

Result<ExpressionPtr> ExpressionParser::power() {
  int line = tokens_.line();
  ExpressionPtr left = TRY(unary());
  while (tokens_.skip_symbol("**")) {
    left = TRY(binary(Node::binary, Operation::power, line, std::move(left), TRY(unary())));
    line = tokens_.line();
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::unary() {
  return filter_suffix(TRY(unary_without_filter()));
}

Result<ExpressionPtr> ExpressionParser::unary_without_filter() {
  Nesting nesting(nesting_);
  if (nesting_ > kMaxHeight) {
    return tokens_.error("the expression nests more than {} deep", kMaxHeight);
  }
  if (tokens_.is_symbol("-") || tokens_.is_symbol("+")) {
    Token sign = tokens_.take();
    ExpressionPtr node =
        make_expression(sign.text == "-" ? Node::negative : Node::positive, sign.line);
    node->items.push_back(TRY(unary_without_filter()));
    return postfix(TRY(measured(std::move(node))));
  }
  return postfix(TRY(primary()));
}

}  // namespace swivel::jinja
