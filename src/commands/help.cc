#include "commands/help.h"

#include <algorithm>

#include "commands/program.h"
#include "commands/terminal.h"

namespace swivel {
namespace {

using Kind = ArgumentDescription::Kind;
using Row = std::pair<std::string, std::string>;

// Labels wider than this stand on a line of their own.
constexpr size_t kWidestLabel = 26;

std::string heading(std::string_view text, HelpStyle style) {
  return painted(text, style == HelpStyle::coloured ? Paint::bold : Paint::plain);
}

// `text` in lines of at most `columns`, every line but the first indented.
std::string wrapped(std::string_view text, size_t indent, size_t columns) {
  std::string out;
  size_t column = indent;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const size_t length = end - begin;
    if (column > indent && column + 1 + length > columns) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(begin, length);
    column += length;
    begin = end + 1;
  }
  return out + '\n';
}

std::string table(const std::vector<Row>& rows, int columns) {
  size_t widest = 0;
  for (const auto& [label, text] : rows)
    if (label.size() <= kWidestLabel) widest = std::max(widest, label.size());
  if (widest == 0) widest = kWidestLabel;
  const size_t indent = 2 + widest + 2;
  std::string out;
  for (const auto& [label, text] : rows) {
    out += "  " + label;
    out += label.size() <= widest ? std::string(indent - 2 - label.size(), ' ')
                                  : '\n' + std::string(indent, ' ');
    out += wrapped(text, indent, static_cast<size_t>(columns));
  }
  return out;
}

std::string arguments_help(const CommandDescription& command, int columns, HelpStyle style) {
  // Sections in the order in which they first occur; the unnamed one is "Options".
  std::vector<std::pair<std::string, std::vector<Row>>> sections = {{"Arguments", {}},
                                                                    {"Options", {}}};
  for (const auto& argument : command.arguments) {
    const std::string title = argument.is_positional()   ? "Arguments"
                              : argument.section.empty() ? "Options"
                                                         : argument.section;
    auto section = std::find_if(sections.begin(), sections.end(),
                                [&](const auto& other) { return other.first == title; });
    if (section == sections.end()) section = sections.insert(sections.end(), {title, {}});
    section->second.emplace_back(argument_label(argument), argument_text(argument));
  }
  sections[1].second.emplace_back("-h, --help", "show this text");
  std::string out;
  for (const auto& [title, rows] : sections)
    if (!rows.empty()) out += '\n' + heading(title + ":", style) + '\n' + table(rows, columns);
  return out;
}

std::string examples_help(const std::vector<Row>& examples, HelpStyle style) {
  if (examples.empty()) return "";
  std::string out = '\n' + heading("Examples:", style) + '\n';
  for (const auto& [command, what] : examples) {
    out += "  " + command + '\n';
    if (!what.empty()) out += "      " + what + '\n';
  }
  return out;
}

}  // namespace

std::string usage_line(const CommandDescription& command) {
  std::string line = "swivel " + command.name;
  for (const auto& argument : command.arguments) {
    if (!argument.is_positional()) continue;
    const std::string name = argument.names.front() + (argument.kind == Kind::rest ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  return line + " [options]";
}

std::string argument_label(const ArgumentDescription& argument) {
  std::string label;
  for (const std::string& name : argument.names) label += (label.empty() ? "" : ", ") + name;
  if (argument.kind == Kind::rest) label += "...";
  if (!argument.value.empty()) label += ' ' + argument.value;
  return label;
}

std::string argument_text(const ArgumentDescription& argument) {
  std::string text = argument.help;
  if (!argument.choices.empty()) {
    text += ": ";
    for (const std::string& word : argument.choices)
      text += (word == argument.choices.front() ? "" : ", ") + word;
  }
  if (argument.repeats && argument.kind == Kind::option) text += " (may be repeated)";
  if (!argument.default_text.empty()) text += fmt::format(" (default {})", argument.default_text);
  return text;
}

std::string program_help(const ProgramDescription& program, int columns, HelpStyle style) {
  std::string out = fmt::format("Swivel {} runs any open model family from data files.\n\n{} {}\n",
                                kVersion, heading("Usage:", style), "swivel COMMAND [arguments]");
  std::vector<Row> commands;
  for (const auto& command : program.commands) commands.emplace_back(command.name, command.summary);
  out += '\n' + heading("Commands:", style) + '\n' + table(commands, columns);
  out += '\n' + heading("Options:", style) + '\n' +
         table({{"-h, --help", "show this text; swivel COMMAND --help says more about one"},
                {"--version", "show the version"}},
               columns);
  out += examples_help({{"swivel run mini-qwen3 \"What is the capital of Japan?\"", ""},
                        {"swivel pull Qwen/Qwen2.5-1.5B-Instruct", ""},
                        {"swivel chat Qwen/Qwen2.5-1.5B-Instruct", ""}},
                       style);
  out += '\n' + heading("Exit codes:", style) + '\n' +
         table({{"0", "done"},
                {"1", "a negative verdict: not safe, forbidden, differs"},
                {"2", "bad input: a file, an argument, a request"},
                {"3", "missing or unreachable"},
                {"4", "not enough memory, disk or quota"},
                {"130", "interrupted"}},
               columns);
  return out;
}

std::string command_help(const CommandDescription& command, int columns, HelpStyle style) {
  std::string out =
      command.summary + ".\n\n" + heading("Usage:", style) + ' ' + usage_line(command) + '\n';
  if (!command.subcommands.empty()) {
    std::vector<Row> rows;
    for (const auto& sub : command.subcommands) rows.emplace_back(sub.name, sub.summary);
    out += '\n' + heading("Subcommands:", style) + '\n' + table(rows, columns);
  }
  return out + arguments_help(command, columns, style) + examples_help(command.examples, style);
}

}  // namespace swivel
