#include <algorithm>

#include "commands/completion_scripts.h"
#include "commands/help.h"
#include "commands/program.h"

namespace swivel {
namespace {

// Text as roff reads it back: no escape, no hyphen that may break, no line that begins a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
      out += std::string("\\&") + c;
    else
      out += c;
  }
  return out;
}

std::string command_section(const CommandDescription& command) {
  std::string out = fmt::format(".SS {}\n{}.\n.PP\n.B {}\n", roff("swivel " + command.name),
                                roff(command.summary), roff(usage_line(command)));
  for (const auto& argument : command.arguments)
    out += fmt::format(".TP\n.B {}\n{}\n", roff(argument_label(argument)),
                       roff(argument_text(argument)));
  if (!command.examples.empty()) out += ".PP\nExamples:\n";
  for (const auto& [line, what] : command.examples)
    out += fmt::format(".TP\n.B {}\n{}\n", roff(line), roff(what));
  for (const auto& sub : command.subcommands) out += command_section(sub);
  return out;
}

constexpr std::string_view kEnvironment =
    ".SH ENVIRONMENT\n"
    ".TP\n.B HF_HOME, HF_HUB_CACHE\nWhere models from the Hub lie.\n"
    ".TP\n.B HF_TOKEN, HF_ENDPOINT\nThe token and the address of the Hub.\n"
    ".TP\n.B NO_COLOR\nNo colour, whatever the terminal shows.\n"
    ".TP\n.B SWIVEL_MODELS\nFolders of built\\-in models, separated by colons.\n"
    ".TP\n.B SWIVEL_CPU\nForces one set of kernels.\n";

constexpr std::string_view kExitStatus =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\ndone\n"
    ".TP\n.B 1\na negative verdict: not safe, forbidden, differs\n"
    ".TP\n.B 2\nbad input: a file, an argument, a request\n"
    ".TP\n.B 3\nmissing or unreachable\n"
    ".TP\n.B 4\nnot enough memory, disk or quota\n"
    ".TP\n.B 130\ninterrupted\n";

}  // namespace

std::string manual_page(const ProgramDescription& program) {
  std::string out = fmt::format(
      ".TH SWIVEL 1 \"\" \"Swivel {}\" \"User Commands\"\n"
      ".SH NAME\nswivel \\- run any open model family from data files\n"
      ".SH SYNOPSIS\n.B swivel\n.I COMMAND\n[arguments]\n"
      ".SH COMMANDS\n",
      kVersion);
  for (const auto& command : program.commands) out += command_section(command);
  return out + std::string(kEnvironment) + std::string(kExitStatus);
}

}  // namespace swivel
