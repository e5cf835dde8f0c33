// Ctrl-C as something a command asks about, while it has an Interrupt.
//
// The first press sets the flag. A second one before clear() ends the process as if nobody had
// caught it, so that a step that takes long never holds the user up.
#pragma once

#include <csignal>

namespace swivel {

class Interrupt {
 public:
  Interrupt();   // REQUIRES: no other Interrupt exists
  ~Interrupt();  // puts back what handled SIGINT before
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool pressed() const;
  void clear();

 private:
  struct sigaction before_ = {};
};

}  // namespace swivel
