#include "text/jinja/tests.h"

#include "text/jinja/arguments.h"
#include "text/jinja/compare.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

namespace {

using Property = bool (*)(const Value&);

template <Property property>
Result<bool> has(Interpreter&, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("test", arguments, {}));
  return property(operand);
}

template <Kind kind>
bool is_kind(const Value& value) {
  return value.is(kind);
}

bool is_defined(const Value& value) { return !value.is(Kind::undefined); }
bool is_true(const Value& value) { return value.is(Kind::boolean) && value.as_integer() == 1; }
bool is_false(const Value& value) { return value.is(Kind::boolean) && value.as_integer() == 0; }
bool is_number(const Value& value) { return value.is_number(); }
bool is_escaped(const Value& value) { return value.is(Kind::string) && value.str().markup; }

bool is_callable(const Value& value) {
  return value.is(Kind::callable) || value.is(Kind::undefined) ||
         (value.is(Kind::other) && value.extra().is_callable());
}

bool is_sequence(const Value& value) {
  switch (value.kind()) {
    case Kind::undefined:
    case Kind::string:
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
    case Kind::range:
      return true;
    default:
      return false;
  }
}

template <bool upper>
Result<bool> cased(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("test", arguments, {}));
  Arguments none;
  Method method = find_string_predicate(upper ? "isupper" : "islower");
  return truth(TRY(method(in, Value::string(TRY(to_text(in, operand))), none)));
}

// Whether operand % number is `rest`.
Result<bool> remainder_is(Interpreter& in, const Value& operand, const Value& number,
                          int64_t rest) {
  Value left = TRY(operate(in, Operation::modulo, operand, number));
  return equal(in, left, Value::integer(rest));
}

template <int rest>
Result<bool> parity(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("test", arguments, {}));
  return remainder_is(in, operand, Value::integer(2), rest);
}

Result<bool> divisible_by(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("divisibleby", arguments, {"num"}, 1));
  return remainder_is(in, operand, bound[0], 0);
}

template <bool wanted>
Result<bool> equals(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("test", arguments, {""}, 1));
  return TRY(equal(in, operand, bound[0])) == wanted;
}

constexpr const char kLess[] = "<", kLessEqual[] = "<=", kGreater[] = ">", kGreaterEqual[] = ">=";

template <const char* symbol>
Result<bool> orders(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("test", arguments, {""}, 1));
  return ordered(in, operand, bound[0], symbol);
}

Result<bool> same_as(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("sameas", arguments, {"other"}, 1));
  return identical(operand, bound[0]);
}

Result<bool> is_in(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("in", arguments, {"seq"}, 1));
  return contains(in, bound[0], operand);
}

Result<bool> names_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("filter", arguments, {}));
  TRY(hash(operand));
  return operand.is(Kind::string) && find_filter(operand.text()) != nullptr;
}

Result<bool> names_test(Interpreter&, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("test", arguments, {}));
  TRY(hash(operand));
  return operand.is(Kind::string) && find_test(operand.text()) != nullptr;
}

struct Entry {
  std::string_view name;
  Test test;
};

constexpr Entry kTests[] = {
    {"defined", has<is_defined>},
    {"undefined", has<is_kind<Kind::undefined>>},
    {"none", has<is_kind<Kind::none>>},
    {"boolean", has<is_kind<Kind::boolean>>},
    {"true", has<is_true>},
    {"false", has<is_false>},
    {"integer", has<is_kind<Kind::integer>>},
    {"float", has<is_kind<Kind::real>>},
    {"number", has<is_number>},
    {"string", has<is_kind<Kind::string>>},
    {"mapping", has<is_kind<Kind::dict>>},
    {"sequence", has<is_sequence>},
    {"iterable", has<is_iterable>},
    {"callable", has<is_callable>},
    {"escaped", has<is_escaped>},
    {"lower", cased<false>},
    {"upper", cased<true>},
    {"odd", parity<1>},
    {"even", parity<0>},
    {"divisibleby", divisible_by},
    {"sameas", same_as},
    {"in", is_in},
    {"filter", names_filter},
    {"test", names_test},
    {"eq", equals<true>},
    {"==", equals<true>},
    {"equalto", equals<true>},
    {"ne", equals<false>},
    {"!=", equals<false>},
    {"lt", orders<kLess>},
    {"<", orders<kLess>},
    {"lessthan", orders<kLess>},
    {"le", orders<kLessEqual>},
    {"<=", orders<kLessEqual>},
    {"gt", orders<kGreater>},
    {">", orders<kGreater>},
    {"greaterthan", orders<kGreater>},
    {"ge", orders<kGreaterEqual>},
    {">=", orders<kGreaterEqual>},
};

}  // namespace

Test find_test(std::string_view name) {
  for (const Entry& entry : kTests) {
    if (entry.name == name) return entry.test;
  }
  return nullptr;
}

}  // namespace swivel::jinja
