#include "model/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/model_test_support.h"

namespace swivel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Resolution> resolved(
    const FamilySpec& family, const json::Value& config,
    ModelSource::Container container = ModelSource::Container::huggingface,
    Facts::FindTensor find = [](std::string_view) { return nullptr; }) {
  Facts facts(container, config, "config.json", std::move(find));
  return resolve(family, facts);
}

// The tiny configuration with one member replaced, added, or (a null pointer) left out.
json::Value config_with(std::string_view key, std::optional<json::Value> value) {
  json::Value config = parsed(kTinyConfig);
  auto& members = config.as_object();
  std::erase_if(members, [&](const json::Member& member) { return member.first == key; });
  if (value) members.emplace_back(std::string(key), std::move(*value));
  return config;
}

std::string error_with(std::string_view key, std::optional<json::Value> value) {
  auto resolution = resolved(family_named("qwen3"), config_with(key, std::move(value)));
  return resolution ? "resolved" : resolution.error().message;
}

TEST(Resolve, MakesEveryNumberConcrete) {
  auto resolution = resolved(family_named("qwen3"), parsed(kTinyConfig));
  ASSERT_TRUE(resolution) << resolution.error().message;
  const ModelConfig& config = resolution->config;
  EXPECT_EQ(config.num_layers(), 2);
  EXPECT_EQ(config.hidden_size, 8);
  const auto& attention = std::get<AttentionConfig>(config.layers[1].mixer);
  EXPECT_EQ(attention.num_kv_heads, 2);
  EXPECT_FLOAT_EQ(attention.scale, 0.5F);
  EXPECT_EQ(attention.window, 0);
  ASSERT_TRUE(attention.rope && attention.qk_norm);
  EXPECT_EQ(attention.rope->base.rotary_dim, 4);
  EXPECT_TRUE(resolution->biased.empty());
  EXPECT_TRUE(resolution->unread.empty());
}

TEST(Resolve, MissingAndNullAreDifferentThings) {
  EXPECT_EQ(error_with("num_key_value_heads", std::nullopt),
            "config.json: num_key_value_heads is missing; family qwen3 needs it as num_kv_heads");
  EXPECT_EQ(error_with("num_key_value_heads", json::Value()), "resolved");
  EXPECT_EQ(error_with("head_dim", json::Value()),
            "config.json: head_dim is null; family qwen3 gives null no meaning");
  EXPECT_EQ(error_with("tie_word_embeddings", std::nullopt), "resolved");
  EXPECT_EQ(error_with("tie_word_embeddings", json::Value()),
            "config.json: tie_word_embeddings is null; family qwen3 gives null no meaning");
}

TEST(Resolve, ValuesOfTheWrongKindAreRefusedByName) {
  EXPECT_EQ(error_with("hidden_size", "8"),
            "config.json: hidden_size: hidden_size must be a whole number above 0; it is \"8\"");
  EXPECT_THAT(error_with("num_hidden_layers", 0), HasSubstr("must be a whole number above 0"));
  EXPECT_THAT(error_with("num_hidden_layers", int64_t{1} << 40), HasSubstr("above 0"));
  EXPECT_THAT(error_with("num_hidden_layers", 100000), HasSubstr("at most 4096 are possible"));
  EXPECT_THAT(error_with("vocab_size", 2000000000), HasSubstr("more than 16777216"));
  EXPECT_THAT(error_with("num_key_value_heads", 3),
              HasSubstr("num_kv_heads = 3 does not divide num_heads = 4"));
  EXPECT_THAT(error_with("head_dim", 5), HasSubstr("the rotary dimension is 5"));
  EXPECT_THAT(error_with("rms_norm_eps", -1), HasSubstr("epsilon"));
  EXPECT_THAT(error_with("attention_bias", 1), HasSubstr("must be true or false; it is 1"));
}

TEST(Resolve, SettingsThatTheFamilyReliesOnAreChecked) {
  EXPECT_EQ(error_with("hidden_act", "gelu"),
            "config.json: hidden_act is \"gelu\"; family qwen3 expects \"silu\"");
  EXPECT_EQ(error_with("hidden_act", std::nullopt), "resolved");
}

TEST(Resolve, RopeScalingsThatAreNotAcceptedAreRefused) {
  EXPECT_EQ(error_with("rope_scaling", parsed(R"({"rope_type": "spiral"})")),
            "config.json: rope_type is spiral; family qwen3 accepts none, linear, dynamic, yarn, "
            "longrope, llama3");
  EXPECT_THAT(error_with("rope_scaling", parsed(R"({"rope_type": "linear"})")),
              HasSubstr("needs a factor above 0"));
  EXPECT_THAT(error_with("rope_scaling", parsed(R"({"rope_type": "longrope", "factor": 2,
                                                    "short_factor": [1], "long_factor": [1, 2]})")),
              HasSubstr("short_factor has 1 entries; half the rotary dimension is 2"));
  EXPECT_THAT(error_with("rope_scaling", parsed(R"({"rope_type": "yarn", "factor": "4"})")),
              HasSubstr("factor of the rotary scaling must be a number"));
  EXPECT_THAT(error_with("rope_scaling", 3), HasSubstr("must be a group of settings"));
}

