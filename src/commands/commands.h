// The subcommands of the program, one file each.
#pragma once

#include "commands/command_line.h"

namespace swivel {

extern const Command run_command;
extern const Command chat_command;
extern const Command inspect_command;
extern const Command families_command;
extern const Command tokenize_command;
extern const Command detokenize_command;
extern const Command template_command;
extern const Command logits_command;
extern const Command bench_command;
extern const Command pull_command;
extern const Command list_command;
extern const Command rm_command;
extern const Command verify_command;
extern const Command completion_command;

}  // namespace swivel
