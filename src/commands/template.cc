// swivel template: the prompt that a model's chat template makes of messages.

#include <cstdio>
#include <filesystem>

#include "commands/clock.h"
#include "commands/commands.h"
#include "commands/input.h"
#include "formats/json.h"
#include "library/load.h"
#include "text/chat_template_files.h"

namespace swivel {
namespace {

struct Options {
  std::string model, messages;
  std::optional<std::string> tools, documents, name, now, continue_field;
  std::vector<std::string> arguments;
  bool no_generation_prompt = false;
  bool json = false;
};

Result<ChatTemplateFiles> templates_of(const std::string& model) {
  if (model.ends_with(".jinja")) return chat_template_file(model);
  return library::load_chat(TRY(library::locate(model, library::Needs::text_only)));
}

Result<json::Value> read_json(const std::string& name) {
  return json::parse(TRY(read_input(name)), name == "-" ? "stdin" : name);
}

// An array of messages, or an object with messages, tools, documents and further arguments.
Status read_messages(const Options& options, ChatTemplate::Inputs& inputs) {
  inputs.arguments = TRY(template_arguments(options.arguments));
  json::Value given = TRY(read_json(options.messages));
  if (given.is_object()) {
    for (const auto& [key, value] : given.as_object()) {
      if (key == "messages") {
        inputs.messages = value;
      } else if (key == "tools") {
        inputs.tools = value;
      } else if (key == "documents") {
        inputs.documents = value;
      } else {
        bool on_line = json::Value(inputs.arguments).find(key) != nullptr;
        if (!on_line) inputs.arguments.emplace_back(key, value);
      }
    }
  } else {
    inputs.messages = std::move(given);
  }
  if (options.tools) inputs.tools = TRY(read_json(*options.tools));
  if (options.documents) inputs.documents = TRY(read_json(*options.documents));
  return {};
}

Result<ExitCode> print_prompt(const Options& options) {
  ChatTemplateFiles files = TRY(templates_of(options.model));
  ChatTemplate::Inputs inputs;
  TRY(read_messages(options, inputs));
  inputs.special_tokens = files.special_tokens;
  WallClock clock = TRY(wall_clock(options.now));
  inputs.now = clock.now;
  inputs.utc_offset = clock.utc_offset;
  inputs.continue_field = options.continue_field;
  if (options.no_generation_prompt || options.continue_field) {
    inputs.generation_prompt = ChatTemplate::GenerationPrompt::none;
  }
  auto tools = inputs.tools.is_null() ? ChatTemplates::Tools::none : ChatTemplates::Tools::given;
  ChatTemplate chosen = TRY(files.templates.choose(options.name, tools));
  std::string prompt = TRY(chosen.render(inputs));
  if (options.json) {
    prompt = json::write(json::Object{{"template", chosen.name()}, {"prompt", prompt}}) + "\n";
  }
  std::fwrite(prompt.data(), 1, prompt.size(), stdout);
  if (std::fflush(stdout) != 0) return fail(ErrorCode::not_found, "stdout cannot be written");
  return exit_done;
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model,
                  "a folder, a .gguf or .jinja file, a built-in name or org/name");
  line.positional("MESSAGES", options->messages,
                  "JSON: an array of messages, or {messages, tools, …}; - is stdin");
  line.option("--tools", options->tools, "FILE", "JSON: an array of tools; - is stdin");
  line.option("--documents", options->documents, "FILE", "JSON: an array of documents");
  line.option("--template", options->name, "NAME", "which of the model's templates");
  line.option("--template-arg", options->arguments, "KEY=JSON",
              "a variable of the template, as enable_thinking=false");
  line.option("--continue", options->continue_field, "FIELD",
              "end the prompt behind this field of the last message");
  line.option("--now", options->now, "TIME", "what the template takes for the time");
  line.flag("--no-generation-prompt", options->no_generation_prompt,
            "do not begin the assistant's answer");
  line.flag("--json", options->json, "one JSON object instead of the text");
  line.example("swivel template mini-qwen3 messages.json", "the exact prompt");
  return [options] {
    Result<ExitCode> code = print_prompt(*options);
    return code.has_value() ? *code : report(code.error());
  };
}

}  // namespace

const Command template_command = {"template", "Show the prompt that a chat template makes",
                                  declare};

}  // namespace swivel
