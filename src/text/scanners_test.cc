#include "text/scanners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>

#include <random>

#include "text/regex.h"
#include "text/utf8.h"

namespace swivel::text {
namespace {

// PCRE2 10.42 knows Unicode 14 and no later character.
const icu::UnicodeSet& characters_pcre2_knows() {
  static const icu::UnicodeSet* const set = [] {
    UErrorCode error = U_ZERO_ERROR;
    auto* made = new icu::UnicodeSet(icu::UnicodeString(u"[[:Age=14.0:]-[:Cs:]-[:Co:]]"), error);
    made->freeze();
    return made;
  }();
  return *set;
}

class RandomText {
 public:
  explicit RandomText(uint32_t seed) : random_(seed) {
    for (int category = 0; category < U_CHAR_CATEGORY_COUNT; ++category) {
      icu::UnicodeSet set;
      UErrorCode error = U_ZERO_ERROR;
      set.applyIntPropertyValue(UCHAR_GENERAL_CATEGORY, category, error);
      set.retainAll(characters_pcre2_knows());
      if (set.size() > 0) categories_.push_back(set);
    }
  }

  std::string next() {
    static constexpr const char* kPieces[] = {
        "'s",   "'LL", "'re", "'\xC5\xBF", " ", "  ", "\n",   "\r\n",         "\t", "12",
        "3456", "x",   "Ab",  "ABC",       "/", "?!", "//\n", "\xE4\xBD\xA0", "a",  "'D"};
    std::string text;
    const int length = static_cast<int>(random_() % 24);
    for (int i = 0; i < length; ++i) {
      if (random_() % 2 == 0) {
        text += kPieces[random_() % std::size(kPieces)];
        continue;
      }
      const icu::UnicodeSet& set = categories_[random_() % categories_.size()];
      const int32_t index = static_cast<int32_t>(random_() % static_cast<uint32_t>(set.size()));
      append_utf8(text, static_cast<char32_t>(set.charAt(index)));
    }
    return text;
  }

 private:
  std::mt19937 random_;
  std::vector<icu::UnicodeSet> categories_;
};

std::vector<std::string> words(Scanner scanner, const std::string& text) {
  std::vector<Span> spans;
  scanner(text, spans);
  std::vector<std::string> words;
  for (const Span span : spans) words.emplace_back(span.of(text));
  return words;
}

class EveryScanner : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryScanner, FindsWhatTheExpressionFindsInRandomText) {
  const auto scanner = scanner_for(GetParam());
  ASSERT_TRUE(scanner);
  const auto regex = Regex::compile(GetParam());
  ASSERT_TRUE(regex) << regex.error().message;
  RandomText random(20240229);
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = random.next();
    std::vector<Span> found;
    (*scanner)(text, found);
    std::vector<Span> expected;
    regex->find(text, expected);
    ASSERT_EQ(found, expected) << testing::PrintToString(text);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryScanner, testing::ValuesIn(scanned_expressions()),
                         [](const auto& info) {
                           return "Expression" + std::to_string(info.index);
                         });

TEST(Scanners, LineEndsInTheExpressionMayBeCharacters) {
  std::string written(scanned_expressions()[6]);
  for (size_t at = written.find("\\r\\n"); at != written.npos; at = written.find("\\r\\n"))
    written.replace(at, 4, "\r\n");
  EXPECT_EQ(scanner_for(written), scanner_for(scanned_expressions()[6]));
}

TEST(Scanners, AnUnknownExpressionHasNone) { EXPECT_FALSE(scanner_for("a+")); }

TEST(Scanners, TheLastOfSeveralSpacesStaysWithTheWord) {
  const auto scanner = *scanner_for(kByteLevelExpression);
  EXPECT_THAT(words(scanner, "a   b  "), testing::ElementsAre("a", "  ", " b", "  "));
}

TEST(Scanners, LettersNewInUnicode16AreLetters) {
  const auto scanner = *scanner_for(kByteLevelExpression);
  EXPECT_THAT(words(scanner, "a\xE1\xB2\x89z"), testing::ElementsAre("a\xE1\xB2\x89z"));
}

TEST(Scanners, ALongRunOfOneCharacterIsReadOnce) {
  for (const char c : {'a', ' ', '\n', '7', '!', '\''})
    for (const std::string_view expression : scanned_expressions()) {
      std::vector<Span> spans;
      (*scanner_for(expression))(std::string(200'000, c), spans);
      EXPECT_LE(spans.size(), 200'000u);
    }
}

}  // namespace
}  // namespace swivel::text
