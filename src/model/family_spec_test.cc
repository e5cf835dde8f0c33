#include "model/family_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/model_test_support.h"

namespace swivel {
namespace {

using testing::HasSubstr;

std::string error_of(std::string text) {
  auto family = parse_family(std::move(text), "x.toml");
  return family ? "valid" : family.error().message;
}

// The message for one of the built-in files with one place changed.
std::string error_with(std::string_view from, std::string_view to,
                       std::string_view family = "qwen3") {
  return error_of(replaced(family_text(family), from, to));
}

TEST(FamilySpec, EveryBuiltInFamilyIsValid) {
  ASSERT_GE(embedded_families().size(), 3u);
  for (const EmbeddedFile& file : embedded_families())
    EXPECT_EQ(error_of(std::string(file.text)), "valid") << file.name;
}

TEST(FamilySpec, UnknownKeysAreRefusedWithTheNearestOneAndTheirLine) {
  EXPECT_EQ(error_of("schema = 1\nnaem = \"x\"\n"),
            "x.toml:2: naem: no such key; did you mean name?");
  EXPECT_THAT(error_with("norm           =", "nrom ="),
              HasSubstr("block.nrom: no such key; did you mean norm?"));
  EXPECT_THAT(error_with("hidden_size        =", "hiden_size ="),
              HasSubstr("config.hiden_size: no such key; did you mean hidden_size?"));
}

TEST(FamilySpec, UnknownWordsAreRefusedWithTheNearestOneAndAllWords) {
  EXPECT_THAT(error_with("\"half_split\"", "\"halfsplit\""),
              HasSubstr("rope.pairing: no such word: halfsplit; did you mean \"half_split\"? "
                        "(words: half_split, adjacent)"));
  EXPECT_THAT(error_with("at = \"before_rope\"", "at = \"sometimes\""),
              HasSubstr("(words: before_rope, after_rope)"));
}

TEST(FamilySpec, MissingKeysAreNamed) {
  EXPECT_THAT(error_with("norm_eps       = \"$norm_eps\"\n", ""),
              HasSubstr("block.norm_eps: missing"));
  EXPECT_THAT(error_with("[embedding]\nscale = 1.0\n", ""), HasSubstr("missing: embedding.scale"));
  EXPECT_EQ(error_of("name = \"x\""), "x.toml: schema: missing");
}

TEST(FamilySpec, SchemasOfTheFutureAreRefused) {
  EXPECT_EQ(error_of("schema = 2\n"), "x.toml:1: schema: this program reads schemas 1 to 1, not 2");
  EXPECT_THAT(error_of("schema = 0\n"), HasSubstr("not 0"));
}

TEST(FamilySpec, FieldsAreBoundBeforeTheyAreUsedAndUsedIfBound) {
  EXPECT_THAT(error_with("\"$norm_eps\"", "\"$layer_period\""),
              HasSubstr("$layer_period is used but not bound"));
  EXPECT_THAT(error_with("null = \"$num_heads\"", "null = \"$head_dim\""),
              HasSubstr("config.num_kv_heads: $head_dim is not bound above"));
  EXPECT_THAT(error_with("vocab_size         =", "logits_scaling = \"x\"\nvocab_size ="),
              HasSubstr("config.logits_scaling: nothing in the file uses it"));
}

TEST(FamilySpec, PlansAndKindsFitTogether) {
  EXPECT_THAT(error_with("{ all = \"full\" },", "{ all = \"fall\" },"),
              HasSubstr("names the kind fall, which is not there"));
  EXPECT_THAT(error_with("kinds.full ",
                         "kinds.other = { mixer = \"attention\", feed_forward = "
                         "\"gated_mlp\", position = \"none\", window = 3 }\nkinds.full "),
              HasSubstr("layers.kinds.other: no step of the plan names this kind"));
  EXPECT_THAT(error_with("position = \"rope\", ", ""), HasSubstr("position: missing"));
  EXPECT_THAT(error_with("{ all = \"full\" },", "{ all = \"full\", period = 3 },"),
              HasSubstr("a step of a plan has one form"));
}

TEST(FamilySpec, RolesFitTheFacts) {
  EXPECT_THAT(error_with("q_norm        = \"self_attn.q_norm\"\n", ""),
              HasSubstr("q_norm is there exactly if attention.qk_norm is"));
  EXPECT_THAT(error_with("up_proj       = \"mlp.up_proj\"\n", ""), HasSubstr("up_proj is missing"));
  EXPECT_THAT(error_with("model.layers.{i}", "model.layers"), HasSubstr("must hold {i}"));
  EXPECT_THAT(error_with("{ over = \"head\", at = \"before_rope\" }", "{ over = \"head\" }"),
              HasSubstr("attention.qk_norm: needs over and at"));
}

TEST(FamilySpec, OnlyTheClosedFormulasAreKnown) {
  EXPECT_THAT(error_with("1/sqrt($head_dim)", "2/sqrt($head_dim)"),
              HasSubstr("attention.scale: 2/sqrt($head_dim) is no number"));
  EXPECT_THAT(error_with("1/sqrt($head_dim)", "$head_dim * 2"), HasSubstr("attention.scale"));
}

TEST(FamilySpec, AnOlderFileTakesTheNeutralValueOfAYoungerKey) {
  std::vector<VocabularyRow> rows = {
      {"schema", ValueType::integer, {}, {}, Effect::other, "", 1, false},
      {"attention.softcap",
       ValueType::expression,
       {},
       "\"none\"",
       Effect::arithmetic,
       "",
       3,
       false}};
  FamilyText text{parsed(R"({"schema": 2})"), "old.toml", "", {}};
  json::Value completed;
  ASSERT_TRUE(check_family(text, rows, 3, completed));
  EXPECT_EQ(*completed.find("attention")->find("softcap"), json::Value("none"));

  text.root = parsed(R"({"schema": 2, "attention": {"softcap": 50}})");
  auto status = check_family(text, rows, 3, completed);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "old.toml: attention.softcap: the key is of schema 3; the file says schema 2");

  text.root = parsed(R"({"schema": 3})");
  EXPECT_FALSE(check_family(text, rows, 3, completed));
}

TEST(FamilySpec, BrokenTomlHasALine) {
  EXPECT_THAT(error_of("schema = 1\nname = \n"), HasSubstr("x.toml:2"));
}

}  // namespace
}  // namespace swivel
