#include "commands/chat_loop.h"

#include <algorithm>
#include <cstdio>

#include "base/mapped_file.h"
#include "commands/answer_json.h"
#include "commands/answer_printer.h"
#include "commands/nearest_word.h"
#include "commands/terminal.h"

namespace swivel {
namespace {

std::string role_of(const json::Value& message) { return message.find("role")->as_string(); }

}  // namespace

ChatLoop::ChatLoop(GenerationOptions options, std::unique_ptr<Session> session, PromptInputs inputs,
                   LineEditor& editor, Interrupt& interrupt)
    : options_(std::move(options)),
      session_(std::move(session)),
      inputs_(std::move(inputs)),
      editor_(editor),
      interrupt_(interrupt) {}

const std::vector<ChatLoop::SlashCommand>& ChatLoop::slash_commands() {
  static const std::vector<SlashCommand> commands = {
      {"/model", "NAME", "go on with another model; the conversation stays", &ChatLoop::model},
      {"/system", "TEXT", "set the system message; without a text remove it", &ChatLoop::system},
      {"/again", "", "answer the last question anew", &ChatLoop::again},
      {"/save", "FILE", "write the conversation as JSON (--messages FILE goes on with it)",
       &ChatLoop::save},
      {"/clear", "", "forget the conversation; the system message stays", &ChatLoop::clear},
      {"/help", "", "show this list", &ChatLoop::help},
      {"/quit", "", "end, as Ctrl-D does", &ChatLoop::quit},
  };
  return commands;
}

ExitCode ChatLoop::run() {
  greet();
  for (;;) {
    const auto entry = editor_.read();
    if (interrupt_.pressed()) {
      interrupt_.clear();
      if (!editor_.interactive()) return exit_interrupted;
      say("\n(Ctrl-D or /quit ends)");
      continue;
    }
    if (!entry) break;
    if (entry->find_first_not_of(" \t\r\n") == std::string::npos) continue;
    if (entry->starts_with('/') && !entry->starts_with("//")) {
      if (obey(*entry) == Next::quit) return code_;
    } else {
      answer(entry->starts_with("//") ? entry->substr(1) : *entry);
    }
    if (std::ferror(stdout) != 0) return code_;
  }
  if (editor_.interactive()) fmt::print("\n");
  return code_;
}

void ChatLoop::greet() const {
  if (!editor_.interactive()) return;
  fmt::print("{} answers, with a context of {} tokens. /help lists what you can do.\n",
             session_->name(), session_->context());
}

// On a terminal between the answers, elsewhere on stderr: there stdout holds answers only.
void ChatLoop::say(const std::string& text) {
  FILE* out = editor_.interactive() ? stdout : stderr;
  fmt::print(out, "{}\n", painted_for(out, text, Paint::dim));
  std::fflush(out);
}

ChatLoop::Next ChatLoop::obey(const std::string& entry) {
  const size_t end = std::min(entry.find_first_of(" \t\n"), entry.size());
  const std::string name = entry.substr(0, end);
  const size_t begin = std::min(entry.find_first_not_of(" \t\n", end), entry.size());
  const std::string argument = entry.substr(begin);
  std::vector<std::string> names;
  for (const SlashCommand& command : slash_commands()) {
    if (command.name == name) return (this->*command.obey)(argument);
    names.push_back(command.name);
  }
  say(fmt::format("no command {}{} (/help lists them; // begins a message with a slash)", name,
                  did_you_mean(name, names)));
  return Next::read;
}

ChatLoop::Next ChatLoop::help(const std::string&) {
  std::string text;
  for (const SlashCommand& command : slash_commands())
    text += fmt::format("{:<16}{}\n", command.name + ' ' + command.argument, command.help);
  text += "Ctrl-C stops an answer. A line that ends in \\ goes on; pasted lines are one message.";
  say(text);
  return Next::read;
}

ChatLoop::Next ChatLoop::model(const std::string& argument) {
  if (argument.empty()) {
    say(fmt::format("{} answers; /model NAME changes that", session_->name()));
    return Next::read;
  }
  auto session = Session::open(argument, options_);
  if (!session) {
    report(session.error());
    say(fmt::format("{} goes on answering", session_->name()));
    return Next::read;
  }
  session_ = std::move(*session);
  say(fmt::format("{} answers from here on, with a context of {} tokens", session_->name(),
                  session_->context()));
  return Next::read;
}

ChatLoop::Next ChatLoop::system(const std::string& argument) {
  set_system(messages(), argument);
  say(argument.empty() ? "no system message" : "the system message is set");
  return Next::read;
}

ChatLoop::Next ChatLoop::save(const std::string& argument) {
  if (argument.empty()) {
    say("/save FILE: the name of a file is missing");
    return Next::read;
  }
  json::Object saved = {{"model", session_->name()}, {"messages", inputs_.messages}};
  if (!inputs_.tools.is_null()) saved.emplace_back("tools", inputs_.tools);
  const auto written =
      write_file_atomically(argument, json::write(saved, json::Style::indented) + "\n");
  if (!written) {
    report(written.error());
    return Next::read;
  }
  say(fmt::format("the conversation is in {}", argument));
  return Next::read;
}

ChatLoop::Next ChatLoop::clear(const std::string&) {
  std::erase_if(messages(), [](const json::Value& one) { return role_of(one) != "system"; });
  say("the conversation is forgotten");
  return Next::read;
}

ChatLoop::Next ChatLoop::again(const std::string&) {
  while (!messages().empty() && role_of(messages().back()) != "user" &&
         role_of(messages().back()) != "system")
    messages().pop_back();
  if (messages().empty() || role_of(messages().back()) != "user") {
    say("there is no question yet");
    return Next::read;
  }
  const std::string question = messages().back().find("content")->is_string()
                                   ? messages().back().find("content")->as_string()
                                   : "";
  messages().pop_back();
  answer(question);
  return Next::read;
}

ChatLoop::Next ChatLoop::quit(const std::string&) { return Next::quit; }

void ChatLoop::answer(const std::string& entry) {
  messages().push_back(message("user", entry));
  if (const Status status = answer_messages(); !status) {
    messages().pop_back();
    code_ = report(status.error());
  }
}

// Where this fails, the conversation is left unchanged.
Status ChatLoop::answer_messages() {
  const OnFull on_full = *on_full_named(options_.on_full);
  auto fitted = TRY(fit_prompt(session_->model(), inputs_, session_->room(), on_full));
  if (fitted.left_out_messages > 0)
    say(
        fmt::format("(the {} oldest messages no longer fit the context of {} tokens and are left "
                    "out)",
                    fitted.left_out_messages, session_->context()));
  interrupt_.clear();
  AnswerPrinter printer(stdout);
  const auto result =
      TRY(session_->answer(fitted.prompt, interrupt_, [&](const AnswerPiece& piece) {
        return options_.json ? Verdict::go : printer.print(piece);
      }));
  session_->next_seed();
  if (!options_.json) printer.finish();
  if (result.finish == TurnFinish::failed) return std::unexpected(*result.outcome.error);
  keep(result);
  tell(result);
  return {};
}

// An answer that was stopped stays, as far as it came; a question without an answer does not.
void ChatLoop::keep(const TurnResult& result) {
  if (result.finish == TurnFinish::cancelled && result.text.empty()) {
    messages().pop_back();
    return;
  }
  json::Object answer = {{"role", "assistant"}, {"content", result.text}};
  if (!result.reasoning.empty()) answer.emplace_back("reasoning_content", result.reasoning);
  messages().push_back(std::move(answer));
}

void ChatLoop::tell(const TurnResult& result) {
  if (options_.json) {
    fmt::print("{}\n", json::write(answer_json(*session_, result)));
    std::fflush(stdout);
  }
  if (interrupt_.pressed() && !editor_.interactive()) return;
  interrupt_.clear();
  if (result.finish == TurnFinish::cancelled) say("(stopped)");
  if (result.finish == TurnFinish::context)
    say(
        fmt::format("(the answer ends here: the context of {} tokens is full; /clear begins anew, "
                    "--on-full slide forgets the oldest turns)",
                    session_->context()));
  if (options_.verbose) say(fmt::format("({})", timing_line(*session_, result)));
}

}  // namespace swivel
