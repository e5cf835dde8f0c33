#include "commands/description.h"

#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "base/check.h"

namespace swivel {
namespace {

using Kind = ArgumentDescription::Kind;
using Message = std::optional<std::string>;

std::vector<std::string> split_names(const std::string& names) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (begin <= names.size()) {
    const size_t end = std::min(names.find(',', begin), names.size());
    parts.push_back(names.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Message read_integer(const std::string& text, int64_t& value) {
  char* end = nullptr;
  errno = 0;
  const long long number = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || std::isspace(static_cast<unsigned char>(text[0])))
    return fmt::format("expected a whole number, found '{}'", text);
  if (errno == ERANGE) return fmt::format("{} does not fit 64 bits", text);
  value = number;
  return {};
}

Message read_number(const std::string& text, double& value) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(number) ||
      std::isspace(static_cast<unsigned char>(text[0])))
    return fmt::format("expected a number, found '{}'", text);
  value = number;
  return {};
}

// Records what a command declares.
class Declaration : public CommandLine {
 public:
  Declaration(CommandDescription& command, const ProgramDescription& program)
      : command_(command), program_(program) {}

  void positional(std::string name, std::string& target, std::string help, Need need) override {
    auto& argument = add(Kind::positional, {name}, "", std::move(help));
    argument.required = need == Need::required;
    argument.default_text = target;
    argument.set = [&target](const std::string& text) { return target = text, Message(); };
  }

  void rest(std::string name, std::vector<std::string>& target, std::string help) override {
    auto& argument = add(Kind::rest, {name}, "", std::move(help));
    argument.repeats = true;
    argument.set = [&target](const std::string& text) { return target.push_back(text), Message(); };
  }

  void flag(std::string name, bool& target, std::string help) override {
    auto& argument = add(Kind::flag, split_names(name), "", std::move(help));
    argument.set = [&target](const std::string&) { return target = true, Message(); };
  }

  void option(std::string name, std::string& target, std::string value, std::string help) override {
    auto& argument = add(Kind::option, split_names(name), std::move(value), std::move(help));
    argument.default_text = target;
    argument.set = [&target](const std::string& text) { return target = text, Message(); };
  }

  void option(std::string name, std::optional<std::string>& target, std::string value,
              std::string help) override {
    auto& argument = add(Kind::option, split_names(name), std::move(value), std::move(help));
    argument.set = [&target](const std::string& text) { return target = text, Message(); };
  }

  void option(std::string name, int64_t& target, std::string value, std::string help) override {
    auto& argument = add(Kind::option, split_names(name), std::move(value), std::move(help));
    argument.default_text = fmt::format("{}", target);
    argument.set = [&target](const std::string& text) { return read_integer(text, target); };
  }

  void option(std::string name, std::optional<int64_t>& target, std::string value,
              std::string help) override {
    auto& argument = add(Kind::option, split_names(name), std::move(value), std::move(help));
    argument.set = [&target](const std::string& text) {
      return read_integer(text, target.emplace());
    };
  }

  void option(std::string name, std::optional<double>& target, std::string value,
              std::string help) override {
    auto& argument = add(Kind::option, split_names(name), std::move(value), std::move(help));
    argument.set = [&target](const std::string& text) {
      return read_number(text, target.emplace());
    };
  }

  void option(std::string name, std::vector<std::string>& target, std::string value,
              std::string help) override {
    auto& argument = add(Kind::option, split_names(name), std::move(value), std::move(help));
    argument.repeats = true;
    argument.set = [&target](const std::string& text) { return target.push_back(text), Message(); };
  }

  void choices(std::vector<std::string> words) override {
    CHECK(!command_.arguments.empty());
    command_.arguments.back().choices = std::move(words);
  }

  void section(std::string title) override { section_ = std::move(title); }

  void subcommand(const Command& command) override {
    command_.subcommands.push_back(describe(command, program_));
    command_.subcommands.back().name = command_.name + ' ' + command_.subcommands.back().name;
  }

  void example(std::string command, std::string what) override {
    command_.examples.emplace_back(std::move(command), std::move(what));
  }

  const ProgramDescription& program() const override { return program_; }

 private:
  ArgumentDescription& add(Kind kind, std::vector<std::string> names, std::string value,
                           std::string help) {
    auto& argument = command_.arguments.emplace_back();
    argument.kind = kind;
    argument.names = std::move(names);
    argument.value = std::move(value);
    argument.help = std::move(help);
    argument.section = section_;
    return argument;
  }

  CommandDescription& command_;
  const ProgramDescription& program_;
  std::string section_;
};

}  // namespace

CommandDescription describe(const Command& command, const ProgramDescription& program) {
  CommandDescription description;
  description.name = command.name;
  description.summary = command.summary;
  Declaration declaration(description, program);
  description.run = command.declare(declaration);
  return description;
}

}  // namespace swivel
