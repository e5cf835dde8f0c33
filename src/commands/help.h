// The --help texts, made from what the commands declare.
#pragma once

#include <string>

#include "commands/description.h"

namespace swivel {

enum class HelpStyle { plain, coloured };

// Ends with a line break. `columns`: where lines are wrapped.
std::string program_help(const ProgramDescription& program, int columns, HelpStyle style);
std::string command_help(const CommandDescription& command, int columns, HelpStyle style);

// "swivel run MODEL [PROMPT...] [options]"
std::string usage_line(const CommandDescription& command);
// "-c, --ctx N"
std::string argument_label(const ArgumentDescription& argument);
// Help text, choices and default in one sentence.
std::string argument_text(const ArgumentDescription& argument);

}  // namespace swivel
