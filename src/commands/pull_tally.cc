#include "commands/pull_tally.h"

#include <algorithm>

#include <fmt/format.h>

namespace swivel {
namespace {

constexpr auto kWindow = std::chrono::seconds(5);
constexpr auto kBetweenSamples = std::chrono::milliseconds(100);

}  // namespace

void PullTally::begin(const library::PullPlan& plan, Time now) {
  *this = {};
  for (const auto& file : plan.files) {
    files_.push_back(file.have);
    bytes_ += *file.facts.bytes;
    there_ += file.have;
  }
  finished_.assign(files_.size(), false);
  moved_.assign(files_.size(), false);
  samples_.push_back({now, there_});
}

void PullTally::event(const library::PullEvent& event, Time now) {
  using Kind = library::PullEvent::Kind;
  moved_[event.file] = true;
  if (event.kind != Kind::progress && event.kind != Kind::finished) return;
  if (event.kind == Kind::finished) finished_[event.file] = true;
  there_ += event.bytes - files_[event.file];
  files_[event.file] = event.bytes;
  // What was begun anew or found already there is no speed.
  if (there_ < samples_.back().there || event.kind == Kind::finished)
    samples_.back().there = std::min(samples_.back().there, there_);
  if (now - samples_.back().time >= kBetweenSamples) samples_.push_back({now, there_});
  while (samples_.size() > 2 && now - samples_.front().time > kWindow) samples_.pop_front();
}

double PullTally::bytes_per_second() const {
  if (samples_.size() < 2) return 0;
  const std::chrono::duration<double> time = samples_.back().time - samples_.front().time;
  const auto bytes = static_cast<double>(samples_.back().there - samples_.front().there);
  return time.count() > 0 ? std::max(0.0, bytes / time.count()) : 0;
}

std::optional<std::chrono::seconds> PullTally::time_left() const {
  const double speed = bytes_per_second();
  if (speed < 1) return std::nullopt;
  const double seconds = static_cast<double>(bytes_ - there_) / speed;
  if (seconds > 1e7) return std::nullopt;
  return std::chrono::seconds(static_cast<int64_t>(seconds + 0.5));
}

std::string clock_text(std::chrono::seconds time) {
  const auto seconds = std::max<int64_t>(0, time.count());
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace swivel
