#include "text/pre_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swivel::text {
namespace {

using Behavior = PreTokenizer::Behavior;
using Invert = PreTokenizer::Invert;
using testing::ElementsAre;

std::vector<std::string> split(Behavior behavior, std::string text, Invert invert = Invert::no) {
  PreTokenizer pre_tokenizer;
  pre_tokenizer.add(PreTokenizer::Split{Pattern::literal("-"), behavior, invert});
  std::vector<std::string> pieces;
  for (const Span span : pre_tokenizer.cut(text, PreTokenizer::At::text_start))
    pieces.emplace_back(span.of(text));
  return pieces;
}

// The examples of the tokenizers package's documentation.
TEST(PreTokenizer, EachBehaviourTreatsMatchesItsOwnWay) {
  const std::string text = "the-final--countdown";
  EXPECT_THAT(split(Behavior::removed, text), ElementsAre("the", "final", "countdown"));
  EXPECT_THAT(split(Behavior::isolated, text),
              ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(split(Behavior::merged_with_previous, text),
              ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(split(Behavior::merged_with_next, text),
              ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(split(Behavior::contiguous, text),
              ElementsAre("the", "-", "final", "--", "countdown"));
}

TEST(PreTokenizer, InvertedMatchesAreWhatLiesBetween) {
  EXPECT_THAT(split(Behavior::removed, "a-b--c", Invert::yes), ElementsAre("-", "-", "-"));
  EXPECT_THAT(split(Behavior::merged_with_previous, "a-b", Invert::yes), ElementsAre("a", "-b"));
}

std::vector<std::string> metaspace(PreTokenizer::Scheme scheme, PreTokenizer::At at,
                                   std::string text) {
  PreTokenizer pre_tokenizer;
  pre_tokenizer.add(PreTokenizer::Metaspace{"_", scheme});
  pre_tokenizer.add(PreTokenizer::Split{Pattern::literal("_"), Behavior::merged_with_next});
  std::vector<std::string> pieces;
  for (const Span span : pre_tokenizer.cut(text, at)) pieces.emplace_back(span.of(text));
  return pieces;
}

TEST(PreTokenizer, MetaspacePrependsAsItsSchemeSays) {
  using At = PreTokenizer::At;
  using Scheme = PreTokenizer::Scheme;
  EXPECT_THAT(metaspace(Scheme::always, At::later, "a b"), ElementsAre("_a", "_b"));
  EXPECT_THAT(metaspace(Scheme::always, At::later, " a"), ElementsAre("_a"));
  EXPECT_THAT(metaspace(Scheme::first, At::text_start, "a b"), ElementsAre("_a", "_b"));
  EXPECT_THAT(metaspace(Scheme::first, At::later, "a b"), ElementsAre("a", "_b"));
  EXPECT_THAT(metaspace(Scheme::never, At::text_start, "a b"), ElementsAre("a", "_b"));
}

// U+00B2 is byte-level's character for a byte inside many characters, and a digit.
TEST(PreTokenizer, StepsAfterByteLevelSeeItsAlphabet) {
  PreTokenizer pre_tokenizer;
  pre_tokenizer.add(PreTokenizer::ToByteAlphabet{});
  pre_tokenizer.add(PreTokenizer::Split{Pattern::character(kNumber), Behavior::isolated});
  std::string text = "\xE4\xBA\xB2";
  const std::vector<Span> pieces = pre_tokenizer.cut(text, PreTokenizer::At::text_start);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].of(text), "\xE4\xBA");
  EXPECT_EQ(pieces[1].of(text), "\xB2");
}

}  // namespace
}  // namespace swivel::text
