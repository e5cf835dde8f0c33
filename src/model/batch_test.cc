#include "model/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/kv_store.h"
#include "model/memory.h"
#include "model/model_config.h"

namespace swivel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ModelConfig config_of_two_layers() {
  ModelConfig config;
  config.hidden_size = 8;
  config.vocab_size = 10;
  LayerConfig layer;
  layer.mixer = AttentionConfig{.num_heads = 4, .num_kv_heads = 2, .head_dim = 8};
  layer.feed_forward = GatedMlpConfig{.intermediate_size = 12};
  config.layers = {layer, layer};
  return config;
}

class BatchTest : public testing::Test {
 protected:
  std::string error(const Batch& batch) {
    const Status status = validate(batch, config_, kv_);
    return status ? "" : status.error().message;
  }

  ModelConfig config_ = config_of_two_layers();
  KvStore kv_ = *KvStore::create(config_, ops::KvType::f32, 4);
  std::vector<int32_t> tokens_ = {1, 2, 3};
};

TEST_F(BatchTest, AppendedSequencesLieOneAfterAnother) {
  const std::vector<int32_t> first = {0, 1}, second = {2};
  Batch batch;
  append(batch, tokens_, 31, 34, first, LogitRows::last);
  append(batch, tokens_, 0, 3, second, LogitRows::all);
  EXPECT_THAT(batch.positions, ElementsAre(31, 32, 33, 0, 1, 2));
  EXPECT_THAT(batch.logit_rows, ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(error(batch), "");
}

TEST_F(BatchTest, TokensOutsideTheVocabularyAreRefused) {
  const std::vector<int32_t> pages = {0}, tokens = {10};
  Batch batch;
  append(batch, tokens, 0, 1, pages, LogitRows::none);
  EXPECT_EQ(error(batch), "token 10 is not in the vocabulary of 10");
  batch.tokens[0] = -1;
  EXPECT_EQ(error(batch), "token -1 is not in the vocabulary of 10");
}

TEST_F(BatchTest, PagesMustHoldThePositionsAndExist) {
  const std::vector<int32_t> few = {0}, outside = {4};
  Batch batch;
  append(batch, tokens_, 30, 33, few, LogitRows::none);
  EXPECT_EQ(error(batch), "batch: 1 pages do not hold 33 positions");
  batch = {};
  append(batch, tokens_, 0, 3, outside, LogitRows::none);
  EXPECT_EQ(error(batch), "batch: there is no page 4");
}

TEST_F(BatchTest, TwoSequencesMayReadAPageButNotWriteIt) {
  const std::vector<int32_t> a = {0, 1}, b = {0, 2}, c = {0, 1};
  Batch batch;
  append(batch, tokens_, 32, 35, a, LogitRows::none);
  append(batch, tokens_, 32, 35, b, LogitRows::none);
  EXPECT_EQ(error(batch), "");
  append(batch, tokens_, 32, 35, c, LogitRows::none);
  EXPECT_EQ(error(batch), "batch: page 1 would be written twice");
}

TEST_F(BatchTest, PartsThatContradictEachOtherAreRefused) {
  const std::vector<int32_t> pages = {0};
  Batch batch;
  append(batch, tokens_, 0, 3, pages, LogitRows::none);
  Batch wrong = batch;
  wrong.logit_rows = {3};
  EXPECT_THAT(error(wrong), HasSubstr("there is no row 3"));
  wrong = batch;
  wrong.positions[1] = 5;
  EXPECT_THAT(error(wrong), HasSubstr("row 1 has position 5, not 1"));
  wrong = batch;
  wrong.tokens.push_back(1);
  EXPECT_THAT(error(wrong), HasSubstr("3 positions for 4 tokens"));
  wrong = batch;
  wrong.sequences[0].rope_length = 2;
  EXPECT_THAT(error(wrong), HasSubstr("rope length 2"));
  wrong = batch;
  wrong.sequences.clear();
  EXPECT_THAT(error(wrong), HasSubstr("3 rows belong to no sequence"));
}

TEST_F(BatchTest, AStoreThatCannotBeHadIsAnErrorAndNotACrash) {
  EXPECT_FALSE(KvStore::create(config_, ops::KvType::f32, 0));
  auto store = KvStore::create(config_, ops::KvType::f32, INT32_MAX);
  if (!store) {
    EXPECT_EQ(store.error().code, ErrorCode::out_of_memory);
  }
}

TEST_F(BatchTest, MemoryGrowsWithContextAndSequencesAndNeverOverflows) {
  const auto one = memory_estimate(config_, 32, 1, ops::KvType::f32, 1);
  // Two layers, keys and values of 2 heads of 8 floats, 32 positions.
  EXPECT_EQ(one.kv_bytes, 2 * 2 * 2 * 8 * 4 * 32);
  EXPECT_EQ(memory_estimate(config_, 33, 3, ops::KvType::f32, 1).kv_bytes, 6 * one.kv_bytes);
  EXPECT_LT(memory_estimate(config_, 32, 1, ops::KvType::f16, 1).kv_bytes, one.kv_bytes);
  EXPECT_EQ(memory_estimate(config_, INT64_MAX - 64, 1 << 30, ops::KvType::f32, 1).kv_bytes,
            INT64_MAX);
  EXPECT_GT(available_memory(), 0);
}

}  // namespace
}  // namespace swivel
