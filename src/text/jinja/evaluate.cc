// Expressions.

#include "text/jinja/attributes.h"
#include "text/jinja/compare.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/operators.h"
#include "text/jinja/tests.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

using Node = Expression::Kind;

Value& Interpreter::variable(const Place& place, Activation& in) {
  Activation* activation = &in;
  for (uint32_t i = 0; i < place.hops; ++i) activation = activation->parent.get();
  return activation->slots[place.slot];
}

Result<Value> Interpreter::evaluate(const Expression& node, Activation& in) {
  switch (node.kind) {  // what cannot fail and needs no level
    case Node::constant:
      return node.constant;
    case Node::name: {
      const Value& value = variable(node.place, in);
      return value.is(Kind::missing) ? Value::undefined_name(node.name) : value;
    }
    default:
      break;
  }
  Level level(*this);
  TRY(level.status());
  TRY(spend());
  return located(evaluate_here(node, in), node.line);
}

Result<Value> Interpreter::evaluate_here(const Expression& node, Activation& in) {
  switch (node.kind) {
    case Node::tuple:
    case Node::list:
    case Node::dict:
      return make_container(node, in);
    case Node::choice:
      if (truth(TRY(evaluate(*node.items[1], in)))) return evaluate(*node.items[0], in);
      if (node.items[2] != nullptr) return evaluate(*node.items[2], in);
      return Value::undefined(
          "the inline if-expression evaluated to false and no else section was defined");
    case Node::binary: {
      Value left = TRY(evaluate(*node.items[0], in));
      return operate(*this, node.operation, left, TRY(evaluate(*node.items[1], in)));
    }
    case Node::logic_and: {
      Value left = TRY(evaluate(*node.items[0], in));
      return truth(left) ? evaluate(*node.items[1], in) : left;
    }
    case Node::logic_or: {
      Value left = TRY(evaluate(*node.items[0], in));
      return truth(left) ? left : evaluate(*node.items[1], in);
    }
    case Node::logic_not:
      return Value::boolean(!truth(TRY(evaluate(*node.items[0], in))));
    case Node::negative:
      return negate(TRY(evaluate(*node.items[0], in)));
    case Node::positive:
      return plus(TRY(evaluate(*node.items[0], in)));
    case Node::concat:
      return concat(node, in);
    case Node::compare:
      return compare(node, in);
    case Node::attribute:
      return get_attribute(*this, TRY(evaluate(*node.items[0], in)), node.attribute);
    case Node::item:
      return item(node, in);
    case Node::call:
      return call_expression(node, in, nullptr);
    case Node::filter:
      return filter(node, in, nullptr);
    case Node::test: {
      Value operand = TRY(evaluate(*node.items[0], in));
      return Value::boolean(
          TRY(call_test(node.name, operand, TRY(arguments(node.arguments.get(), in)))));
    }
    default:
      return fail(ErrorCode::bad_input, "a slice is only an index");
  }
}

Result<Value> Interpreter::compare(const Expression& node, Activation& in) {
  Value left = TRY(evaluate(*node.items[0], in));
  for (size_t i = 0; i < node.comparisons.size(); ++i) {
    Value right = TRY(evaluate(*node.items[i + 1], in));
    bool holds = false;
    switch (node.comparisons[i]) {
      case Comparison::equal:
        holds = TRY(equal(*this, left, right));
        break;
      case Comparison::not_equal:
        holds = !TRY(equal(*this, left, right));
        break;
      case Comparison::less:
        holds = TRY(ordered(*this, left, right, "<"));
        break;
      case Comparison::less_equal:
        holds = TRY(ordered(*this, left, right, "<="));
        break;
      case Comparison::greater:
        holds = TRY(ordered(*this, left, right, ">"));
        break;
      case Comparison::greater_equal:
        holds = TRY(ordered(*this, left, right, ">="));
        break;
      case Comparison::in:
        holds = TRY(contains(*this, right, left));
        break;
      case Comparison::not_in:
        holds = !TRY(contains(*this, right, left));
        break;
    }
    if (!holds) return Value::boolean(false);
    left = std::move(right);
  }
  return Value::boolean(true);
}

Result<Value> Interpreter::concat(const Expression& node, Activation& in) {
  std::vector<Value> parts;
  for (const auto& item : node.items) parts.push_back(TRY(evaluate(*item, in)));
  std::string text;
  for (const Value& part : parts) {
    TRY(append_text(*this, text, part));
    TRY(allow(text.size()));
  }
  return Value::string(std::move(text));
}

