// Expressions of tags: tokens → Expression trees, with jinja's precedence. Bounded in nesting.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/ast.h"
#include "text/jinja/token_stream.h"

namespace swivel::jinja {

// The tallest tree of a template: evaluation recurses over it.
constexpr int kMaxHeight = 200;

class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

  enum class Choice { allowed, none };  // whether "a if b else c" may stand here
  Result<ExpressionPtr> expression(Choice choice = Choice::allowed);
  // One expression, or several with commas as a tuple. `end`: a name that ends it ("recursive").
  Result<ExpressionPtr> tuple(Choice choice, std::string_view end = {});
  // What may stand left of '=' or `in`: names, tuples of names and, where allowed, space.attribute.
  enum class Spaces { allowed, none };
  Result<ExpressionPtr> target(Spaces spaces, std::string_view end = {});
  // "| f(x) | g": a chain on `operand`, which may be null; null if there is none.
  Result<ExpressionPtr> filters(ExpressionPtr operand);
  // "f(x) | g", the chain of a filter block.
  Result<ExpressionPtr> inline_filters();

 private:
  using Rule = Result<ExpressionPtr> (ExpressionParser::*)();
  Result<ExpressionPtr> condition();
  Result<ExpressionPtr> logic_or();
  Result<ExpressionPtr> logic_and();
  Result<ExpressionPtr> logic_not();
  Result<ExpressionPtr> compare();
  Result<ExpressionPtr> sum();
  Result<ExpressionPtr> concat();
  Result<ExpressionPtr> product();
  Result<ExpressionPtr> power();
  Result<ExpressionPtr> unary();
  Result<ExpressionPtr> unary_without_filter();
  Result<ExpressionPtr> primary(Spaces spaces = Spaces::none);
  Result<ExpressionPtr> parenthesised();
  Result<ExpressionPtr> list();
  Result<ExpressionPtr> dict();
  Result<ExpressionPtr> postfix(ExpressionPtr node);
  Result<ExpressionPtr> filter_suffix(ExpressionPtr node);
  Result<ExpressionPtr> subscript(ExpressionPtr node);
  Result<ExpressionPtr> subscribed();
  Result<ExpressionPtr> call(ExpressionPtr node);
  Result<ExpressionPtr> one_filter(ExpressionPtr operand);
  Result<ExpressionPtr> test(ExpressionPtr operand);
  Result<std::unique_ptr<CallArguments>> call_arguments();
  Result<std::string> dotted_name();
  bool ends_tuple(std::string_view end) const;

  Result<ExpressionPtr> binary(Expression::Kind kind, Operation operation, int line,
                               ExpressionPtr left, ExpressionPtr right);

  TokenStream& tokens_;
  int nesting_ = 0;
};

// A node without children.
ExpressionPtr make_expression(Expression::Kind kind, int line);
// Gives the node its height; bad_input where that exceeds kMaxHeight.
Result<ExpressionPtr> measured(ExpressionPtr node);

}  // namespace swivel::jinja
