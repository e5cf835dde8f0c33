// Lines that a person types, with editing and a history on a terminal, or plain lines from a pipe.
//
// A paste of several lines comes as one text: what is already waiting when a line ends belongs to
// it. A line that ends in a backslash goes on in the next one.
// Thread safety: one editor in a process, used by one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "commands/interrupt.h"

namespace swivel {

class LineEditor {
 public:
  // `history`: where lines are kept between runs; empty: nowhere.
  LineEditor(std::string prompt, std::filesystem::path history, const Interrupt& interrupt);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // One entry without its final line break; nothing at the end of the input. Ctrl-C ends the entry
  // early: it is then empty and interrupt.pressed() is true.
  std::optional<std::string> read();

  bool interactive() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

// $XDG_STATE_HOME/swivel/history, ~/.local/state/swivel/history; empty if neither is known.
std::filesystem::path history_file();

}  // namespace swivel
