// Template text → tokens, with jinja's rules for white space: trim_blocks and lstrip_blocks are
// on, one trailing newline is dropped, every line end becomes \n.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel::jinja {

struct Token {
  enum class Kind : uint8_t {
    data,
    variable_begin,
    variable_end,
    block_begin,
    block_end,
    name,
    string,
    integer,
    real,
    symbol,  // an operator or a bracket
    end,
  };
  Kind kind = Kind::end;
  int line = 1;
  std::string text;  // of data and strings as they mean; of numbers without '_'
};

// bad_input "line L: …".
Result<std::vector<Token>> tokenize(std::string_view source);

}  // namespace swivel::jinja
