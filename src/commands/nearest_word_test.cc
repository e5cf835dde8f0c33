#include "commands/nearest_word.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

TEST(EditDistance, CountsASwapOfNeighboursAsOne) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("run", "run"), 0);
  EXPECT_EQ(edit_distance("rnu", "run"), 1);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(NearestWord, IsTheOneSomebodyMeant) {
  const std::vector<std::string> words = {"run", "chat", "inspect", "families"};
  EXPECT_EQ(nearest_word("rnu", words), "run");
  EXPECT_EQ(nearest_word("inspct", words), "inspect");
  EXPECT_EQ(nearest_word("family", words), std::nullopt);
  EXPECT_EQ(nearest_word("familes", words), "families");
  EXPECT_EQ(nearest_word("xyz", words), std::nullopt);
  EXPECT_EQ(nearest_word("", {}), std::nullopt);
  EXPECT_EQ(nearest_word(std::string(1000, 'r'), words), std::nullopt);
}

}  // namespace
}  // namespace swivel
