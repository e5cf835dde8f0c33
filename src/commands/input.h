// Text that a command reads: a file, or stdin where its name is "-".
#pragma once

#include <string>

#include "base/result.h"

namespace swivel {

// ERRORS: as read_file; bad_input above 64 MiB.
Result<std::string> read_input(const std::string& name);

// All of stdin. ERRORS: bad_input above 64 MiB; interrupted.
Result<std::string> read_stdin();

// The text without one line break at its end: what `echo` and editors add.
std::string without_last_break(std::string text);

}  // namespace swivel