TEST(Resolve, KeysThatNobodyReadAreNamed) {
  auto resolution = resolved(family_named("qwen3"), config_with("router_jitter", 1));
  ASSERT_TRUE(resolution);
  EXPECT_THAT(resolution->unread, ElementsAre("router_jitter"));
  resolution =
      resolved(family_named("qwen3"), config_with("rope_scaling", parsed(R"({"rope_type": "default",
                                                               "mrope_section": [1]})")));
  ASSERT_TRUE(resolution) << resolution.error().message;
  EXPECT_THAT(resolution->unread, ElementsAre("rope_scaling.mrope_section"));
  resolution = resolved(family_named("qwen3"), config_with("torch_dtype", "bfloat16"));
  EXPECT_TRUE(resolution->unread.empty());
}

// The list is searched by halves.
TEST(Resolve, EveryHarmlessKeyIsKnownAsOne) {
  for (const char* key : {"_attn_implementation", "_name_or_path", "auto_map", "is_llama_config",
                          "transformers.js_config", "transformers_version", "use_cache"}) {
    auto resolution = resolved(family_named("qwen3"), config_with(key, "x"));
    ASSERT_TRUE(resolution);
    EXPECT_TRUE(resolution->unread.empty()) << key;
  }
}

TEST(Resolve, WindowsFollowThePlan) {
  json::Value config = config_with("use_sliding_window", true);
  config.as_object().emplace_back("sliding_window", 5);
  config.as_object().emplace_back("max_window_layers", 1);
  auto resolution = resolved(family_named("qwen3"), config);
  ASSERT_TRUE(resolution) << resolution.error().message;
  EXPECT_EQ(std::get<AttentionConfig>(resolution->config.layers[0].mixer).window, 0);
  EXPECT_EQ(std::get<AttentionConfig>(resolution->config.layers[1].mixer).window, 5);
}

TEST(Resolve, GgufMetadataGivesTheSameConfiguration) {
  const json::Value metadata = parsed(R"({
    "general.architecture": "qwen3", "general.name": "tiny", "qwen3.embedding_length": 8,
    "qwen3.block_count": 2, "qwen3.attention.head_count": 4, "qwen3.attention.head_count_kv": 2,
    "qwen3.attention.key_length": 4, "qwen3.attention.value_length": 4,
    "qwen3.feed_forward_length": 12, "qwen3.context_length": 64, "qwen3.rope.dimension_count": 4,
    "qwen3.attention.layer_norm_rms_epsilon": 1e-6, "tokenizer.ggml.tokens.length": 16})");
  const StoredTensor output;
  auto gguf = resolved(family_named("qwen3"), metadata, ModelSource::Container::gguf,
                       [&](std::string_view name) -> const StoredTensor* {
                         return name == "output.weight" ? &output : nullptr;
                       });
  ASSERT_TRUE(gguf) << gguf.error().message;
  auto huggingface = resolved(family_named("qwen3"), parsed(kTinyConfig));
  EXPECT_EQ(gguf->config, huggingface->config);
  EXPECT_FALSE(gguf->tied_embeddings);
  EXPECT_TRUE(gguf->unread.empty());
}

TEST(Resolve, WhatGgufStatesTwiceMustAgree) {
  json::Value metadata = parsed(R"({
    "general.architecture": "llama", "llama.embedding_length": 8, "llama.block_count": 1,
    "llama.attention.head_count": 2, "llama.feed_forward_length": 12, "llama.context_length": 64,
    "llama.attention.layer_norm_rms_epsilon": 1e-6, "llama.vocab_size": 16,
    "llama.rope.dimension_count": 2})");
  auto resolution = resolved(family_named("llama"), metadata, ModelSource::Container::gguf);
  ASSERT_FALSE(resolution);
  EXPECT_EQ(
      resolution.error().message,
      "config.json: llama.rope.dimension_count is 2; family llama turns 4 elements of a head");
}

TEST(Resolve, PatternsMatchWithStars) {
  EXPECT_TRUE(matches_pattern("mtp.*", "mtp.layers.0.x"));
  EXPECT_TRUE(matches_pattern("*.inv_freq", "a.b.inv_freq"));
  EXPECT_TRUE(matches_pattern("a*b*c", "axxbyyc"));
  EXPECT_FALSE(matches_pattern("a*b*c", "axxbyy"));
  EXPECT_FALSE(matches_pattern("mtp", "mtp.x"));
  EXPECT_TRUE(matches_pattern("*", ""));
}

}  // namespace
}  // namespace swivel
