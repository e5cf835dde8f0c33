// Completion scripts for shells, and the manual page: other forms of what the commands declare.
#pragma once

#include <string>

#include "commands/description.h"

namespace swivel {

std::string bash_completion(const ProgramDescription& program);
std::string zsh_completion(const ProgramDescription& program);
std::string fish_completion(const ProgramDescription& program);

// swivel(1) in roff, man macros.
std::string manual_page(const ProgramDescription& program);

// Whether the argument names a model: the scripts then offer what `swivel completion models` lists.
bool names_a_model(const ArgumentDescription& argument);

}  // namespace swivel
