// The program: its table of commands, and one run of it.
#pragma once

#include <span>

#include "commands/description.h"

namespace swivel {

inline constexpr const char* kVersion = "0.1.0";

// Declares every command of the table.
void declare_all(std::span<const Command* const> table, ProgramDescription& program);

// Parses the arguments, runs the command they name, and returns the process's exit code. Prints
// help, version and what is wrong with the arguments itself.
int run_program(std::span<const Command* const> table, int argc, const char* const* argv);

}  // namespace swivel
