// Names → places. Which variable a name means is decided before the template runs, as jinja's
// compiler does: each for, macro, with, set and filter block opens a scope; what is set in it is
// not seen outside; an if opens none.
#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "text/jinja/ast.h"

namespace swivel::jinja {

struct Scoped {
  Scope root;
  FunctionInfo function;
  std::set<std::string> undeclared;  // names that only the context can give
};

// Fills in every place, slot and scope of the tree. bad_input "line L: …" for what jinja refuses
// when it compiles: an unknown filter or test outside an if, an assignment to `loop`, a break
// outside a loop.
Result<Scoped> place_names(Body& body);

}  // namespace swivel::jinja
