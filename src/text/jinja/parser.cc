#include "text/jinja/parser.h"

#include <algorithm>
#include <initializer_list>

#include "text/jinja/expression_parser.h"
#include "text/jinja/lexer.h"
#include "text/jinja/token_stream.h"

namespace swivel::jinja {

namespace {

using Kind = Statement::Kind;
using Choice = ExpressionParser::Choice;
using Spaces = ExpressionParser::Spaces;
using Ends = std::initializer_list<std::string_view>;

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)), parse_(tokens_) {}

  Result<Body> run() {
    Body body = TRY(statements({}));
    return body;
  }

 private:
  StatementPtr make(Kind kind) {
    auto node = std::make_unique<Statement>();
    node->kind = kind;
    node->line = tokens_.line();
    return node;
  }

  bool at_end_tag(Ends ends) const {
    return std::any_of(ends.begin(), ends.end(),
                       [this](std::string_view end) { return tokens_.is_name(end); });
  }

  static std::string listed(Ends ends) {
    std::string text;
    for (std::string_view end : ends)
      text += fmt::format("{}'{}'", text.empty() ? "" : " or ", end);
    return text;
  }

  static void add_output(Body& body, ExpressionPtr expression) {
    if (body.empty() || body.back()->kind != Kind::output) {
      auto output = std::make_unique<Statement>();
      output->kind = Kind::output;
      output->line = expression->line;
      body.push_back(std::move(output));
    }
    body.back()->expressions.push_back(std::move(expression));
  }

  // Statements up to a tag of `ends`, whose name is then the current token; without ends, all.
  Result<Body> statements(Ends ends) {
    if (++nesting_ > kMaxHeight) {
      return tokens_.error("blocks nest more than {} deep", kMaxHeight);
    }
    Body body;
    while (!tokens_.is(Token::Kind::end)) {
      if (tokens_.is(Token::Kind::data)) {
        Token data = tokens_.take();
        ExpressionPtr text = make_expression(Expression::Kind::constant, data.line);
        text->constant = Value::string(std::move(data.text));
        text->is_data = true;
        add_output(body, std::move(text));
      } else if (tokens_.is(Token::Kind::variable_begin)) {
        tokens_.take();
        add_output(body, TRY(parse_.tuple(Choice::allowed)));
        TRY(tokens_.expect(Token::Kind::variable_end, "'}}'"));
      } else {
        tokens_.take();
        if (at_end_tag(ends)) {
          --nesting_;
          return body;
        }
        body.push_back(TRY(statement(ends)));
        TRY(tokens_.expect(Token::Kind::block_end, "'%}'"));
      }
    }
    --nesting_;
    if (ends.size() == 0) return body;
    return tokens_.error("Unexpected end of template; {} is missing", listed(ends));
  }

  // The body of a tag whose head ends here.
  Result<Body> block(Ends ends) {
    tokens_.skip_symbol(":");
    TRY(tokens_.expect(Token::Kind::block_end, "'%}'"));
    return statements(ends);
  }

  Result<Body> block_to(std::string_view end) {
    Body body = TRY(block({end}));
    tokens_.take();
    return body;
  }

  Result<StatementPtr> statement(Ends ends) {
    if (!tokens_.is(Token::Kind::name)) return tokens_.error("tag name expected");
    const std::string tag = tokens_.current().text;
    if (tag == "if") return branch();
    if (tag == "for") return loop();
    if (tag == "set") return set();
    if (tag == "macro") return macro();
    if (tag == "call") return call_block();
    if (tag == "filter") return filter_block();
    if (tag == "with") return with();
    if (tag == "print") return print();
    if (tag == "block") return named_block();
    if (tag == "generation") {
      StatementPtr node = make(Kind::generation);
      tokens_.take();
      node->body = TRY(block_to("endgeneration"));
      return node;
    }
    if (tag == "break" || tag == "continue") {
      StatementPtr node = make(tag == "break" ? Kind::break_loop : Kind::continue_loop);
      tokens_.take();
      return node;
    }
    for (std::string_view refused : {"extends", "include", "import", "from", "autoescape"}) {
      if (tag == refused) {
        return tokens_.error("the tag '{}' is not supported in a chat template", tag);
      }
    }
    if (ends.size() == 0) return tokens_.error("Encountered unknown tag '{}'", tag);
    return tokens_.error("Encountered unknown tag '{}' where {} is due", tag, listed(ends));
  }

  Result<StatementPtr> branch() {
    StatementPtr node = make(Kind::branch);
    tokens_.take();
    for (;;) {
      Statement::Branch one;
      one.test = TRY(parse_.tuple(Choice::none));
      one.body = TRY(block({"elif", "else", "endif"}));
      node->branches.push_back(std::move(one));
      std::string end = tokens_.take().text;
      if (end == "elif") continue;
      if (end == "else") {
        Statement::Branch otherwise;
        otherwise.body = TRY(block_to("endif"));
        node->branches.push_back(std::move(otherwise));
      }
      return node;
    }
  }

  Result<StatementPtr> loop() {
    StatementPtr node = make(Kind::loop);
    tokens_.take();
    node->target = TRY(parse_.target(Spaces::none, "in"));
    if (!tokens_.skip_name("in")) return tokens_.error("expected 'in', got {}", tokens_.found());
    node->iterable = TRY(parse_.tuple(Choice::none, "recursive"));
    if (tokens_.skip_name("if")) node->test = TRY(parse_.expression());
    node->recursive = tokens_.skip_name("recursive");
    node->body = TRY(block({"endfor", "else"}));
    if (tokens_.take().text == "else") node->otherwise = TRY(block_to("endfor"));
    return node;
  }

  Result<StatementPtr> set() {
    StatementPtr node = make(Kind::set);
    tokens_.take();
    node->target = TRY(parse_.target(Spaces::allowed));
    if (tokens_.skip_symbol("=")) {
      node->value = TRY(parse_.tuple(Choice::allowed));
      return node;
    }
    node->kind = Kind::set_block;
    node->filter = TRY(parse_.filters(nullptr));
    node->body = TRY(block_to("endset"));
    return node;
  }

  Status signature(Statement& node) {
    TRY(tokens_.expect_symbol("("));
    while (!tokens_.is_symbol(")")) {
      if (!node.parameters.empty()) TRY(tokens_.expect_symbol(","));
      Parameter parameter;
      int line = tokens_.line();
      parameter.name = TRY(tokens_.expect_name());
      for (const Parameter& other : node.parameters) {
        if (other.name == parameter.name) {
          return TokenStream::error_at(line, "duplicate argument '{}'", parameter.name);
        }
      }
      if (tokens_.skip_symbol("=")) {
        parameter.standard = TRY(parse_.expression());
      } else if (!node.parameters.empty() && node.parameters.back().standard != nullptr) {
        return tokens_.error("non-default argument follows default argument");
      }
      node.parameters.push_back(std::move(parameter));
    }
    return tokens_.expect_symbol(")");
  }

  Result<StatementPtr> macro() {
    StatementPtr node = make(Kind::macro);
    tokens_.take();
    node->name = TRY(tokens_.expect_name());
    TRY(signature(*node));
    node->body = TRY(block_to("endmacro"));
    return node;
  }

  Result<StatementPtr> call_block() {
    StatementPtr node = make(Kind::call_block);
    tokens_.take();
    if (tokens_.is_symbol("(")) TRY(signature(*node));
    node->value = TRY(parse_.expression());
    if (node->value->kind != Expression::Kind::call) {
      return TokenStream::error_at(node->line, "expected call");
    }
    node->body = TRY(block_to("endcall"));
    return node;
  }

  Result<StatementPtr> filter_block() {
    StatementPtr node = make(Kind::filter_block);
    tokens_.take();
    node->filter = TRY(parse_.inline_filters());
    node->body = TRY(block_to("endfilter"));
    return node;
  }

  Result<StatementPtr> with() {
    StatementPtr node = make(Kind::with);
    tokens_.take();
    while (!tokens_.is(Token::Kind::block_end)) {
      if (!node->targets.empty()) TRY(tokens_.expect_symbol(","));
      node->targets.push_back(TRY(parse_.target(Spaces::none)));
      TRY(tokens_.expect_symbol("="));
      node->values.push_back(TRY(parse_.expression()));
    }
    node->body = TRY(block_to("endwith"));
    return node;
  }

  Result<StatementPtr> print() {
    StatementPtr node = make(Kind::output);
    tokens_.take();
    while (!tokens_.is(Token::Kind::block_end)) {
      if (!node->expressions.empty()) TRY(tokens_.expect_symbol(","));
      node->expressions.push_back(TRY(parse_.expression()));
    }
    return node;
  }

  Result<StatementPtr> named_block() {
    StatementPtr node = make(Kind::block);
    tokens_.take();
    node->name = TRY(tokens_.expect_name());
    for (std::string_view word : {"scoped", "required"}) {
      if (tokens_.is_name(word)) return tokens_.error("a {} block is not supported", word);
    }
    node->body = TRY(block_to("endblock"));
    tokens_.skip_name(node->name);
    return node;
  }

  TokenStream tokens_;
  ExpressionParser parse_;
  int nesting_ = 0;
};

}  // namespace

Result<Body> parse(std::string_view source) { return Parser(TRY(tokenize(source))).run(); }

}  // namespace swivel::jinja
