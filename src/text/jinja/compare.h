// Python's ==, <, in and hash on values. Comparing walks containers and spends the interpreter's
// steps; errors are bad_input with Python's own words ("'<' not supported between …").
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

Result<bool> equal(Interpreter& in, const Value& left, const Value& right);
// `symbol`: "<", "<=", ">" or ">=".
Result<bool> ordered(Interpreter& in, const Value& left, const Value& right,
                     std::string_view symbol);
Result<bool> contains(Interpreter& in, const Value& container, const Value& item);
// Python's `is`, as far as values have an identity here.
bool identical(const Value& left, const Value& right);

// "unhashable type: 'list'" for what cannot be a key.
Result<uint64_t> hash(const Value& value);
uint64_t hash_text(std::string_view text);
// Equality of two keys, both of which hash() accepts.
bool same_key(const Value& left, const Value& right);

}  // namespace swivel::jinja
