// What may stand behind `is`.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

using Test = Result<bool> (*)(Interpreter& in, const Value& operand, Arguments& arguments);

// null where there is none of that name.
Test find_test(std::string_view name);

}  // namespace swivel::jinja
