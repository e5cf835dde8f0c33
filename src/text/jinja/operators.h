// Python's arithmetic on values. Integers have 64 bits; what does not fit is an error.
#pragma once

#include "base/result.h"
#include "text/jinja/ast.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

Result<Value> operate(Interpreter& in, Operation operation, const Value& left, const Value& right);
Result<Value> negate(const Value& value);
Result<Value> plus(const Value& value);
std::string escape_html(std::string_view text);

}  // namespace swivel::jinja
