// What the commands declare, as data: help, completion, the man page and parsing are made of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commands/command_line.h"

namespace swivel {

struct ArgumentDescription {
  enum class Kind { positional, rest, flag, option };

  Kind kind = Kind::option;
  std::vector<std::string> names;  // {"-c", "--ctx"}; {"MODEL"} for positional and rest
  std::string value;               // "N"; empty for flags
  std::string help;
  std::string default_text;  // empty: none to show
  std::vector<std::string> choices;
  std::string section;  // the heading it stands under in help; empty: "Options"
  bool required = false;
  bool repeats = false;
  // Stores a value given on the command line. The message says what is wrong with it.
  std::function<std::optional<std::string>(const std::string&)> set;

  bool is_positional() const { return kind == Kind::positional || kind == Kind::rest; }
  const std::string& long_name() const { return names.back(); }
};

struct CommandDescription {
  std::string name;  // "families check" for a subcommand's subcommand
  std::string summary;
  std::vector<ArgumentDescription> arguments;
  std::vector<std::pair<std::string, std::string>> examples;  // command, what it does
  std::vector<CommandDescription> subcommands;
  std::function<ExitCode()> run;
};

struct ProgramDescription {
  std::vector<CommandDescription> commands;  // in the order of the table
};

// Declares one command. `program` is what CommandLine::program() answers; it outlives the result.
CommandDescription describe(const Command& command, const ProgramDescription& program);

}  // namespace swivel
