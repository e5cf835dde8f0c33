#include "commands/pull_display.h"

#include <algorithm>
#include <chrono>

#include "commands/pull_tally.h"
#include "commands/terminal.h"
#include "formats/json.h"
#include "library/file_choice.h"

namespace swivel {
namespace {

using library::PullEvent;
using library::PullPlan;
using library::size_text;
using Clock = std::chrono::steady_clock;

constexpr auto kBetweenFrames = std::chrono::milliseconds(100);
constexpr auto kBetweenLines = std::chrono::seconds(5);
constexpr auto kBetweenEvents = std::chrono::seconds(1);
constexpr int kBarWidth = 24;
constexpr size_t kMostBars = 12;  // lines of a terminal that the files may take

std::string plan_text(const PullPlan& plan) {
  return fmt::format("{}@{} ({}): {} {}, {}; {} to fetch", plan.request.repo.str(),
                     plan.request.revision, plan.commit.substr(0, 12), plan.files.size(),
                     plan.files.size() == 1 ? "file" : "files", size_text(plan.bytes),
                     size_text(plan.bytes_to_fetch));
}

std::string speed_text(const PullTally& tally) {
  std::string text = size_text(static_cast<int64_t>(tally.bytes_per_second())) + "/s";
  if (const auto left = tally.time_left()) text += ", " + clock_text(*left) + " left";
  return text;
}

// A name of the width of a column; the end says more than the beginning.
std::string fitted(const std::string& name, size_t width) {
  if (name.size() <= width) return name + std::string(width - name.size(), ' ');
  return "..." + name.substr(name.size() - (width - 3));
}

std::string bar(int64_t there, int64_t all) {
  const double share = all > 0 ? static_cast<double>(there) / static_cast<double>(all) : 1;
  const int filled = static_cast<int>(share * kBarWidth);
  return fmt::format("[{}{}] {:3.0f} %", std::string(filled, '='),
                     std::string(kBarWidth - filled, ' '), share * 100);
}

class Bars : public PullDisplay {
 public:
  explicit Bars(FILE* terminal) : out_(terminal) {}

  void begin(const PullPlan& plan) override {
    plan_ = &plan;
    tally_.begin(plan, Clock::now());
    fmt::print(out_, "{}\n", plan_text(plan));
  }

  void event(const PullEvent& event) override {
    const auto now = Clock::now();
    tally_.event(event, now);
    const std::string& name = plan_->files[event.file].facts.path;
    switch (event.kind) {
      case PullEvent::Kind::again:
        say(fmt::format("{}", event.text), Paint::yellow);
        break;
      case PullEvent::Kind::waiting:
        say(fmt::format("{}: another process is downloading it; waiting", name), Paint::yellow);
        break;
      case PullEvent::Kind::finished:
        if (plan_->files[event.file].state != PullPlan::File::State::there)
          say(fmt::format("{} {}", fitted(name, name_width()), size_text(event.bytes)),
              Paint::green);
        break;
      case PullEvent::Kind::progress:
        if (now - drawn_at_ >= kBetweenFrames) draw();
        break;
    }
  }

  void end() override {
    erase();
    std::fflush(out_);
  }

 private:
  size_t name_width() const { return static_cast<size_t>(std::max(12, columns(out_) - 56)); }

  // A line that stays, above the bars.
  void say(const std::string& text, Paint paint) {
    erase();
    fmt::print(out_, "{}\n", painted_for(out_, text, paint));
    draw();
  }

  void erase() {
    for (size_t i = 0; i < drawn_; ++i) fmt::print(out_, "\x1b[1A\x1b[2K");
    drawn_ = 0;
  }

  void draw() {
    erase();
    for (size_t i = 0; i < plan_->files.size() && drawn_ < kMostBars; ++i) {
      if (!tally_.is_under_way(i)) continue;
      const net::HubFile& file = plan_->files[i].facts;
      fmt::print(out_, "{} {} {}\n", fitted(file.path, name_width()),
                 bar(tally_.bytes_there(i), *file.bytes), size_text(*file.bytes));
      ++drawn_;
    }
    fmt::print(out_, "{} {} {}\n", fitted("all", name_width()),
               bar(tally_.bytes_there(), tally_.bytes()), speed_text(tally_));
    ++drawn_;
    std::fflush(out_);
    drawn_at_ = Clock::now();
  }

