// An entry of [config]: "key", or { key = ..., else = ..., null = ... }.
#pragma once

#include <string>

#include "model/family_spec.h"

namespace swivel {

// key: one key of the checkpoint or a list of them. else: an expression. null: an expression, or
// the word "else" for the same value as else. bad_input for anything else.
Result<FieldSource> parse_key(std::string field, const json::Value& value);

}  // namespace swivel
