#include "commands/program.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <system_error>

#include "commands/help.h"
#include "commands/nearest_word.h"
#include "commands/parse.h"
#include "commands/terminal.h"

namespace swivel {
namespace {

HelpStyle style_of(FILE* stream) {
  return shows_colour(stream) ? HelpStyle::coloured : HelpStyle::plain;
}

void print_program_help(const ProgramDescription& program, FILE* stream) {
  fmt::print(stream, "{}", program_help(program, columns(stream), style_of(stream)));
}

const CommandDescription* find(const std::vector<CommandDescription>& commands,
                               const std::string& name) {
  for (const auto& command : commands)
    if (command.name == name) return &command;
  return nullptr;
}

int unknown_command(const ProgramDescription& program, const std::string& word) {
  std::vector<std::string> names = {"help", "--help", "--version"};
  for (const auto& command : program.commands) names.push_back(command.name);
  report({ErrorCode::bad_input, fmt::format("no {} '{}'{}", word[0] == '-' ? "option" : "command",
                                            word, did_you_mean(word, names))});
  fmt::print(stderr, "swivel --help lists the commands.\n");
  return exit_bad_input;
}

int run_command(const CommandDescription& command, std::vector<std::string> words) {
  if (!words.empty())
    if (const auto* sub = find(command.subcommands, command.name + ' ' + words.front())) {
      words.erase(words.begin());
      return run_command(*sub, std::move(words));
    }
  const auto parsed = parse_arguments(command, words);
  if (!parsed) {
    report({parsed.error().code, fmt::format("{}: {}", command.name, parsed.error().message)});
    fmt::print(stderr, "Usage: {}\nswivel {} --help says more.\n", usage_line(command),
               command.name);
    return exit_bad_input;
  }
  if (*parsed == Parsed::help) {
    fmt::print("{}", command_help(command, columns(stdout), style_of(stdout)));
    return exit_done;
  }
  return command.run();
}

int run_words(const ProgramDescription& program, std::vector<std::string> words) {
  if (words.empty()) {
    print_program_help(program, stderr);
    return exit_bad_input;
  }
  std::string first = words.front();
  words.erase(words.begin());
  if (first == "--version") {
    fmt::print("swivel {}\n", kVersion);
    return exit_done;
  }
  if (first == "-h" || first == "--help" || first == "help") {
    if (words.empty() || first != "help") {
      print_program_help(program, stdout);
      return exit_done;
    }
    first = words.front();
    words.erase(words.begin());
    words.push_back("--help");
  }
  const CommandDescription* command = find(program.commands, first);
  if (command == nullptr) return unknown_command(program, first);
  return run_command(*command, std::move(words));
}

// Whoever read our output has gone (`swivel ... | head`); there is nobody left to tell.
bool reader_is_gone(const std::system_error& error) { return error.code().value() == EPIPE; }

}  // namespace

void declare_all(std::span<const Command* const> table, ProgramDescription& program) {
  for (const Command* command : table) program.commands.push_back(describe(*command, program));
}

int run_program(std::span<const Command* const> table, int argc, const char* const* argv) {
  // A closed pipe or socket is an error of the write that meets it, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto program = std::make_unique<ProgramDescription>();
    declare_all(table, *program);
    return run_words(*program, {argv + std::min(argc, 1), argv + argc});
  } catch (const std::system_error& error) {
    if (reader_is_gone(error)) return exit_done;
    return report({ErrorCode::bad_input, error.what()});
  } catch (const std::bad_alloc&) {
    return report({ErrorCode::out_of_memory, "not enough memory"});
  }
}

}  // namespace swivel
