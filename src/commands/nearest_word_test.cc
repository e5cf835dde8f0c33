#include "commands/nearest_word.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

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
