// tojson: a value as Python's json.dumps writes it.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

struct JsonStyle {
  bool ascii = false;  // everything else as \uXXXX
  bool sort_keys = false;
  std::optional<std::string> indent;  // what a level is indented by; absent: one line
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};

// bad_input for what JSON cannot say: undefined, namespaces, iterators, tuples as keys.
Result<std::string> json_text(Interpreter& in, const Value& value, const JsonStyle& style);

}  // namespace swivel::jinja
