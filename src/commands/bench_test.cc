#include "commands/bench_model.h"
#include "commands/bench_shapes.h"
#include "commands/bench_timing.h"
#include "kernels/choose.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

TEST(Spread, TheMedianOfAnEvenNumberLiesBetweenTheMiddleTwo) {
  const Spread odd = spread_of({3, 1, 2});
  EXPECT_EQ(odd.median, 2);
  EXPECT_EQ(odd.least, 1);
  EXPECT_EQ(odd.most, 3);
  EXPECT_EQ(spread_of({4, 1, 2, 9}).median, 3);
}

TEST(RandomModel, AnUnknownShapeOrFormatIsRefusedWithTheNamesThereAre) {
  ThreadPool threads(1);
  const auto shape = random_model("unknown", "q8_0", threads);
  ASSERT_FALSE(shape.has_value());
  EXPECT_EQ(shape.error().message,
            "--shape unknown: expected one of qwen2.5-1.5b, llama3.2-1b, tiny");
  const auto quant = random_model("tiny", "q9", threads);
  ASSERT_FALSE(quant.has_value());
  EXPECT_EQ(quant.error().message, "--quant q9: expected one of q4_k_m, q4_0, q8_0, bf16, f32");
}

TEST(RandomModel, TheSameShapeHasTheSameBytesWhateverTheThreads) {
  for (const std::string& quant : quant_names()) {
    ThreadPool one(1);
    ThreadPool three(3);
    const auto a = random_model("tiny", quant, one);
    const auto b = random_model("tiny", quant, three);
    ASSERT_TRUE(a.has_value() && b.has_value());
    const auto& left = a->files[0].tensors;
    const auto& right = b->files[0].tensors;
    ASSERT_EQ(left.size(), right.size());
    for (size_t i = 0; i < left.size(); ++i)
      EXPECT_TRUE(std::equal(left[i].data.begin(), left[i].data.end(), right[i].data.begin(),
                             right[i].data.end()))
          << left[i].name;
  }
}

TEST(BenchModel, ATinyShapeRunsInEveryFormatAndGivesEqualLogitsInEveryRun) {
  ThreadPool threads(2);
  const kernels::Table& kernels = kernels::choose();
  for (const std::string& quant : quant_names()) {
    LoadOptions load;
    load.kernels = &kernels;
    load.threads = &threads;
    const auto model = load_model(*random_model("tiny", quant, threads), load);
    ASSERT_TRUE(model.has_value()) << model.error().message;
    const auto results =
        bench_model(*model, kernels, threads,
                    {.prompt_tokens = 70, .decode_tokens = 3, .context = 2, .runs = 3});
    ASSERT_TRUE(results.has_value()) << results.error().message;
    ASSERT_EQ(results->size(), 2u);
    for (const BenchResult& result : *results) {
      EXPECT_GT(result.tokens_per_second.least, 0);
      EXPECT_EQ(result.logits_hash.size(), 16u);
    }
    // 2 layers of 4 * 256 * 256 + 3 * 256 * 512 multiply-adds.
    EXPECT_EQ(token_cost(*model).products, 2 * (4 * 65536 + 3 * 131072));
    const bool quantised = quant != "bf16" && quant != "f32";
    EXPECT_EQ(token_cost(*model).packed, quantised && kernels.name != std::string("reference"));
  }
}

}  // namespace
}  // namespace swivel
