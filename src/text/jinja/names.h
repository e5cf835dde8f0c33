// Walks over the names of a tree that decide about scopes.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "text/jinja/ast.h"
#include "text/jinja/symbols.h"

namespace swivel::jinja {

enum class NameUse { load, store, parameter, space };

// Calls visit for each name of an expression or assignment target.
void each_name(const Expression* node, NameUse names,
               const std::function<void(const std::string&, NameUse)>& visit);

// Tells `symbols` what the statements of a body use and set, without the bodies of inner scopes.
void note(Symbols& symbols, const Body& body);
void note(Symbols& symbols, const Expression* node, NameUse names);

// Those of `names` that the bodies read before they set them, inner scopes included.
std::set<std::string> undeclared(const Body& body, std::set<std::string> names);
// Whether something in the statement, inner scopes included, sets that name.
bool stores_name(const Statement& node, std::string_view name);

}  // namespace swivel::jinja
