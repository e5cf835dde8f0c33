#include "text/normalizer.h"

#include <gtest/gtest.h>

namespace swivel::text {
namespace {

std::string apply(Normalizer::Step step, std::string_view text) {
  Normalizer normalizer;
  normalizer.add(std::move(step));
  std::string storage;
  return std::string(normalizer.apply(text, storage));
}

using Form = Normalizer::Form;

TEST(Normalizer, ComposesAndDecomposes) {
  EXPECT_EQ(apply(Normalizer::Compose{Form::nfc}, "e\xCC\x81 \xE2\x84\xAB"), "\xC3\xA9 \xC3\x85");
  EXPECT_EQ(apply(Normalizer::Compose{Form::nfd}, "\xC3\xA9"), "e\xCC\x81");
  EXPECT_EQ(apply(Normalizer::Compose{Form::nfkc}, "\xEF\xAC\x81"), "fi");
}

// U+32FF, SQUARE ERA NAME REIWA, is of Unicode 12.1.
TEST(Normalizer, CharactersAfterUnicode9StayAsTheyAre) {
  EXPECT_EQ(apply(Normalizer::Compose{Form::nfkc}, "\xE3\x8B\xBF\xEF\xAC\x81"),
            "\xE3\x8B\xBF"
            "fi");
}

TEST(Normalizer, StripsAtTheChosenEnds) {
  EXPECT_EQ(apply(Normalizer::Strip{true, false}, " \t a \xE3\x80\x80"), "a \xE3\x80\x80");
  EXPECT_EQ(apply(Normalizer::Strip{false, true}, " a \xE3\x80\x80"), " a");
  EXPECT_EQ(apply(Normalizer::Strip{true, true}, " \n "), "");
}

TEST(Normalizer, PrependsToTextOnly) {
  EXPECT_EQ(apply(Normalizer::Prepend{"_"}, "a"), "_a");
  EXPECT_EQ(apply(Normalizer::Prepend{"_"}, ""), "");
}

TEST(Normalizer, CollapsesSpacesAsSentencePieceDoes) {
  EXPECT_EQ(apply(Normalizer::CollapseSpaces{}, "  a   b\t  "), "a b\t");
  EXPECT_EQ(apply(Normalizer::CollapseSpaces{}, "a\xE2\x96\x81 \xE2\x96\x81"), "a");
}

TEST(Normalizer, DropsCombiningMarks) {
  EXPECT_EQ(apply(Normalizer::StripAccents{}, "e\xCC\x81"), "e");
}

TEST(Normalizer, LowersEachCharacterAlone) {
  EXPECT_EQ(apply(Normalizer::Lowercase{}, "\xC3\x84\xCE\xA3"), "\xC3\xA4\xCF\x83");
}

}  // namespace
}  // namespace swivel::text
