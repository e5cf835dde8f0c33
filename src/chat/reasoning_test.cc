#include "chat/reasoning.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

const ReasoningMarkers kMarkers = {"<think>", "</think>"};

struct Parts {
  std::string reasoning, text;
  bool operator==(const Parts&) const = default;
};

void PrintTo(const Parts& parts, std::ostream* out) {
  *out << '[' << parts.reasoning << "][" << parts.text << ']';
}

void add(Parts& parts, const std::vector<AnswerPiece>& pieces) {
  for (const auto& piece : pieces) {
    EXPECT_FALSE(piece.text.empty());
    (piece.part == AnswerPart::reasoning ? parts.reasoning : parts.text) += piece.text;
  }
}

// Cuts the text into pieces of `length` bytes.
Parts split(const std::string& text, size_t length, AnswerPart start = AnswerPart::text,
            std::optional<ReasoningMarkers> markers = kMarkers) {
  ReasoningSplitter splitter(markers, start);
  Parts parts;
  for (size_t begin = 0; begin < text.size(); begin += length)
    add(parts, splitter.push(text.substr(begin, length)));
  add(parts, splitter.finish());
  return parts;
}

void expect_parts(const std::string& text, const Parts& parts,
                  AnswerPart start = AnswerPart::text) {
  for (size_t length = 1; length <= text.size() + 1; ++length)
    EXPECT_EQ(split(text, length, start), parts) << "in pieces of " << length;
}

TEST(ReasoningSplitter, SeparatesReasoningFromAnswerHoweverItIsCut) {
  expect_parts("<think>\n2 + 2\n\nis 4\n</think>\n\nFour.\n", {"2 + 2\n\nis 4", "Four.\n"});
  expect_parts("\n <think>a</think>b", {"a", "b"});
}

TEST(ReasoningSplitter, EmptyReasoningLeavesOnlyTheAnswer) {
  expect_parts("<think>\n\n</think>\n\nHi", {"", "Hi"});
}

TEST(ReasoningSplitter, AnAnswerWithoutReasoningIsAllText) {
  expect_parts("Use a<b> tags", {"", "Use a<b> tags"});
  expect_parts("  indented", {"", "  indented"});
  expect_parts("<thin", {"", "<thin"});
}

TEST(ReasoningSplitter, AMarkerInsideTheAnswerIsText) {
  expect_parts("The tag <think> opens, </think> closes.",
               {"", "The tag <think> opens, </think> closes."});
  expect_parts("<think>a</think>b </think> c", {"a", "b </think> c"});
}

TEST(ReasoningSplitter, AReasoningThatThePromptOpenedGoesOn) {
  expect_parts("so </thin it is\n</think>\nYes", {"so </thin it is", "Yes"}, AnswerPart::reasoning);
}

TEST(ReasoningSplitter, AReasoningThatNeverEndsIsReasoning) {
  expect_parts("<think>on and on </th", {"on and on </th", ""});
}

TEST(ReasoningSplitter, WithoutMarkersEverythingIsText) {
  EXPECT_EQ(split("<think>a</think>b", 3, AnswerPart::text, std::nullopt),
            (Parts{"", "<think>a</think>b"}));
}

TEST(ReasoningMarkers, ComeFromTheFamilyOrElseTheTemplate) {
  EXPECT_EQ(reasoning_markers("think_tags", "")->close, "</think>");
  EXPECT_EQ(reasoning_markers("none", "{{ content.split('</think>')[-1] }}")->open, "<think>");
  EXPECT_EQ(reasoning_markers("none", "{{ content }}"), std::nullopt);
}

TEST(OpensReasoning, LooksAtTheEndOfThePrompt) {
  EXPECT_TRUE(opens_reasoning("<|assistant|><think>\n", kMarkers));
  EXPECT_FALSE(opens_reasoning("<think>\n\n</think>\n\n", kMarkers));
  EXPECT_FALSE(opens_reasoning("", kMarkers));
}

}  // namespace
}  // namespace swivel
