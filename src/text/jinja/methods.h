// The methods of Python's types that a template may call.
#pragma once

#include <optional>
#include <string_view>

#include "text/jinja/value.h"

namespace swivel::jinja {

using Method = Result<Value> (*)(Interpreter& in, const Value& self, Arguments& arguments);

struct MethodEntry {
  std::string_view name;
  Method method;
};

// The tables, each in its own file; null where there is no such method.
Method find_string_method(std::string_view name);
Method find_string_predicate(std::string_view name);
Method find_container_method(Kind kind, std::string_view name);

// The method of an object as a value; nothing where its type has none of that name.
std::optional<Value> bound_method(const Value& object, std::string_view name);
// Whether the immutable sandbox forbids it: list.append, dict.update, …
bool is_forbidden_method(Kind kind, std::string_view name);

}  // namespace swivel::jinja
