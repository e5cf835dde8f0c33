#include "text/jinja/operators.h"

#include <cmath>

#include "text/jinja/interpreter.h"
#include "text/jinja/percent_format.h"

namespace swivel::jinja {

namespace {

constexpr std::string_view kSymbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};

std::unexpected<Error> overflow() {
  return fail(ErrorCode::bad_input, "an integer does not fit 64 bits");
}

std::unexpected<Error> division_by_zero() { return fail(ErrorCode::bad_input, "division by zero"); }

int64_t floor_quotient(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient;
}

Result<Value> integer_power(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) return fail(ErrorCode::bad_input, "0.0 cannot be raised to a negative power");
    return Value::real(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  }
  int64_t result = 1;
  while (exponent > 0) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return overflow();
    exponent >>= 1;
    if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return overflow();
  }
  return Value::integer(result);
}

Result<Value> integers(Operation operation, int64_t a, int64_t b) {
  int64_t result = 0;
  switch (operation) {
    case Operation::add:
      if (__builtin_add_overflow(a, b, &result)) return overflow();
      return Value::integer(result);
    case Operation::subtract:
      if (__builtin_sub_overflow(a, b, &result)) return overflow();
      return Value::integer(result);
    case Operation::multiply:
      if (__builtin_mul_overflow(a, b, &result)) return overflow();
      return Value::integer(result);
    case Operation::divide:
      if (b == 0) return division_by_zero();
      return Value::real(static_cast<double>(static_cast<long double>(a) / b));
    case Operation::floor_divide:
      if (b == 0) return division_by_zero();
      if (a == INT64_MIN && b == -1) return overflow();
      return Value::integer(floor_quotient(a, b));
    case Operation::modulo:
      if (b == 0) return division_by_zero();
      if (b == -1) return Value::integer(0);
      return Value::integer(a % b != 0 && (a < 0) != (b < 0) ? a % b + b : a % b);
    case Operation::power:
      return integer_power(a, b);
  }
  return overflow();
}

double real_modulo(double a, double b) {
  double rest = std::fmod(a, b);
  if (rest != 0) return (b < 0) != (rest < 0) ? rest + b : rest;
  return std::copysign(0.0, b);
}

double real_floor_quotient(double a, double b) {
  double rest = std::fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0)) quotient -= 1.0;
  if (quotient == 0) return std::copysign(0.0, a / b);
  double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

Result<Value> reals(Operation operation, double a, double b) {
  switch (operation) {
    case Operation::add:
      return Value::real(a + b);
    case Operation::subtract:
      return Value::real(a - b);
    case Operation::multiply:
      return Value::real(a * b);
    case Operation::divide:
      if (b == 0) return division_by_zero();
      return Value::real(a / b);
    case Operation::floor_divide:
      if (b == 0) return division_by_zero();
      return Value::real(real_floor_quotient(a, b));
    case Operation::modulo:
      if (b == 0) return division_by_zero();
      return Value::real(real_modulo(a, b));
    case Operation::power: {
      if (a == 0 && b < 0) return division_by_zero();
      double result = std::pow(a, b);
      if (std::isnan(result) && !std::isnan(a) && !std::isnan(b)) {
        return fail(ErrorCode::bad_input, "a power is not a real number");
      }
      if (std::isinf(result) && !std::isinf(a) && !std::isinf(b)) {
        return fail(ErrorCode::bad_input, "a power is too large");
      }
      return Value::real(result);
    }
  }
  return division_by_zero();
}

Result<Value> repeat(Interpreter& in, const Value& value, int64_t times) {
  times = std::max<int64_t>(times, 0);
  size_t size =
      value.is(Kind::string) ? value.text().size() : value.sequence().items.size() * sizeof(Value);
  size_t bytes = 0;
  if (__builtin_mul_overflow(size, static_cast<size_t>(times), &bytes)) bytes = SIZE_MAX;
  TRY(in.allow(bytes));
  if (value.is(Kind::string)) {
    std::string text;
    text.reserve(bytes);
    for (int64_t i = 0; i < times && size > 0; ++i) text += value.text();
    return value.str().markup ? Value::markup(std::move(text)) : Value::string(std::move(text));
  }
  std::vector<Value> items;
  const auto& given = value.sequence().items;
  for (int64_t i = 0; i < times && !given.empty(); ++i) {
    items.insert(items.end(), given.begin(), given.end());
  }
  return value.is(Kind::list) ? make_list(std::move(items)) : make_tuple(std::move(items));
}

Result<Value> join(Interpreter& in, const Value& left, const Value& right) {
  if (left.is(Kind::string)) {
    TRY(in.allow(left.text().size() + right.text().size()));
    bool markup = left.str().markup || right.str().markup;
    if (!markup) return Value::string(left.text() + right.text());
    auto safe = [](const Value& v) { return v.str().markup ? v.text() : escape_html(v.text()); };
    return Value::markup(safe(left) + safe(right));
  }
  std::vector<Value> items = left.sequence().items;
  const auto& more = right.sequence().items;
  TRY(in.allow((items.size() + more.size()) * sizeof(Value)));
  items.insert(items.end(), more.begin(), more.end());
  return left.is(Kind::list) ? make_list(std::move(items)) : make_tuple(std::move(items));
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '"':
        result += "&#34;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

Result<Value> operate(Interpreter& in, Operation operation, const Value& left, const Value& right) {
  if (operation == Operation::modulo && left.is(Kind::string)) {
    return percent_format(in, left, right);
  }
  for (const Value* side : {&left, &right}) {
    if (side->is(Kind::undefined)) {
      return fail(ErrorCode::bad_input, "{}", side->undefined_message());
    }
  }
  if (left.is_integral() && right.is_integral()) {
    return integers(operation, left.as_integer(), right.as_integer());
  }
  if (left.is_number() && right.is_number()) {
    return reals(operation, left.as_real(), right.as_real());
  }
  auto joins = [](const Value& v) { return v.is(Kind::string) || v.is_sequence(); };
  if (operation == Operation::add && joins(left) && left.kind() == right.kind()) {
    return join(in, left, right);
  }
  if (operation == Operation::multiply) {
    if (joins(left) && right.is_integral()) return repeat(in, left, right.as_integer());
    if (joins(right) && left.is_integral()) return repeat(in, right, left.as_integer());
  }
  if (operation == Operation::add && joins(left)) {
    return fail(ErrorCode::bad_input, "can only concatenate {} (not \"{}\") to {}", type_name(left),
                type_name(right), type_name(left));
  }
  return fail(ErrorCode::bad_input, "unsupported operand type(s) for {}: '{}' and '{}'",
              kSymbols[static_cast<int>(operation)], type_name(left), type_name(right));
}

Result<Value> negate(const Value& value) {
  if (value.is(Kind::real)) return Value::real(-value.as_real());
  if (value.is_integral()) {
    if (value.as_integer() == INT64_MIN) return overflow();
    return Value::integer(-value.as_integer());
  }
  if (value.is(Kind::undefined)) return fail(ErrorCode::bad_input, "{}", value.undefined_message());
  return fail(ErrorCode::bad_input, "bad operand type for unary -: '{}'", type_name(value));
}

Result<Value> plus(const Value& value) {
  if (value.is(Kind::boolean)) return Value::integer(value.as_integer());
  if (value.is_number()) return value;
  if (value.is(Kind::undefined)) return fail(ErrorCode::bad_input, "{}", value.undefined_message());
  return fail(ErrorCode::bad_input, "bad operand type for unary +: '{}'", type_name(value));
}

}  // namespace swivel::jinja
