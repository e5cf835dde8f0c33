// How far a pull is: bytes there and fetched, speed, time left. No clock and no output of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "library/pull.h"

namespace swivel {

class PullTally {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void begin(const library::PullPlan& plan, Time now);
  void event(const library::PullEvent& event, Time now);

  int64_t bytes() const { return bytes_; }        // of the whole pull
  int64_t bytes_there() const { return there_; }  // of them, on disk
  int64_t bytes_there(size_t file) const { return files_[file]; }
  bool is_finished(size_t file) const { return finished_[file]; }
  bool is_under_way(size_t file) const { return moved_[file] && !finished_[file]; }

  // Over the last few seconds; 0 before anything has come.
  double bytes_per_second() const;
  // Nothing while there is no speed to tell it from.
  std::optional<std::chrono::seconds> time_left() const;

 private:
  struct Sample {
    Time time;
    int64_t there;
  };

  std::vector<int64_t> files_;
  std::vector<bool> finished_;
  std::vector<bool> moved_;
  std::deque<Sample> samples_;
  int64_t bytes_ = 0;
  int64_t there_ = 0;
};

// "4:05", "1:00:00".
std::string clock_text(std::chrono::seconds time);

}  // namespace swivel
