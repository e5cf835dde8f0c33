#include "chat/stop_strings.h"

#include <random>

#include <gtest/gtest.h>

namespace swivel {
namespace {

using Words = std::vector<std::string>;

struct Seen {
  std::string text;
  std::string found;
};

Seen feed(const Words& stops, const Words& pieces) {
  StopStrings strings(stops);
  Seen seen;
  for (const std::string& piece : pieces) {
    auto step = strings.push(piece);
    seen.text += step.text;
    if (step.stopped) return {seen.text, strings.found()};
  }
  seen.text += strings.finish();
  return seen;
}

Words cut_at_random(const std::string& text, std::mt19937& random) {
  Words pieces;
  for (size_t begin = 0; begin < text.size();) {
    const size_t length = 1 + random() % 4;
    pieces.push_back(text.substr(begin, length));
    begin += length;
  }
  return pieces;
}

TEST(Overlap, IsTheLongestEndThatBeginsTheWord) {
  EXPECT_EQ(overlap("abc", "cd"), 1u);
  EXPECT_EQ(overlap("aaa", "aab"), 2u);
  EXPECT_EQ(overlap("abc", "abc"), 0u);
  EXPECT_EQ(overlap("", "abc"), 0u);
  EXPECT_EQ(overlap("abc", ""), 0u);
}

TEST(StopStrings, PassEverythingOnWithoutStops) {
  EXPECT_EQ(feed({}, {"a", "", "b"}).text, "ab");
  EXPECT_EQ(feed({""}, {"a", "b"}).text, "ab");
}

TEST(StopStrings, EndAtAStopThatIsCutIntoPieces) {
  const auto seen = feed({"\n\nUser:"}, {"fine", ".\n", "\nUs", "er: and"});
  EXPECT_EQ(seen.text, "fine.");
  EXPECT_EQ(seen.found, "\n\nUser:");
}

TEST(StopStrings, GiveBackWhatTurnsOutNotToBeAStop) {
  EXPECT_EQ(feed({"STOP"}, {"ST", "O", "RE"}).text, "STORE");
  EXPECT_EQ(feed({"STOP"}, {"the ST"}).text, "the ST");
}

TEST(StopStrings, OfSeveralTheOneThatEndsFirstCounts) {
  EXPECT_EQ(feed({"world", "lo"}, {"hello world"}).text, "hel");
  EXPECT_EQ(feed({"abcde", "bc"}, {"abcde"}).found, "bc");
  EXPECT_EQ(feed({"bc", "abc"}, {"abc"}).found, "abc");
}

// The definition, on the whole text.
Seen by_definition(const std::string& text, const Words& stops) {
  for (size_t end = 0; end <= text.size(); ++end) {
    std::string longest;
    for (const std::string& stop : stops)
      if (text.substr(0, end).ends_with(stop) && stop.size() > longest.size()) longest = stop;
    if (!longest.empty()) return {text.substr(0, end - longest.size()), longest};
  }
  return {text, ""};
}

TEST(StopStrings, AnyCutGivesTheSameText) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 24; ++i) text += "ab"[random() % 2];
    Words stops;
    for (int i = 0; i < 2; ++i) {
      std::string stop;
      for (size_t j = 0; j < 4 + random() % 3; ++j) stop += "ab"[random() % 2];
      stops.push_back(stop);
    }
    const auto expected = by_definition(text, stops);
    const auto seen = feed(stops, cut_at_random(text, random));
    EXPECT_EQ(seen.text, expected.text) << text << ' ' << stops[0] << ' ' << stops[1];
    EXPECT_EQ(seen.found, expected.found);
  }
}

TEST(StopStrings, NoPieceEverHoldsThePartOfAStopThatFollows) {
  StopStrings strings({"<end>"});
  std::string shown;
  for (const char c : std::string("a<en<end>")) shown += strings.push(std::string(1, c)).text;
  EXPECT_EQ(shown, "a<en");
}

}  // namespace
}  // namespace swivel