Result<Value> Interpreter::make_container(const Expression& node, Activation& in) {
  if (node.kind != Node::dict) {
    std::vector<Value> items;
    for (const auto& item : node.items) items.push_back(TRY(evaluate(*item, in)));
    return node.kind == Node::list ? make_list(std::move(items)) : make_tuple(std::move(items));
  }
  auto dict = std::make_shared<Dict>();
  for (size_t i = 0; i + 1 < node.items.size(); i += 2) {
    Value key = TRY(evaluate(*node.items[i], in));
    Value value = TRY(evaluate(*node.items[i + 1], in));
    uint64_t key_hash = TRY(hash(key));
    dict->set(std::move(key), key_hash, std::move(value));
  }
  return make_dict(std::move(dict));
}

Result<Value> Interpreter::item(const Expression& node, Activation& in) {
  Value object = TRY(evaluate(*node.items[0], in));
  const Expression& index = *node.items[1];
  if (index.kind != Node::slice) {
    return get_item(*this, object, TRY(evaluate(index, in)));
  }
  Value parts[3];
  for (int i = 0; i < 3; ++i) {
    parts[i] = index.items[i] == nullptr ? Value::none() : TRY(evaluate(*index.items[i], in));
  }
  return get_slice(*this, object, parts[0], parts[1], parts[2]);
}

Result<Arguments> Interpreter::arguments(const CallArguments* node, Activation& in) {
  Arguments result;
  if (node == nullptr) return result;
  for (const auto& item : node->positional) result.positional.push_back(TRY(evaluate(*item, in)));
  for (const auto& [name, item] : node->named) {
    result.named.emplace_back(name, TRY(evaluate(*item, in)));
  }
  if (node->more_positional != nullptr) {
    for (Value& item : TRY(collect(*this, TRY(evaluate(*node->more_positional, in))))) {
      result.positional.push_back(std::move(item));
    }
  }
  if (node->more_named == nullptr) return result;
  Value more = TRY(evaluate(*node->more_named, in));
  if (!more.is(Kind::dict)) {
    return fail(ErrorCode::bad_input, "argument after ** must be a mapping, not {}",
                type_name(more));
  }
  for (const auto& [key, value] : more.dict().items) {
    if (!key.is(Kind::string)) return fail(ErrorCode::bad_input, "keywords must be strings");
    for (const auto& other : result.named) {
      if (other.first == key.text()) {
        return fail(ErrorCode::bad_input, "got multiple values for keyword argument '{}'",
                    key.text());
      }
    }
    result.named.emplace_back(key.text(), value);
  }
  return result;
}

Result<Value> Interpreter::call_expression(const Expression& node, Activation& in,
                                           const Value* caller) {
  Value callee = TRY(evaluate(*node.items[0], in));
  Arguments given = TRY(arguments(node.arguments.get(), in));
  if (caller != nullptr) {
    for (const auto& [name, value] : given.named) {
      if (name == "caller") {
        return fail(ErrorCode::bad_input, "a call block gives 'caller' a second value");
      }
    }
    given.named.emplace_back("caller", *caller);
  }
  return call(callee, given);
}

Result<Value> Interpreter::filter(const Expression& node, Activation& in, const Value* body) {
  Value operand = node.items[0] == nullptr ? *body
                  : node.items[0]->kind == Node::filter && body != nullptr
                      ? TRY(located(filter(*node.items[0], in, body), node.line))
                      : TRY(evaluate(*node.items[0], in));
  return call_filter(node.name, operand, TRY(arguments(node.arguments.get(), in)));
}

Result<Value> Interpreter::call(const Value& callee, Arguments& given) {
  Level level(*this);
  TRY(level.status());
  TRY(spend());
  if (callee.is(Kind::callable)) return callee.callable().function(*this, given);
  if (callee.is(Kind::other)) return callee.extra().call(*this, given);
  if (callee.is(Kind::undefined)) {
    return fail(ErrorCode::bad_input, "{}", callee.undefined_message());
  }
  return fail(ErrorCode::bad_input, "'{}' object is not callable", type_name(callee));
}

Result<Value> Interpreter::call_filter(std::string_view name, const Value& operand,
                                       Arguments given) {
  Filter filter = find_filter(name);
  if (filter == nullptr) return fail(ErrorCode::bad_input, "No filter named '{}'", name);
  return filter(*this, operand, given);
}

Result<bool> Interpreter::call_test(std::string_view name, const Value& operand, Arguments given) {
  Test test = find_test(name);
  if (test == nullptr) return fail(ErrorCode::bad_input, "No test named '{}'", name);
  return test(*this, operand, given);
}

}  // namespace swivel::jinja
