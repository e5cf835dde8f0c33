#include <cstdio>

#include <unistd.h>

#include "commands/answer_json.h"
#include "commands/answer_printer.h"
#include "commands/commands.h"
#include "commands/input.h"
#include "commands/session.h"
#include "commands/terminal.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::vector<std::string> prompt;
  bool raw = false;
  GenerationOptions generation;
};

// The words of the prompt, "-" standing for stdin; stdin alone if there are none.
Result<std::string> prompt_text(const Options& options) {
  std::string text;
  for (const std::string& word : options.prompt) {
    if (!text.empty()) text += ' ';
    text += word == "-" ? without_last_break(TRY(read_stdin())) : word;
  }
  if (!options.prompt.empty() || options.generation.messages) return text;
  if (::isatty(STDIN_FILENO) == 1)
    return fail(ErrorCode::bad_input,
                "run: no prompt; write it behind the model's name, or pipe it in (swivel chat {} "
                "talks)",
                options.model);
  text = without_last_break(TRY(read_stdin()));
  if (text.empty()) return fail(ErrorCode::bad_input, "run: the prompt on stdin is empty");
  return text;
}

Result<Prompt> prompt_of(const Options& options, const Session& session, const std::string& text) {
  if (options.raw) return make_raw_prompt(session.model(), text);
  PromptInputs inputs = TRY(prompt_inputs(options.generation));
  if (!text.empty() || !options.generation.messages)
    inputs.messages.as_array().push_back(message("user", text));
  if (const auto unread = unread_arguments(session.model(), inputs); !unread.empty())
    print_note(fmt::format("the chat template of {} does not read {}", session.name(), unread));
  const OnFull on_full = *on_full_named(options.generation.on_full);
  auto fitted = TRY(fit_prompt(session.model(), std::move(inputs), session.room(), on_full));
  if (fitted.left_out_messages > 0)
    print_note(fmt::format("the {} oldest messages do not fit the context and are left out",
                           fitted.left_out_messages));
  return std::move(fitted.prompt);
}

ExitCode say_how_it_ended(const Session& session, const TurnResult& result) {
  if (result.finish == TurnFinish::failed) return report(*result.outcome.error);
  // Whoever read stdout has gone: nothing went wrong here.
  if (std::ferror(stdout) != 0) return exit_done;
  if (result.finish == TurnFinish::cancelled) return exit_interrupted;
  if (result.finish == TurnFinish::context)
    print_note(fmt::format("the answer ends here because the context of {} tokens is full (--ctx)",
                           session.context()));
  return exit_done;
}

Result<ExitCode> run(const Options& options) {
  if (options.raw && (options.generation.messages || options.generation.system))
    return fail(ErrorCode::bad_input, "run: --raw takes a text, not messages");
  const std::string text = TRY(prompt_text(options));
  const auto session = TRY(Session::open(options.model, options.generation));
  const Prompt prompt = TRY(prompt_of(options, *session, text));
  const Interrupt interrupt;
  AnswerPrinter printer(stdout);
  const bool json = options.generation.json;
  const auto result = TRY(session->answer(prompt, interrupt, [&](const AnswerPiece& piece) {
    return json ? Verdict::go : printer.print(piece);
  }));
  if (json)
    fmt::print("{}\n", json::write(answer_json(*session, result), json::Style::indented));
  else
    printer.finish();
  if (!json && options.generation.logprobs)
    fmt::print("{}", logprobs_table(session->model(), result));
  if (options.generation.verbose) print_note(timing_line(*session, result));
  return say_how_it_ended(*session, result);
}

std::function<ExitCode()> declare(CommandLine& line) {
  const auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "path, built-in name or org/name of a model");
  line.rest("PROMPT", options->prompt, "what to answer; - is stdin, as is no prompt at all");
  line.flag("--raw", options->raw, "continue the prompt as it is, without the chat template");
  declare_generation(line, options->generation);
  line.example("swivel run mini-qwen3 \"What is the capital of Japan?\"", "");
  line.example("swivel run mini-llama3 --temperature 0 --max-tokens 50 < question.txt",
               "the most probable answer, at most 50 tokens");
  line.example("swivel run mini-qwen3 --system \"Answer in German.\" \"What is water?\"", "");
  line.example("swivel run mini-qwen3 --raw \"Once upon a time\"", "continue a text");
  line.example("swivel run mini-qwen3 --json --logprobs 3 --seed 1 \"Hi\"",
               "everything about the answer, for programs");
  return [options] {
    const auto code = run(*options);
    return code ? *code : report(code.error());
  };
}

}  // namespace

const Command run_command = {"run", "Answer one prompt", declare};

}  // namespace swivel
