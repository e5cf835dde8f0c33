#include "commands/interrupt.h"

namespace swivel {
namespace {

volatile std::sig_atomic_t presses = 0;

void on_interrupt(int signal) {
  if (presses > 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  presses = 1;
}

}  // namespace

Interrupt::Interrupt() {
  presses = 0;
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  ::sigemptyset(&action.sa_mask);
  // No SA_RESTART: a read of the keyboard returns.
  ::sigaction(SIGINT, &action, &before_);
}

Interrupt::~Interrupt() { ::sigaction(SIGINT, &before_, nullptr); }

bool Interrupt::pressed() const { return presses > 0; }

void Interrupt::clear() { presses = 0; }

}  // namespace swivel
