#include "chat/reasoning.h"

#include <algorithm>
#include <array>
#include <utility>

#include "chat/stop_strings.h"

namespace swivel {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

struct Known {
  std::string_view word, open, close;
};

constexpr std::array<Known, 1> kKnown = {{{"think_tags", "<think>", "</think>"}}};

void drop_leading_space(std::string& text) {
  text.erase(0, std::min(text.find_first_not_of(kSpace), text.size()));
}

void drop_trailing_space(std::string& text) {
  const size_t last = text.find_last_not_of(kSpace);
  text.erase(last == std::string::npos ? 0 : last + 1);
}

void add(std::vector<AnswerPiece>& pieces, AnswerPart part, std::string text) {
  if (text.empty()) return;
  if (!pieces.empty() && pieces.back().part == part)
    pieces.back().text += text;
  else
    pieces.push_back({part, std::move(text)});
}

}  // namespace

std::optional<ReasoningMarkers> reasoning_markers(std::string_view word,
                                                  std::string_view template_source) {
  for (const Known& known : kKnown)
    if (known.word == word || template_source.find(known.close) != std::string_view::npos)
      return ReasoningMarkers{std::string(known.open), std::string(known.close)};
  return {};
}

bool opens_reasoning(std::string_view prompt, const ReasoningMarkers& markers) {
  const size_t last = prompt.find_last_not_of(kSpace);
  return last != std::string_view::npos && prompt.substr(0, last + 1).ends_with(markers.open);
}

ReasoningSplitter::ReasoningSplitter(std::optional<ReasoningMarkers> markers, AnswerPart start)
    : markers_(std::move(markers)),
      state_(!markers_                        ? State::text
             : start == AnswerPart::reasoning ? State::reasoning
                                              : State::before) {}

std::vector<AnswerPiece> ReasoningSplitter::push(std::string_view piece) {
  held_ += piece;
  std::vector<AnswerPiece> pieces;
  while (advance(pieces)) {
  }
  return pieces;
}

// Passes on what is certain; true if the state changed and there may be more.
bool ReasoningSplitter::advance(std::vector<AnswerPiece>& pieces) {
  switch (state_) {
    case State::before: {
      std::string seen = held_;
      drop_leading_space(seen);
      if (seen.starts_with(markers_->open)) {
        held_ = seen.substr(markers_->open.size());
        state_ = State::reasoning;
        return true;
      }
      if (markers_->open.starts_with(seen)) return false;
      state_ = State::text;
      return true;
    }
    case State::reasoning: {
      if (!reasoned_) drop_leading_space(held_);
      const size_t end = held_.find(markers_->close);
      std::string certain = held_.substr(
          0, end == std::string::npos ? held_.size() - overlap(held_, markers_->close) : end);
      const size_t seen = certain.size();
      drop_trailing_space(certain);
      reasoned_ = reasoned_ || !certain.empty();
      held_.erase(0, end == std::string::npos ? certain.size() : seen + markers_->close.size());
      add(pieces, AnswerPart::reasoning, std::move(certain));
      if (end == std::string::npos) return false;
      state_ = State::after;
      return true;
    }
    case State::after:
      drop_leading_space(held_);
      if (held_.empty()) return false;
      state_ = State::text;
      return true;
    case State::text:
      add(pieces, AnswerPart::text, std::exchange(held_, ""));
      return false;
  }
  return false;
}

std::vector<AnswerPiece> ReasoningSplitter::finish() {
  std::vector<AnswerPiece> pieces;
  // A beginning that could have become the opening marker is text after all.
  if (state_ == State::before) state_ = State::text;
  if (state_ == State::reasoning) drop_trailing_space(held_);
  add(pieces, state_ == State::reasoning ? AnswerPart::reasoning : AnswerPart::text,
      std::exchange(held_, ""));
  return pieces;
}

}  // namespace swivel
