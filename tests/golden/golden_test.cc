// Every family equals the reference on random weights, however the tokens arrive.

#include <algorithm>
#include <cmath>
#include <list>

#include <gtest/gtest.h>

#include "golden_case.h"
#include "kernels/choose.h"
#include "model/transforms.h"

namespace swivel::golden {
namespace {

class Golden : public testing::TestWithParam<std::string> {
 protected:
  Runner load(const Case& test_case, const kernels::Table& kernels,
              ops::KvType type = ops::KvType::f32) {
    ThreadPool threads(1);
    auto model = load_model_as(
        family_of(goldens_), source_of(goldens_, test_case),
        {.unread_keys = Strictness::strict, .kernels = &kernels, .threads = &threads});
    EXPECT_TRUE(model) << model.error().message;
    return Runner(std::move(*model), kernels, 1, type);
  }

  double difference(std::span<const float> a, std::span<const float> b) {
    EXPECT_EQ(a.size(), b.size());
    double largest = 0;
    for (size_t i = 0; i < a.size(); ++i)
      largest = std::max(largest, std::abs(double{a[i]} - double{b[i]}));
    return largest;
  }

  Goldens goldens_ = read_goldens(GetParam());
};

TEST_P(Golden, LogitsEqualTheReference) {
  for (const auto& [kernels, bound] : arithmetics()) {
    double largest = 0;
    for (const Case& test_case : goldens_.cases) {
      Runner runner = load(test_case, *kernels);
      const double found = largest_difference(goldens_, test_case, runner);
      EXPECT_LE(found, bound) << test_case.name << " with the kernels " << kernels->name;
      largest = std::max(largest, found);
    }
    RecordProperty(kernels->name, fmt::format("{:.3g}", largest));
    fmt::print("{} {}: largest |logit difference| {:.3g} over {} cases\n", GetParam(),
               kernels->name, largest, goldens_.cases.size());
  }
}

TEST_P(Golden, HiddenStatesEqualTheReference) {
  for (const auto& [kernels, bound] : arithmetics()) {
    Runner runner = load(goldens_.named("base"), *kernels);
    int layers = 0;
    runner.workspace().trace = [&](int layer, const Tensor& x) {
      const std::string tensor = fmt::format("base/hidden/{}", layer);
      ASSERT_TRUE(goldens_.has(tensor));
      for (int64_t row = 0; row < x.rows(); ++row)
        EXPECT_LE(
            difference({x.row(row), static_cast<size_t>(x.cols())}, goldens_.row(tensor, row)),
            bound)
            << "layer " << layer << " row " << row;
      ++layers;
    };
    runner.logits(goldens_.tokens);
    EXPECT_EQ(layers, runner.model().config.num_layers() + 1);
  }
}

TEST_P(Golden, EveryPromptLengthEndsInTheSameLogits) {
  for (const auto& [kernels, bound] : arithmetics()) {
    Runner runner = load(goldens_.named("base"), *kernels);
    for (int length : {1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 68}) {
      const auto logits = runner.logits(std::span(goldens_.tokens).first(length));
      EXPECT_LE(difference(std::span(logits).last(runner.vocab_size()),
                           goldens_.row("base/68/logits", length - 1)),
                bound)
          << "length " << length;
    }
  }
}

TEST_P(Golden, ChunkedPrefillEqualsWhole) {
  for (const Case& test_case : goldens_.cases) {
    Runner runner = load(test_case, kernels::choose());
    const auto whole = runner.logits(goldens_.tokens);
    for (int chunk : {1, 5, 31, 32, 33, 67})
      EXPECT_LE(difference(whole, runner.logits(goldens_.tokens, chunk)), 1e-4)
          << test_case.name << " in chunks of " << chunk;
  }
}

// Only where frequencies do not depend on the length: there a decoded token's keys are those that
// its own length called for.
TEST_P(Golden, TokenByTokenEqualsOnePrefill) {
  for (const Case& test_case : goldens_.cases) {
    Runner runner = load(test_case, kernels::choose());
    const auto& rope = std::get<AttentionConfig>(runner.model().config.layers[0].mixer).rope;
    if (rope && rope->switch_length < static_cast<int64_t>(goldens_.tokens.size())) continue;
    EXPECT_LE(difference(runner.logits(goldens_.tokens), runner.decode(goldens_.tokens)), 1e-4)
        << test_case.name;
  }
}

TEST_P(Golden, AloneEqualsBatchedBitForBit) {
  const std::span tokens(goldens_.tokens);
  const std::vector<std::vector<int32_t>> prompts = {{tokens.begin(), tokens.begin() + 33},
                                                     {tokens.begin() + 5, tokens.begin() + 6},
                                                     {tokens.begin() + 2, tokens.end()},
                                                     {tokens.begin(), tokens.begin() + 8}};
  Runner runner = load(goldens_.named("base"), kernels::choose());
  const auto batched = runner.together(prompts);
  size_t row = 0;
  for (const auto& prompt : prompts) {
    const auto alone = runner.logits(prompt);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), batched.begin() + row)) << prompt.size();
    row += alone.size();
  }
}

TEST_P(Golden, ThreadsChangeNoBit) {
  ThreadPool threads(1);
  std::vector<std::vector<float>> results;
  for (int count : {1, 2, 3}) {
    auto model = load_model_as(family_of(goldens_), source_of(goldens_, goldens_.named("base")),
                               {.kernels = &kernels::choose(), .threads = &threads});
    ASSERT_TRUE(model) << model.error().message;
    Runner runner(std::move(*model), kernels::choose(), count);
    results.push_back(runner.logits(goldens_.tokens));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST_P(Golden, HalfPrecisionKeysAndValuesStayClose) {
  Runner runner = load(goldens_.named("base"), kernels::choose(), ops::KvType::f16);
  EXPECT_LE(largest_difference(goldens_, goldens_.named("base"), runner), 0.1);
}

// A checkpoint that stores w - 1 where this one stores w, and a family that says so.
TEST_P(Golden, NormsStoredAsDifferencesFromOneMeanTheSame) {
  const Case& base = goldens_.named("base");
  ModelSource source = source_of(goldens_, base);
  std::list<std::vector<float>> shifted;
  for (StoredTensor& tensor : source.files[0].tensors) {
    if (!tensor.name.ends_with("norm.weight")) continue;
    shifted.push_back(subtract_one(ops::to_floats(tensor)));
    tensor = {tensor.name, DType::f32, tensor.shape, std::as_bytes(std::span(shifted.back()))};
  }
  FamilySpec family = family_of(goldens_);
  family.norm = NormKind::rms_plus_one;
  ThreadPool threads(1);
  auto model =
      load_model_as(family, source, {.kernels = &kernels::reference_table(), .threads = &threads});
  ASSERT_TRUE(model) << model.error().message;
  Runner runner(std::move(*model), kernels::reference_table(), 1);
  EXPECT_LE(largest_difference(goldens_, base, runner), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Families, Golden, testing::ValuesIn(golden_families()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace swivel::golden
