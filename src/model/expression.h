// What a family file may write where a number, a flag or "none" is wanted: a literal, a field of
// the configuration, or one of four formulas. There is no other arithmetic.
//
//   12, 0.5, true   the literal            "$field"            the field's value
//   "none"          no value               "1/$field"          its reciprocal
//   "sqrt($field)"  its square root        "1/sqrt($field)"    the reciprocal of its square root
//   "$a / $b"       the quotient; of two integers it must be one
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json.h"

namespace swivel {

// Values of the configuration's fields; null is "none".
using Fields = std::map<std::string, json::Value, std::less<>>;

struct Expression {
  enum class Form { literal, field, reciprocal, square_root, reciprocal_square_root, quotient };
  Form form = Form::literal;
  json::Value literal;  // null is "none"
  std::string a, b;     // field names

  bool operator==(const Expression&) const = default;
};

// bad_input for a string that is none of the forms.
Result<Expression> parse_expression(const json::Value& value);
std::string to_string(const Expression& expression);

// The fields it names.
std::vector<std::string> fields_of(const Expression& expression);

// bad_input if a field is unknown, is no number where one is needed, or is outside the formula.
Result<json::Value> evaluate(const Expression& expression, const Fields& fields);
Result<double> evaluate_number(const Expression& expression, const Fields& fields);
Result<bool> evaluate_flag(const Expression& expression, const Fields& fields);

}  // namespace swivel
