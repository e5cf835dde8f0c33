// Filters that make numbers.

#include <cmath>

#include "text/jinja/arguments.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/number_text.h"
#include "text/jinja/operators.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

namespace {

Status not_undefined(const Value& value) {
  if (!value.is(Kind::undefined)) return {};
  return fail(ErrorCode::bad_input, "{}", value.undefined_message());
}

Result<Value> truncated(double value) {
  if (!(std::abs(value) < 9.2e18)) {
    return fail(ErrorCode::bad_input, "cannot convert {} to a 64-bit integer", repr_of_real(value));
  }
  return Value::integer(static_cast<int64_t>(value));
}

Result<Value> int_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("int", arguments, {"default", "base"}));
  TRY(not_undefined(operand));
  Value otherwise = bound.value_or(0, Value::integer(0));
  if (operand.is_integral()) return Value::integer(operand.as_integer());
  if (operand.is(Kind::real)) {
    return std::isnan(operand.as_real()) ? otherwise : truncated(operand.as_real());
  }
  if (!operand.is(Kind::string)) return otherwise;
  IntegerText read = read_integer(operand.text(), TRY(bound.integer_or(1, 10)));
  if (read.kind == IntegerText::Kind::too_large) {
    return fail(ErrorCode::bad_input, "the integer does not fit 64 bits");
  }
  if (read.kind == IntegerText::Kind::integer) return Value::integer(read.value);
  std::optional<double> real = read_real(operand.text());
  if (!real || std::isnan(*real) || std::isinf(*real)) return otherwise;
  return truncated(*real);
}

Result<Value> float_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("float", arguments, {"default"}));
  TRY(not_undefined(operand));
  Value otherwise = bound.value_or(0, Value::real(0));
  if (operand.is_number()) return Value::real(operand.as_real());
  if (!operand.is(Kind::string)) return otherwise;
  std::optional<double> real = read_real(operand.text());
  return real ? Value::real(*real) : otherwise;
}

Result<Value> absolute(Interpreter&, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("abs", arguments, {}));
  if (operand.is(Kind::real)) return Value::real(std::abs(operand.as_real()));
  if (operand.is_integral()) {
    return operand.as_integer() < 0 ? negate(operand) : Value::integer(operand.as_integer());
  }
  TRY(not_undefined(operand));
  return fail(ErrorCode::bad_input, "bad operand type for abs(): '{}'", type_name(operand));
}

Result<Value> round_integer(int64_t value, int64_t digits) {
  if (digits >= 0) return Value::integer(value);
  if (digits < -18) return Value::integer(0);
  int64_t unit = 1;
  for (int64_t i = 0; i < -digits; ++i) unit *= 10;
  int64_t rest = ((value % unit) + unit) % unit, low = 0;
  if (__builtin_sub_overflow(value, rest, &low)) return Value::integer(value);
  bool up = rest > unit - rest || (rest == unit - rest && (low / unit) % 2 != 0);
  if (up && __builtin_add_overflow(low, unit, &low)) {
    return fail(ErrorCode::bad_input, "an integer does not fit 64 bits");
  }
  return Value::integer(low);
}

double round_real(double value, int64_t digits) {
  if (!std::isfinite(value) || digits > 330) return value;
  if (digits < -310) return std::copysign(0.0, value);
  if (digits >= 0) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    return std::strtod(text.c_str(), nullptr);
  }
  double unit = std::pow(10.0, static_cast<double>(-digits));
  return std::nearbyint(value / unit) * unit;
}

Result<Value> round_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("round", arguments, {"precision", "method"}));
  std::string method = bound.has(1) ? TRY(bound.string(1)) : "common";
  if (method != "common" && method != "ceil" && method != "floor") {
    return fail(ErrorCode::bad_input, "method must be common, ceil or floor");
  }
  TRY(not_undefined(operand));
  if (!operand.is_number()) {
    return fail(ErrorCode::bad_input, "type {} doesn't define __round__ method",
                type_name(operand));
  }
  if (method == "common") {
    if (bound.has(0) && bound[0].is(Kind::none)) {
      return operand.is_integral() ? Value::integer(operand.as_integer())
                                   : truncated(std::nearbyint(operand.as_real()));
    }
    int64_t digits = TRY(bound.integer_or(0, 0));
    if (operand.is_integral()) return round_integer(operand.as_integer(), digits);
    return Value::real(round_real(operand.as_real(), digits));
  }
  int64_t digits = TRY(bound.integer_or(0, 0));
  double unit = std::pow(10.0, static_cast<double>(digits));
  double scaled = operand.as_real() * unit;
  if (!std::isfinite(scaled)) {
    return fail(ErrorCode::bad_input, "cannot convert {} to an integer", repr_of_real(scaled));
  }
  return Value::real((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / unit + 0.0);
}

Result<Value> file_size(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("filesizeformat", arguments, {"binary"}));
  TRY(not_undefined(operand));
  std::optional<double> size;
  if (operand.is_number()) size = operand.as_real();
  if (operand.is(Kind::string)) size = read_real(operand.text());
  if (!size) return fail(ErrorCode::bad_input, "could not convert {} to float", type_name(operand));
  bool binary = bound.truth_or(0, false);
  double base = binary ? 1024 : 1000;
  if (*size == 1) return Value::string("1 Byte");
  if (*size < base) {
    return Value::string(fmt::format("{} Bytes", TRY(truncated(*size)).as_integer()));
  }
  static constexpr std::string_view kPrefixes = "kMGTPEZY";
  double unit = base;
  for (size_t i = 0;; ++i) {
    unit *= base;
    if (*size >= unit && i + 1 < kPrefixes.size()) continue;
    std::string prefix(1, binary && i == 0 ? 'K' : kPrefixes[i]);
    return Value::string(
        fmt::format("{:.1f} {}{}B", base * *size / unit, prefix, binary ? "i" : ""));
  }
}

constexpr FilterEntry kFilters[] = {
    {"int", int_filter},     {"float", float_filter},       {"abs", absolute},
    {"round", round_filter}, {"filesizeformat", file_size},
};

}  // namespace

Filter find_number_filter(std::string_view name) {
  for (const FilterEntry& entry : kFilters) {
    if (entry.name == name) return entry.filter;
  }
  return nullptr;
}

}  // namespace swivel::jinja
