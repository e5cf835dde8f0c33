// Splits an answer into the reasoning that some models write first and the answer proper, piece by
// piece as it arrives. Pieces may be cut anywhere: the result is that of the whole text.
// One splitter serves one answer and one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swivel {

struct ReasoningMarkers {
  std::string open;
  std::string close;

  bool operator==(const ReasoningMarkers&) const = default;
};

// The markers of a family's [chat] reasoning word. Where the family names none, those that the chat
// template itself looks for: tunes of a family often reason in markers the family does not have.
std::optional<ReasoningMarkers> reasoning_markers(std::string_view word,
                                                  std::string_view template_source);

// Whether a prompt ends inside a reasoning that it opened itself.
bool opens_reasoning(std::string_view prompt, const ReasoningMarkers& markers);

enum class AnswerPart { reasoning, text };

struct AnswerPiece {
  AnswerPart part = AnswerPart::text;
  std::string text;  // not empty
};

class ReasoningSplitter {
 public:
  // Without markers everything is text. `start`: what the first piece belongs to.
  ReasoningSplitter(std::optional<ReasoningMarkers> markers, AnswerPart start);

  // White space around the reasoning and before the answer proper belongs to neither. A marker
  // counts as one only at the very start; later it is text.
  std::vector<AnswerPiece> push(std::string_view piece);
  std::vector<AnswerPiece> finish();

 private:
  enum class State { before, reasoning, after, text };
  bool advance(std::vector<AnswerPiece>& pieces);

  std::optional<ReasoningMarkers> markers_;
  State state_;
  bool reasoned_ = false;  // some reasoning was passed on
  std::string held_;
};

}  // namespace swivel
