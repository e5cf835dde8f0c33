// One talk with a model, or with several after each other: reads entries, answers them, obeys
// /commands. The conversation is a list of messages and outlives the model that wrote them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "commands/interrupt.h"
#include "commands/line_editor.h"
#include "commands/session.h"

namespace swivel {

class ChatLoop {
 public:
  // `editor` and `interrupt` outlive the loop.
  ChatLoop(GenerationOptions options, std::unique_ptr<Session> session, PromptInputs inputs,
           LineEditor& editor, Interrupt& interrupt);

  // Until /quit or the end of the input. The last answer that failed decides the result where the
  // entries come from a pipe.
  ExitCode run();

 private:
  enum class Next { read, quit };

  struct SlashCommand {
    std::string name;
    std::string argument;  // what stands for it in /help; empty: none
    std::string help;
    Next (ChatLoop::*obey)(const std::string& argument);
  };
  static const std::vector<SlashCommand>& slash_commands();

  Next obey(const std::string& entry);
  Next help(const std::string& argument);
  Next model(const std::string& argument);
  Next system(const std::string& argument);
  Next save(const std::string& argument);
  Next clear(const std::string& argument);
  Next again(const std::string& argument);
  Next quit(const std::string& argument);

  void greet() const;
  void say(const std::string& text);
  void answer(const std::string& entry);
  Status answer_messages();
  void keep(const TurnResult& result);
  void tell(const TurnResult& result);

  json::Array& messages() { return inputs_.messages.as_array(); }

  GenerationOptions options_;
  std::unique_ptr<Session> session_;
  PromptInputs inputs_;
  LineEditor& editor_;
  Interrupt& interrupt_;
  ExitCode code_ = exit_done;
};

}  // namespace swivel
