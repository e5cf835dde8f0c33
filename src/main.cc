// The table of subcommands.
#include "commands/commands.h"
#include "commands/program.h"

namespace {

using namespace swivel;

const Command* const kCommands[] = {
    &run_command,        &chat_command,     &inspect_command, &families_command, &tokenize_command,
    &detokenize_command, &template_command, &logits_command,  &bench_command,    &pull_command,
    &list_command,       &rm_command,       &verify_command,  &completion_command,
};

}  // namespace

int main(int argc, char** argv) { return run_program(kCommands, argc, argv); }
