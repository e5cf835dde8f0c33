#include "commands/parse.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "commands/nearest_word.h"

namespace swivel {
namespace {

using Kind = ArgumentDescription::Kind;

std::vector<std::string> option_names(const CommandDescription& command) {
  std::vector<std::string> names = {"--help"};
  for (const auto& argument : command.arguments)
    if (!argument.is_positional())
      names.insert(names.end(), argument.names.begin(), argument.names.end());
  return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

Status store(const ArgumentDescription& argument, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    const auto& words = argument.choices;
    if (!words.empty() && std::find(words.begin(), words.end(), value) == words.end())
      return fail(ErrorCode::bad_input, "{}: '{}' is none of {}{}", argument.long_name(), value,
                  joined(words, ", "), did_you_mean(value, words));
    if (const auto wrong = argument.set(value))
      return fail(ErrorCode::bad_input, "{}: {}", argument.long_name(), *wrong);
  }
  return {};
}

// An option and what the command line gave it.
struct Binding {
  const ArgumentDescription* argument;
  std::vector<std::string> values;
  bool flag = false;
};

void bind(CLI::App& app, Binding& binding) {
  const auto& argument = *binding.argument;
  const std::string name = joined(argument.names, ",");
  if (argument.kind == Kind::flag) {
    app.add_flag(name, binding.flag);
    return;
  }
  CLI::Option* option = app.add_option(name, binding.values);
  option->expected(1);
  // Otherwise "[a,b]" would be two values.
  option->allow_extra_args(false);
  option->multi_option_policy(argument.repeats ? CLI::MultiOptionPolicy::TakeAll
                                               : CLI::MultiOptionPolicy::TakeLast);
}

// Words that are no options go to the positionals in their order, the remainder to a rest.
Status store_positionals(const CommandDescription& command, const std::vector<std::string>& words) {
  size_t next = 0;
  for (const auto& argument : command.arguments) {
    if (!argument.is_positional()) continue;
    if (next == words.size()) {
      if (argument.required)
        return fail(ErrorCode::bad_input, "{} is missing", argument.names.front());
      continue;
    }
    const size_t end = argument.kind == Kind::rest ? words.size() : next + 1;
    TRY(store(argument, {words.begin() + next, words.begin() + end}));
    next = end;
  }
  if (next == words.size()) return {};
  return fail(ErrorCode::bad_input, "'{}' is one argument too many", words[next]);
}

// "-5" and "- and then?" are words, "-x" and "--stop" are options.
bool looks_like_option(const std::string& word) {
  if (word.size() < 2 || word[0] != '-' || word.find(' ') != std::string::npos) return false;
  const char first = word[word[1] == '-' ? 2 : 1];
  return std::isalpha(static_cast<unsigned char>(first));
}

Status check_words(const CommandDescription& command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (!looks_like_option(word)) continue;
    const std::string name = word.substr(0, word.find('='));
    return fail(ErrorCode::bad_input, "no option '{}'{}", name,
                did_you_mean(name, option_names(command)));
  }
  return {};
}

Status parse_options(CLI::App& app, const std::vector<std::string>& words) {
  try {
    // CLI11 takes the words last to first.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    // "--ctx: 1 required TEXT missing"
    const std::string what = mismatch.what();
    return fail(ErrorCode::bad_input, "{} needs a value", what.substr(0, what.find(':')));
  } catch (const CLI::ParseError& error) {
    return fail(ErrorCode::bad_input, "{}", error.what());
  }
  return {};
}

}  // namespace

Result<Parsed> parse_arguments(const CommandDescription& command,
                               const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  // What is no option of ours comes back as it was written; CLI11's own positionals would take
  // "[1,2]" apart.
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);
  std::vector<Binding> bindings;
  for (const auto& argument : command.arguments)
    if (!argument.is_positional()) bindings.push_back({&argument, {}});
  for (Binding& binding : bindings) bind(app, binding);
  const auto mark = std::find(words.begin(), words.end(), "--");
  const Status parsed = parse_options(app, {words.begin(), mark});
  if (help) return Parsed::help;
  if (!parsed) return std::unexpected(parsed.error());
  std::vector<std::string> positionals = app.remaining();
  TRY(check_words(command, positionals));
  if (mark != words.end()) positionals.insert(positionals.end(), mark + 1, words.end());
  for (const Binding& binding : bindings) {
    if (binding.flag) TRY(store(*binding.argument, {""}));
    TRY(store(*binding.argument, binding.values));
  }
  TRY(store_positionals(command, positionals));
  return Parsed::run;
}

}  // namespace swivel
