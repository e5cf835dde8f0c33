// Reading a command's arguments into the targets that it declared.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "commands/description.h"

namespace swivel {

enum class Parsed { run, help };

// ERRORS: bad_input "no option '--ctz'; did you mean '--ctx'?" and the like.
Result<Parsed> parse_arguments(const CommandDescription& command,
                               const std::vector<std::string>& words);

}  // namespace swivel
