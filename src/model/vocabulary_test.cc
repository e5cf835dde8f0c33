#include "model/vocabulary.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "formats/json.h"

namespace swivel {
namespace {

TEST(Vocabulary, EveryKeyIsDescribedOnceAndEveryNeutralValueIsJson) {
  std::set<std::string> paths;
  for (const VocabularyRow& row : vocabulary()) {
    EXPECT_TRUE(paths.insert(row.path).second) << row.path;
    EXPECT_FALSE(row.doc.empty()) << row.path;
    EXPECT_GE(row.since, 1) << row.path;
    EXPECT_LE(row.since, kSchema) << row.path;
    if (row.optional || row.since > 1) {
      EXPECT_TRUE(json::parse(row.neutral, row.path)) << row.path;
    }
    const bool has_words = row.type == ValueType::word || row.type == ValueType::words;
    EXPECT_EQ(has_words, !row.words.empty()) << row.path;
  }
}

TEST(Vocabulary, AStarStandsForAnyOneKey) {
  auto path_of = [](std::vector<std::string> keys) {
    const VocabularyRow* row = find_row(vocabulary(), keys);
    return row ? row->path : "";
  };
  EXPECT_EQ(path_of({"layers", "kinds", "whatever", "mixer"}), "layers.kinds.*.mixer");
  EXPECT_EQ(path_of({"layers", "kinds", "whatever"}), "");
  EXPECT_EQ(path_of({"layers", "kinds", "a", "mixer", "b"}), "");
  EXPECT_EQ(path_of({"schema"}), "schema");
  EXPECT_EQ(path_of({}), "");
}

TEST(Vocabulary, TheNearestWordIsOfferedOnlyIfItIsNear) {
  const std::string_view words[] = {"half_split", "adjacent"};
  EXPECT_EQ(nearest("halfsplit", words), "half_split");
  EXPECT_EQ(nearest("adjcent", words), "adjacent");
  EXPECT_EQ(nearest("something", words), "");
  EXPECT_EQ(nearest(std::string(100000, 'x'), words), "");
}

TEST(Vocabulary, ThePageInDocsIsCurrent) {
  std::ifstream file(SWIVEL_SOURCE_DIR "/docs/families.md");
  const std::string written((std::istreambuf_iterator<char>(file)), {});
  EXPECT_TRUE(written == vocabulary_page())
      << "docs/families.md is not what `swivel families doc` prints";
}

}  // namespace
}  // namespace swivel
