#include "text/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swivel::text {
namespace {

std::vector<std::string> matches(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::compile(pattern);
  if (!regex) return {regex.error().message};
  std::vector<Span> spans;
  regex->find(text, spans);
  std::vector<std::string> found;
  for (const Span span : spans) found.emplace_back(span.of(text));
  return found;
}

using testing::ElementsAre;

TEST(Regex, WhiteSpaceIsThatOfUnicode) {
  // U+0085 and U+3000 are, U+180E and U+200B are not.
  EXPECT_THAT(matches(R"(\s)", "\xC2\x85 \xE3\x80\x80\xE1\xA0\x8E\xE2\x80\x8B"),
              ElementsAre("\xC2\x85", " ", "\xE3\x80\x80"));
  EXPECT_THAT(matches(R"([^\S]+)", "a \tb"), ElementsAre(" \t"));
}

TEST(Regex, DollarAndCaretAreAtEveryLine) {
  EXPECT_THAT(matches(R"(\w$)", "ab\ncd"), ElementsAre("b", "d"));
  EXPECT_THAT(matches(R"(^\w)", "ab\ncd"), ElementsAre("a", "c"));
}

TEST(Regex, WordBoundariesFollowOniguruma) {
  EXPECT_THAT(matches(R"(\d{1,3}(?=(?:\d{3})*\b))", "1234567 12\xC2\xB9"),
              ElementsAre("1", "234", "567"));
}

TEST(Regex, HIsAHexadecimalDigit) { EXPECT_THAT(matches(R"(\h+)", "xBEEFy"), ElementsAre("BEEF")); }

TEST(Regex, CodeUnitsAreRead) {
  EXPECT_THAT(matches(R"([\u4e00-\u9fa5]+)", "a\xE4\xBD\xA0"), ElementsAre("\xE4\xBD\xA0"));
}

TEST(Regex, EmptyMatchesAdvanceByACharacter) {
  EXPECT_THAT(matches("x*", "\xC3\xA9x"), ElementsAre("", "x", ""));
}

TEST(Regex, WhatCannotBeReadIsRefusedByName) {
  EXPECT_THAT(matches("[a&&b]", ""),
              ElementsAre("regular expression \"[a&&b]\": && in a class is not supported"));
  EXPECT_THAT(matches("(?m:.)", ""),
              ElementsAre("regular expression \"(?m:.)\": the group option m is not supported"));
  EXPECT_THAT(matches("(", "")[0], testing::HasSubstr("\"(\" does not compile"));
  EXPECT_THAT(matches("a\\", "")[0], testing::HasSubstr("a backslash at the end"));
}

TEST(Regex, APatternThatBacktracksWithoutEndLeavesTheRestUnmatched) {
  const std::string text = "b " + std::string(5000, 'a');
  EXPECT_THAT(matches("(b)|(a+a+)+c", text), ElementsAre("b"));
}

}  // namespace
}  // namespace swivel::text
