#include "commands/chat_loop.h"
#include "commands/commands.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  bool no_history = false;
  GenerationOptions generation;
};

Result<ExitCode> chat(const Options& options) {
  PromptInputs inputs = TRY(prompt_inputs(options.generation));
  auto session = TRY(Session::open(options.model, options.generation));
  if (session->model().chat.templates.empty())
    return fail(ErrorCode::bad_input,
                "{} has no chat template: it continues texts (swivel run --raw) and does not chat",
                session->name());
  Interrupt interrupt;
  LineEditor editor(">>> ", options.no_history ? "" : history_file(), interrupt);
  ChatLoop loop(options.generation, std::move(session), std::move(inputs), editor, interrupt);
  return loop.run();
}

std::function<ExitCode()> declare(CommandLine& line) {
  const auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "path, built-in name or org/name of a model");
  line.flag("--no-history", options->no_history, "keep no history of what was typed");
  declare_generation(line, options->generation);
  line.example("swivel chat mini-qwen3", "talk; /help lists what one can type");
  line.example("swivel chat mini-qwen3 --system \"Be brief.\" --on-full slide", "");
  line.example("printf 'Hi\\nAnd in French?\\n' | swivel chat mini-qwen3",
               "each line is a message, each answer is printed");
  return [options] {
    const auto code = chat(*options);
    return code ? *code : report(code.error());
  };
}

}  // namespace

const Command chat_command = {"chat", "Talk with a model", declare};

}  // namespace swivel
