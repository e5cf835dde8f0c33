// How a pull shows itself: bars on a terminal, lines in a log, JSON events for programs.
// Called by one thread at a time.
#pragma once

#include <cstdio>
#include <memory>

#include "library/pull.h"

namespace swivel {

class PullDisplay {
 public:
  virtual ~PullDisplay() = default;
  virtual void begin(const library::PullPlan& plan) = 0;
  virtual void event(const library::PullEvent& event) = 0;
  // Leaves the cursor on a line of its own, whatever came of the pull.
  virtual void end() = 0;
};

// Bars for every file under way and for the whole, with speed and time left; drawn on `terminal`.
std::unique_ptr<PullDisplay> bars(FILE* terminal);
// A line for each file that is done, and the state of the whole every few seconds.
std::unique_ptr<PullDisplay> lines(FILE* log);
// An object a line: plan, progress, waiting, retry, file (docs/models.md).
std::unique_ptr<PullDisplay> json_lines(FILE* out);

}  // namespace swivel
