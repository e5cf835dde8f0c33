#include "library/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swivel::library {
namespace {

using testing::ElementsAre;

TEST(ModelCardTest, TheFrontMattersTagsAreRead) {
  const ModelCard card = read_model_card(
      "---\nlicense: other\nlicense_name: llama3.2\nlicense_link: LICENSE.txt\n"
      "base_model:\n- a/b\n- c/d\nlanguage: [en, no, \"de\"]\ntags:\n- chat\n"
      "pipeline_tag: text-generation\n---\n# Title\n");
  EXPECT_EQ(card.license, "other");
  EXPECT_EQ(card.license_name, "llama3.2");
  EXPECT_EQ(card.license_link, "LICENSE.txt");
  EXPECT_THAT(card.base_models, ElementsAre("a/b", "c/d"));
  EXPECT_THAT(card.languages, ElementsAre("en", "no", "de"));
  EXPECT_THAT(card.tags, ElementsAre("chat"));
  EXPECT_EQ(card.pipeline_tag, "text-generation");
}

TEST(ModelCardTest, OneValueAndAListOfOneAreTheSame) {
  EXPECT_EQ(read_model_card("---\nlicense: [mit]\nbase_model: a/b\n---\n"),
            read_model_card("---\nlicense: mit\nbase_model:\n- a/b\n---\n"));
}

TEST(ModelCardTest, ACardWithoutFrontMatterOrWithAMalformedOneIsEmpty) {
  for (const char* text : {"", "# Title\n", "---\nlicense: mit\n", "---\n: : [\n---\n",
                           "---\n- a list\n---\n", "---\nlicense: {a: b}\n---\n"})
    EXPECT_EQ(read_model_card(text), ModelCard{}) << text;
}

}  // namespace
}  // namespace swivel::library
