#include "model/expression.h"

#include "formats/shown.h"

#include <cmath>
#include <optional>

namespace swivel {
namespace {

// "$name" → name.
std::optional<std::string> field_name(std::string_view text) {
  if (text.size() < 2 || text[0] != '$') return std::nullopt;
  text.remove_prefix(1);
  for (char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> field_between(std::string_view text, std::string_view before,
                                         std::string_view after) {
  if (!text.starts_with(before) || !text.ends_with(after)) return std::nullopt;
  if (text.size() <= before.size() + after.size()) return std::nullopt;
  text.remove_prefix(before.size());
  text.remove_suffix(after.size());
  return field_name(text);
}

std::optional<Expression> parse_text(std::string_view text) {
  using enum Expression::Form;
  if (text == "none") return Expression{};
  if (auto name = field_name(text)) return Expression{field, {}, *name, {}};
  if (auto name = field_between(text, "1/sqrt(", ")"))
    return Expression{reciprocal_square_root, {}, *name, {}};
  if (auto name = field_between(text, "sqrt(", ")")) return Expression{square_root, {}, *name, {}};
  if (auto name = field_between(text, "1/", "")) return Expression{reciprocal, {}, *name, {}};
  const size_t slash = text.find(" / ");
  if (slash == text.npos) return std::nullopt;
  auto a = field_name(text.substr(0, slash));
  auto b = field_name(text.substr(slash + 3));
  if (!a || !b) return std::nullopt;
  return Expression{quotient, {}, *a, *b};
}

Result<json::Value> value_of(const std::string& name, const Fields& fields) {
  auto found = fields.find(name);
  if (found == fields.end())
    return fail(ErrorCode::bad_input, "${} names no field of [config]", name);
  return found->second;
}

Result<double> number_of(const std::string& name, const Fields& fields) {
  const json::Value value = TRY(value_of(name, fields));
  if (!value.is_number())
    return fail(ErrorCode::bad_input, "${} must be a number here; it is {}", name,
                value.is_null() ? std::string("none") : json::write(value));
  return value.as_number();
}

Result<json::Value> divide(const Expression& expression, const Fields& fields) {
  const json::Value a = TRY(value_of(expression.a, fields));
  const json::Value b = TRY(value_of(expression.b, fields));
  if (!a.is_integer() || !b.is_integer()) {
    const double x = TRY(number_of(expression.a, fields));
    const double y = TRY(number_of(expression.b, fields));
    if (y == 0) return fail(ErrorCode::bad_input, "${} is 0 in a quotient", expression.b);
    return json::Value(x / y);
  }
  if (b.as_integer() <= 0 || a.as_integer() < 0 || a.as_integer() % b.as_integer() != 0)
    return fail(ErrorCode::bad_input, "{} = {} / {} is no whole number", to_string(expression),
                a.as_integer(), b.as_integer());
  return json::Value(a.as_integer() / b.as_integer());
}

}  // namespace

Result<Expression> parse_expression(const json::Value& value) {
  if (value.is_bool() || value.is_number())
    return Expression{Expression::Form::literal, value, {}, {}};
  if (value.is_string()) {
    if (auto expression = parse_text(value.as_string())) return *expression;
    return fail(ErrorCode::bad_input,
                "{} is no number, no \"none\", no \"$field\" and none of the formulas "
                "1/$field, sqrt($field), 1/sqrt($field), $a / $b",
                formats::shown(value.as_string()));
  }
  return fail(ErrorCode::bad_input, "expected a number, a flag or a text, found {}",
              json::kind_name(value));
}

std::string to_string(const Expression& expression) {
  switch (expression.form) {
    case Expression::Form::literal:
      return expression.literal.is_null() ? "none" : json::write(expression.literal);
    case Expression::Form::field:
      return "$" + expression.a;
    case Expression::Form::reciprocal:
      return "1/$" + expression.a;
    case Expression::Form::square_root:
      return "sqrt($" + expression.a + ")";
    case Expression::Form::reciprocal_square_root:
      return "1/sqrt($" + expression.a + ")";
    case Expression::Form::quotient:
      return "$" + expression.a + " / $" + expression.b;
  }
  return {};
}

std::vector<std::string> fields_of(const Expression& expression) {
  std::vector<std::string> names;
  if (!expression.a.empty()) names.push_back(expression.a);
  if (!expression.b.empty()) names.push_back(expression.b);
  return names;
}

Result<json::Value> evaluate(const Expression& expression, const Fields& fields) {
  using enum Expression::Form;
  if (expression.form == literal) return expression.literal;
  if (expression.form == field) return value_of(expression.a, fields);
  if (expression.form == Expression::Form::quotient) return divide(expression, fields);
  const double x = TRY(number_of(expression.a, fields));
  if (x < 0 || (x == 0 && expression.form != square_root))
    return fail(ErrorCode::bad_input, "{} of {} has no value", to_string(expression), x);
  if (expression.form == reciprocal) return json::Value(1 / x);
  if (expression.form == square_root) return json::Value(std::sqrt(x));
  return json::Value(1 / std::sqrt(x));
}

Result<double> evaluate_number(const Expression& expression, const Fields& fields) {
  const json::Value value = TRY(evaluate(expression, fields));
  if (!value.is_number())
    return fail(ErrorCode::bad_input, "{} must be a number; it is {}", to_string(expression),
                value.is_null() ? std::string("none") : json::write(value));
  return value.as_number();
}

Result<bool> evaluate_flag(const Expression& expression, const Fields& fields) {
  const json::Value value = TRY(evaluate(expression, fields));
  if (!value.is_bool())
    return fail(ErrorCode::bad_input, "{} must be true or false; it is {}", to_string(expression),
                value.is_null() ? std::string("none") : json::write(value));
  return value.as_bool();
}

}  // namespace swivel
