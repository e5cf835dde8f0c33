#include "commands/command_line.h"

#include <cstdio>

#include "commands/terminal.h"

namespace swivel {

ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
      return exit_bad_input;
    case ErrorCode::not_found:
      return exit_not_found;
    case ErrorCode::out_of_memory:
      return exit_no_memory;
    case ErrorCode::refused:
      return exit_negative;
    case ErrorCode::interrupted:
      return exit_interrupted;
  }
  return exit_bad_input;
}

ExitCode report(const Error& error) {
  std::fflush(stdout);
  fmt::print(stderr, "{} {}\n", painted_for(stderr, "swivel:", Paint::red), error.message);
  return exit_code(error.code);
}

}  // namespace swivel
