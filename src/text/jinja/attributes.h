// object.name, object[index] and object[a:b:c] as jinja's sandbox resolves them: an attribute of
// Python's type first (a method), else an item; what does not exist is undefined, what the
// immutable sandbox forbids is an undefined that says so.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

Result<Value> get_attribute(Interpreter& in, const Value& object, std::string_view name);
Result<Value> get_item(Interpreter& in, const Value& object, const Value& index);
Result<Value> get_slice(Interpreter& in, const Value& object, const Value& start, const Value& stop,
                        const Value& step);
// Only what Python's getattr finds, for the filter `attr`.
Result<Value> get_only_attribute(Interpreter& in, const Value& object, std::string_view name);
// bad_input for names with a leading underscore.
Status set_attribute(Space& space, std::string_view name, Value value);

}  // namespace swivel::jinja
