// Runs another program to its end: its standard input given whole, its output collected.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel {

struct SubprocessLimits {
  size_t max_output_bytes = size_t{64} << 20;  // standard output; more ends the program
  std::chrono::seconds timeout{600};
};

struct SubprocessResult {
  int exit_status = 0;  // of the shell's kind: 128 + n where signal n ended it
  std::string output;
  std::string errors;  // the last 64 KiB of standard error
};

// `arguments[0]` is looked up in PATH. ERRORS: not_found if it cannot be started; bad_input above a
// limit, after the program has been killed. An exit status other than 0 is a value, not an Error.
// Thread safety: may be called from any thread; forks.
Result<SubprocessResult> run_subprocess(const std::vector<std::string>& arguments,
                                        std::string_view input, SubprocessLimits limits = {});

}  // namespace swivel
