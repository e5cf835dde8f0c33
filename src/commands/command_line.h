// How a subcommand says which arguments it takes. One description serves parsing (CLI11 behind it),
// --help, shell completion and the man page.
//
// Each subcommand is one file that defines one `const Command`, named in commands/commands.h:
//
//   std::function<ExitCode()> declare(CommandLine& line) {
//     auto options = std::make_shared<Options>();
//     line.positional("MODEL", options->model, "path, built-in name or org/name");
//     line.flag("--json", options->json, "one JSON object instead of text");
//     line.example("swivel inspect mini-qwen3", "what a model is");
//     return [options] { return inspect(*options); };
//   }
//   const Command inspect_command = {"inspect", "Show what a model is", declare};
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel {

// One table for all commands.
enum ExitCode : int {
  exit_done = 0,
  exit_negative = 1,  // a negative verdict: not safe, forbidden, differs
  exit_bad_input = 2,
  exit_not_found = 3,  // missing or unreachable
  exit_no_memory = 4,  // memory, disk or quota
  exit_interrupted = 130,
};

ExitCode exit_code(ErrorCode code);

// Prints "swivel: MESSAGE" to stderr (red prefix on a terminal only) and returns its exit code.
ExitCode report(const Error& error);

class CommandLine {
 public:
  enum class Need { required, optional };

  virtual ~CommandLine() = default;
  // `target` outlives parsing and holds the default, which --help shows where it is not empty.
  virtual void positional(std::string name, std::string& target, std::string help,
                          Need need = Need::required) = 0;
  // The rest of the line, space-separated words as given.
  virtual void rest(std::string name, std::vector<std::string>& target, std::string help) = 0;
  virtual void flag(std::string name, bool& target, std::string help) = 0;
  // `name`: "--ctx" or "-c,--ctx"; `value`: what stands for the value in help, "N", "FILE".
  virtual void option(std::string name, std::string& target, std::string value,
                      std::string help) = 0;
  virtual void option(std::string name, std::optional<std::string>& target, std::string value,
                      std::string help) = 0;
  virtual void option(std::string name, int64_t& target, std::string value, std::string help) = 0;
  virtual void option(std::string name, std::optional<int64_t>& target, std::string value,
                      std::string help) = 0;
  virtual void option(std::string name, std::optional<double>& target, std::string value,
                      std::string help) = 0;
  // May be given several times.
  virtual void option(std::string name, std::vector<std::string>& target, std::string value,
                      std::string help) = 0;
  // Restricts the last option or positional to these words (also offered by completion).
  virtual void choices(std::vector<std::string> words) = 0;
  // The heading that the options declared after it stand under in help.
  virtual void section(std::string title) = 0;
  // A subcommand of the subcommand ("families check"); its own declare fills it.
  virtual void subcommand(const struct Command& command) = 0;
  virtual void example(std::string command, std::string what) = 0;
  // What all commands declare; complete once every declare has returned. Lives as long as the
  // program runs.
  virtual const struct ProgramDescription& program() const = 0;
};

struct Command {
  std::string_view name;
  std::string_view summary;  // one line, imperative, no full stop
  // Declares the arguments; returns what runs once they are parsed.
  std::function<ExitCode()> (*declare)(CommandLine& line);
};

}  // namespace swivel
