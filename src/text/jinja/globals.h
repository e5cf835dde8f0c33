// The functions that every template has: range, dict, namespace, cycler, joiner, raise_exception,
// strftime_now; lipsum is refused when it is called.
#pragma once

#include <string_view>

#include "text/jinja/value.h"

namespace swivel::jinja {

bool is_global(std::string_view name);
// Kind::missing where there is none of that name.
Value find_global(std::string_view name);

}  // namespace swivel::jinja
