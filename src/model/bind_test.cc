#include "model/bind.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/thread_pool.h"
#include "kernels/choose.h"
#include "model/model_test_support.h"

namespace swivel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Bind : public testing::Test {
 protected:
  Result<Model> load(LoadOptions options = {}) {
    options.kernels = &kernels::reference_table();
    options.threads = &threads_;
    if (options.family_folder.empty()) options.family_folder = "/nowhere";
    return load_model(checkpoint_.source, options);
  }
  std::string error(LoadOptions options = {}) {
    auto model = load(options);
    return model ? "loaded" : model.error().message;
  }

  ThreadPool threads_{1};
  TinyCheckpoint checkpoint_{family_named("qwen3"), parsed(kTinyConfig)};
};

TEST_F(Bind, EveryTensorFindsItsRole) {
  auto model = load();
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.family, "qwen3");
  EXPECT_EQ(model->description.tensors, 3 + 2 * 11);
  EXPECT_EQ(model->weights.layers[1].mlp.down_proj.weight.cols, 12);
  EXPECT_EQ(model->weights.layers[0].attention.q_norm.size(), 4u);
}

TEST_F(Bind, AWrongShapeNamesThePlaceWhatWasExpectedAndWhatWasFound) {
  checkpoint_.tensor("model.layers.1.self_attn.q_proj.weight").shape = Shape{8, 16};
  EXPECT_EQ(error(),
            "model.safetensors: model.layers.1.self_attn.q_proj.weight is [8, 16]; qwen3 expects "
            "[num_heads * head_dim, hidden_size] = [16, 8]");
}

TEST_F(Bind, MissingTensorsAreNamed) {
  checkpoint_.remove("model.layers.0.mlp.up_proj.weight");
  EXPECT_EQ(error(),
            "tiny: 1 tensor that family qwen3 needs is missing: model.layers.0.mlp.up_proj.weight");
}

TEST_F(Bind, TensorsThatNobodyClaimsStopTheLoad) {
  checkpoint_.add("model.layers.0.self_attn.sinks", Shape{4});
  checkpoint_.add("visual.patch", Shape{4});
  EXPECT_EQ(error(),
            "model.safetensors: 2 tensors that family qwen3 neither reads nor ignores: "
            "model.layers.0.self_attn.sinks, visual.patch");
}

TEST_F(Bind, ATensorInTwoFilesIsRefused) {
  checkpoint_.source.files.push_back(checkpoint_.source.files[0]);
  checkpoint_.source.files[1].name = "other.safetensors";
  EXPECT_THAT(error(), HasSubstr("other.safetensors: model.embed_tokens.weight is in "
                                 "model.safetensors too"));
}

TEST_F(Bind, AStoredHeadOfATiedModelIsListedAsNotRead) {
  for (auto& [key, value] : checkpoint_.source.facts.as_object())
    if (key == "tie_word_embeddings") value = true;
  auto model = load();
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(model->description.ignored_tensors, ElementsAre("lm_head.weight"));
}

TEST_F(Bind, AStoredHeadThatDiffersFromTheTiedEmbeddingIsRefused) {
  for (auto& [key, value] : checkpoint_.source.facts.as_object())
    if (key == "tie_word_embeddings") value = true;
  std::vector<std::byte> other(checkpoint_.tensor("lm_head.weight").data.size(), std::byte{1});
  checkpoint_.tensor("lm_head.weight").data = other;
  EXPECT_EQ(error(),
            "model.safetensors: lm_head.weight differs from model.embed_tokens.weight, but "
            "config.json says that they are the same (tied)");
}

TEST_F(Bind, TensorsOfUnknownFormatsMatterOnlyIfTheyAreRead) {
  checkpoint_.source.files[0].unreadable.emplace_back("lm_head.weight.scale", "an unknown dtype");
  EXPECT_THAT(error(), HasSubstr("neither reads nor ignores: lm_head.weight.scale"));
  checkpoint_.source.files[0].unreadable = {{"model.norm.weight", "model.norm.weight: dtype F8"}};
  checkpoint_.remove("model.norm.weight");
  EXPECT_EQ(error(), "model.norm.weight: dtype F8");
}

TEST_F(Bind, UnreadKeysWarnAndUnderStrictStop) {
  checkpoint_.source.facts.as_object().emplace_back("router_jitter", 1);
  auto model = load();
  ASSERT_TRUE(model);
  EXPECT_THAT(model->description.warnings, ElementsAre("not read by family qwen3: router_jitter"));
  EXPECT_EQ(error({.unread_keys = Strictness::strict}),
            "config.json: not read by family qwen3: router_jitter");
}

TEST_F(Bind, AModelLargerThanTheMemoryIsRefusedBeforeLoading) {
  auto model = load({.memory_limit = 1000});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::out_of_memory);
  EXPECT_THAT(model.error().message, HasSubstr("1000 are available"));
}

// A family of the user's own, in which every tensor has another name, needs no rebuilding.
TEST_F(Bind, AFamilyFileThatRenamesEveryTensorWorksWithoutRebuilding) {
  std::string text = family_text("qwen3");
  const std::pair<const char*, const char*> renames[] = {
      {"\"qwen3\"", "\"renamed\""},  {"Qwen3ForCausalLM", "RenamedForCausalLM"},
      {"model.embed_tokens", "tok"}, {"\"model.norm\"", "\"out_norm\""},
      {"\"lm_head\"", "\"out\""},    {"model.layers.{i}", "block{i}"},
      {"input_layernorm", "n1"},     {"self_attn.q_proj", "wq"},
      {"self_attn.k_proj", "wk"},    {"self_attn.v_proj", "wv"},
      {"self_attn.o_proj", "wo"},    {"self_attn.q_norm", "qn"},
      {"self_attn.k_norm", "kn"},    {"post_attention_layernorm", "n2"},
      {"mlp.gate_proj", "w1"},       {"mlp.up_proj", "w3"},
      {"mlp.down_proj", "w2"}};
  for (const auto& [from, to] : renames) text = replaced(std::move(text), from, to);
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("families-{}", getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "renamed.toml") << text;

  json::Value config = parsed(kTinyConfig);
  config.as_object()[0].second = json::Array{"RenamedForCausalLM"};
  auto family = parse_family(text, "renamed.toml");
  ASSERT_TRUE(family) << family.error().message;
  checkpoint_.data.clear();
  TinyCheckpoint renamed(*family, config);
  EXPECT_EQ(renamed.source.files[0].tensors[0].name, "tok.weight");
  auto model = load_model(
      renamed.source,
      {.family_folder = folder, .kernels = &kernels::reference_table(), .threads = &threads_});
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.family, "renamed");
}

}  // namespace
}  // namespace swivel
