// Template text → Body. Tags of jinja 3.1 with loop controls and {% generation %}; extends,
// include, import, from and autoescape are refused by name: a chat template is one file.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/ast.h"

namespace swivel::jinja {

// bad_input "line L: …". The names in the tree have no places yet (text/jinja/scope.h).
Result<Body> parse(std::string_view source);

}  // namespace swivel::jinja