  FILE* out_;
  const PullPlan* plan_ = nullptr;
  PullTally tally_;
  size_t drawn_ = 0;  // lines below which the cursor stands
  Clock::time_point drawn_at_;
};

class Lines : public PullDisplay {
 public:
  explicit Lines(FILE* log) : out_(log) {}

  void begin(const PullPlan& plan) override {
    plan_ = &plan;
    told_at_ = Clock::now();
    tally_.begin(plan, told_at_);
    fmt::print(out_, "{}\n", plan_text(plan));
    std::fflush(out_);
  }

  void event(const PullEvent& event) override {
    const auto now = Clock::now();
    tally_.event(event, now);
    const PullPlan::File& file = plan_->files[event.file];
    switch (event.kind) {
      case PullEvent::Kind::again:
        fmt::print(out_, "again: {}\n", event.text);
        break;
      case PullEvent::Kind::waiting:
        fmt::print(out_, "waiting: another process is downloading {}\n", file.facts.path);
        break;
      case PullEvent::Kind::finished:
        if (file.state != PullPlan::File::State::there)
          fmt::print(out_, "fetched {} ({})\n", file.facts.path, size_text(event.bytes));
        break;
      case PullEvent::Kind::progress:
        if (now - told_at_ < kBetweenLines) return;
        told_at_ = now;
        fmt::print(out_, "{} of {}, {}\n", size_text(tally_.bytes_there()),
                   size_text(tally_.bytes()), speed_text(tally_));
        break;
    }
    std::fflush(out_);
  }

  void end() override {}

 private:
  FILE* out_;
  const PullPlan* plan_ = nullptr;
  PullTally tally_;
  Clock::time_point told_at_;
};

std::string_view name_of(PullPlan::File::State state) {
  switch (state) {
    case PullPlan::File::State::there:
      return "there";
    case PullPlan::File::State::part:
      return "part";
    case PullPlan::File::State::missing:
      return "missing";
  }
  return "";
}

class JsonLines : public PullDisplay {
 public:
  explicit JsonLines(FILE* out) : out_(out) {}

  void begin(const PullPlan& plan) override {
    plan_ = &plan;
    told_at_ = Clock::now();
    tally_.begin(plan, told_at_);
    json::Array files;
    for (const PullPlan::File& file : plan.files)
      files.push_back(json::Object{{"name", file.facts.path},
                                   {"bytes", *file.facts.bytes},
                                   {"hash", file.facts.hash},
                                   {"state", name_of(file.state)},
                                   {"bytes_there", file.have}});
    write({{"event", "plan"},
           {"name", plan.request.repo.str()},
           {"revision", plan.request.revision},
           {"commit", plan.commit},
           {"bytes", plan.bytes},
           {"bytes_to_fetch", plan.bytes_to_fetch},
           {"bytes_free", plan.bytes_free},
           {"snapshot", plan.snapshot.string()},
           {"files", std::move(files)}});
  }

  void event(const PullEvent& event) override {
    const auto now = Clock::now();
    tally_.event(event, now);
    const std::string& name = plan_->files[event.file].facts.path;
    switch (event.kind) {
      case PullEvent::Kind::again:
        write({{"event", "retry"}, {"name", name}, {"reason", event.text}});
        break;
      case PullEvent::Kind::waiting:
        write({{"event", "waiting"}, {"name", name}});
        break;
      case PullEvent::Kind::finished:
        write({{"event", "file"}, {"name", name}, {"bytes", event.bytes}});
        break;
      case PullEvent::Kind::progress:
        if (now - told_at_ < kBetweenEvents) return;
        told_at_ = now;
        write({{"event", "progress"},
               {"bytes_there", tally_.bytes_there()},
               {"bytes", tally_.bytes()},
               {"bytes_per_second", tally_.bytes_per_second()}});
        break;
    }
  }

  void end() override {}

 private:
  void write(json::Object event) {
    fmt::print(out_, "{}\n", json::write(std::move(event)));
    std::fflush(out_);
  }

  FILE* out_;
  const PullPlan* plan_ = nullptr;
  PullTally tally_;
  Clock::time_point told_at_;
};

}  // namespace

std::unique_ptr<PullDisplay> bars(FILE* terminal) { return std::make_unique<Bars>(terminal); }
std::unique_ptr<PullDisplay> lines(FILE* log) { return std::make_unique<Lines>(log); }
std::unique_ptr<PullDisplay> json_lines(FILE* out) { return std::make_unique<JsonLines>(out); }

}  // namespace swivel
