// Python's "text {}".format(values).
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

Result<Value> format_string(Interpreter& in, std::string_view text, Arguments& arguments);

}  // namespace swivel::jinja
