#include "commands/completion_scripts.h"

#include <algorithm>

namespace swivel {
namespace {

using Kind = ArgumentDescription::Kind;

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> command_names(const ProgramDescription& program) {
  std::vector<std::string> names;
  for (const auto& command : program.commands) names.push_back(command.name);
  names.push_back("help");
  return names;
}

bool takes_model(const CommandDescription& command) {
  return std::any_of(command.arguments.begin(), command.arguments.end(), names_a_model);
}

// What may stand where an argument of the command is expected, files apart.
std::vector<std::string> words_of(const CommandDescription& command) {
  std::vector<std::string> words;
  for (const auto& sub : command.subcommands)
    words.push_back(sub.name.substr(sub.name.rfind(' ') + 1));
  for (const auto& argument : command.arguments)
    if (argument.is_positional())
      words.insert(words.end(), argument.choices.begin(), argument.choices.end());
  return words;
}

std::vector<std::string> options_of(const CommandDescription& command) {
  std::vector<std::string> options;
  for (const auto& argument : command.arguments)
    if (!argument.is_positional())
      options.insert(options.end(), argument.names.begin(), argument.names.end());
  options.push_back("--help");
  return options;
}

// Text inside single quotes of a shell.
std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

std::string bash_values(const CommandDescription& command) {
  std::string out;
  for (const auto& argument : command.arguments) {
    if (argument.kind != Kind::option) continue;
    std::string pattern;
    for (const std::string& name : argument.names)
      pattern += fmt::format("{}'{} {}'", pattern.empty() ? "" : "|", command.name, name);
    const std::string reply =
        argument.choices.empty()
            ? ""
            : fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\"); ",
                          joined(argument.choices));
    out += fmt::format("    {}) {}return ;;\n", pattern, reply);
  }
  return out;
}

// Inside a description of zsh's _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return in_quotes(out);
}

std::string zsh_argument(const ArgumentDescription& argument) {
  std::string action;
  if (!argument.choices.empty()) action = fmt::format("({})", joined(argument.choices));
  if (names_a_model(argument)) action = "_swivel_models";
  if (action.empty()) action = "_files";
  if (argument.kind == Kind::positional)
    return fmt::format("'{}:{}:{}'", argument.required ? "" : ":", argument.names.front(), action);
  if (argument.kind == Kind::rest) return fmt::format("'*:{}:{}'", argument.names.front(), action);
  std::string out;
  for (const std::string& name : argument.names) {
    const std::string value =
        argument.kind == Kind::flag ? "" : fmt::format(":{}:{}", zsh_text(argument.value), action);
    out += fmt::format("{}'{}{}[{}]{}'", out.empty() ? "" : " ", argument.repeats ? "*" : "", name,
                       zsh_text(argument.help), value);
  }
  return out;
}

std::string fish_option(const CommandDescription& command, const ArgumentDescription& argument) {
  std::string out =
      fmt::format("complete -c swivel -n '__fish_seen_subcommand_from {}'", command.name);
  for (const std::string& name : argument.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (argument.kind == Kind::option) out += argument.choices.empty() ? " -r" : " -x";
  if (!argument.choices.empty()) out += fmt::format(" -a '{}'", joined(argument.choices));
  return out + fmt::format(" -d '{}'\n", in_quotes(argument.help));
}

}  // namespace

bool names_a_model(const ArgumentDescription& argument) {
  return argument.is_positional() && argument.names.front() == "MODEL";
}

std::string bash_completion(const ProgramDescription& program) {
  std::string values, options, words;
  for (const auto& command : program.commands) {
    values += bash_values(command);
    options += fmt::format("    {}) options='{}' ;;\n", command.name, joined(options_of(command)));
    std::string list = joined(words_of(command));
    if (takes_model(command)) list += " $(swivel completion models 2>/dev/null)";
    words += fmt::format("    {}) words=\"{}\" ;;\n", command.name, list);
  }
  return fmt::format(
      "# Completion of swivel for bash: source it, or put it in\n"
      "# ~/.local/share/bash-completion/completions/swivel\n"
      "_swivel() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  local options='' words=''\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- \"$word\")\n"
      "    return\n"
      "  fi\n"
      "  case \"${{COMP_WORDS[1]}} $before\" in\n{}  esac\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n{}  esac\n"
      "  if [[ $word == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
      "    return\n"
      "  fi\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n{}  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
      "}}\n"
      "complete -o default -F _swivel swivel\n",
      joined(command_names(program)), values, options, words);
}

std::string zsh_completion(const ProgramDescription& program) {
  std::string commands, cases;
  for (const auto& command : program.commands) {
    commands += fmt::format("    '{}:{}'\n", command.name, zsh_text(command.summary));
    cases += fmt::format("    {})\n      _arguments", command.name);
    for (const auto& argument : command.arguments)
      cases += " \\\n        " + zsh_argument(argument);
    cases += " \\\n        '--help[show help]'\n      ;;\n";
  }
  return fmt::format(
      "#compdef swivel\n"
      "_swivel_models() {{\n"
      "  local -a models\n"
      "  models=(${{(f)\"$(swivel completion models 2>/dev/null)\"}})\n"
      "  compadd -a models\n"
      "  _files\n"
      "}}\n"
      "_swivel() {{\n"
      "  local -a commands\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "compdef _swivel swivel\n",
      commands, cases);
}

std::string fish_completion(const ProgramDescription& program) {
  std::string out;
  for (const auto& command : program.commands) {
    out += fmt::format("complete -c swivel -f -n __fish_use_subcommand -a {} -d '{}'\n",
                       command.name, in_quotes(command.summary));
    const std::string list = joined(words_of(command));
    if (!list.empty())
      out += fmt::format("complete -c swivel -n '__fish_seen_subcommand_from {}' -a '{}'\n",
                         command.name, list);
    if (takes_model(command))
      out += fmt::format(
          "complete -c swivel -n '__fish_seen_subcommand_from {}' -a '(swivel completion "
          "models)'\n",
          command.name);
    for (const auto& argument : command.arguments)
      if (!argument.is_positional()) out += fish_option(command, argument);
  }
  return out;
}

}  // namespace swivel
