// The MODEL argument of commands that need its tokenizer and nothing else.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/tokenizer.h"

namespace swivel {

// A tokenizer.json, a tokenizer.model, a folder with one of them (the rest of a model may be
// missing), a .gguf (a vocabulary alone will do), or any name that library::locate knows.
Result<Tokenizer> open_tokenizer(std::string_view model);

}  // namespace swivel
