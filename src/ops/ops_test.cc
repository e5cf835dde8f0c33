#include "ops/ops.h"

#include <cmath>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "kernels/choose.h"
#include "kernels/half.h"

namespace swivel::ops {
namespace {

struct Machine {
  explicit Machine(const char* kernels, int threads)
      : pool(threads), run{*kernels::table_named(kernels), pool, scratch} {}
  ThreadPool pool;
  Scratch scratch;
  Run run;
};

std::vector<const char*> tables() {
  std::vector<const char*> names;
  for (const char* name : {"reference", "avx2", "avx512"})
    if (kernels::table_named(name) != nullptr) names.push_back(name);
  return names;
}

std::vector<float> random_floats(std::mt19937& random, int64_t count) {
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

Tensor tensor(std::vector<float>& values, int64_t cols) {
  return {values.data(), Shape({static_cast<int64_t>(values.size()) / cols, cols})};
}

// Stored bytes with finite scales.
std::vector<std::byte> random_stored(std::mt19937& random, DType dtype, int64_t rows,
                                     int64_t cols) {
  const DTypeInfo& format = info(dtype);
  std::vector<std::byte> bytes(
      static_cast<size_t>(rows * cols / format.block_elements * format.block_bytes));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  const uint16_t scale = kernels::to_f16(0.01F);
  const size_t block = static_cast<size_t>(format.block_bytes);
  for (size_t at = 0; at < bytes.size(); at += block) {
    const float value = std::normal_distribution<float>()(random);
    const uint16_t half = kernels::to_f16(value);
    const auto brain = static_cast<uint16_t>(kernels::bits_of(value) >> 16);
    if (dtype == DType::f32) std::memcpy(&bytes[at], &value, 4);
    if (dtype == DType::f16) std::memcpy(&bytes[at], &half, 2);
    if (dtype == DType::bf16) std::memcpy(&bytes[at], &brain, 2);
    if (!is_quantised(dtype)) continue;
    std::memcpy(&bytes[at + (dtype == DType::q6_k ? 208 : 0)], &scale, 2);
    if (dtype == DType::q4_k || dtype == DType::q5_k) std::memcpy(&bytes[at + 2], &scale, 2);
  }
  return bytes;
}

constexpr DType kDTypes[] = {DType::f32,  DType::f16,  DType::bf16, DType::q4_0,
                             DType::q8_0, DType::q4_k, DType::q5_k, DType::q6_k};

TEST(Matmul, EveryFormatThroughPackEqualsThePlainProductForEveryThreadCount) {
  std::mt19937 random(1);
  for (DType dtype : kDTypes) {
    const int64_t rows = 300;
    const int64_t cols = 512;
    const auto bytes = random_stored(random, dtype, rows, cols);
    const StoredTensor stored = {"w", dtype, Shape({rows, cols}), bytes};
    const std::vector<float> weights = to_floats(stored);
    for (int64_t n : {0, 1, 9, 40}) {
      std::vector<float> x = random_floats(random, n * cols);
      const std::vector<float> bias = random_floats(random, rows);
      for (const char* name : tables()) {
        std::vector<std::vector<float>> results;
        for (int threads : {1, 3}) {
          Machine machine(name, threads);
          auto weight = pack(machine.run.kernels, machine.pool, stored);
          ASSERT_TRUE(weight.has_value());
          EXPECT_EQ(weight->owned.size(),
                    static_cast<size_t>(packed_bytes(machine.run.kernels, stored)));
          const Linear linear = {std::move(*weight), bias};
          std::vector<float> out(static_cast<size_t>(n * rows), -1.0F);
          matmul(machine.run, tensor(out, rows), tensor(x, cols), linear);
          results.push_back(out);
        }
        ASSERT_EQ(results[0], results[1]) << name << ": threads change the result";
        const bool exact = packed_bytes(*kernels::table_named(name), stored) == 0;
        for (int64_t i = 0; i < n; ++i) {
          for (int64_t r = 0; r < rows; r += 7) {
            double sum = bias[r];
            double magnitude = 1;
            for (int64_t k = 0; k < cols; ++k) {
              sum += double{weights[r * cols + k]} * x[i * cols + k];
              magnitude += std::abs(double{weights[r * cols + k]} * x[i * cols + k]);
            }
            ASSERT_NEAR(results[0][i * rows + r], sum, (exact ? 2e-6 : 6e-3) * magnitude)
                << name << " " << info(dtype).name;
          }
        }
      }
    }
  }
}

TEST(MatmulEach, SeveralProductsOfMixedFormatsEqualTheSameOneByOne) {
  std::mt19937 random(2);
  const auto a_bytes = random_stored(random, DType::q4_k, 96, 256);
  const auto b_bytes = random_stored(random, DType::bf16, 33, 256);
  const auto c_bytes = random_stored(random, DType::q6_k, 40, 256);
  for (const char* name : tables()) {
    Machine machine(name, 2);
    auto load = [&](const std::vector<std::byte>& bytes, DType dtype, int64_t rows) {
      return Linear{
          *pack(machine.run.kernels, machine.pool, {"w", dtype, Shape({rows, 256}), bytes}), {}};
    };
    const Linear a = load(a_bytes, DType::q4_k, 96);
    const Linear b = load(b_bytes, DType::bf16, 33);
    const Linear c = load(c_bytes, DType::q6_k, 40);
    for (int64_t n : {1, 20}) {
      std::vector<float> x = random_floats(random, n * 256);
      std::vector<float> outs[6] = {std::vector<float>(n * 96), std::vector<float>(n * 33),
                                    std::vector<float>(n * 40), std::vector<float>(n * 96),
                                    std::vector<float>(n * 33), std::vector<float>(n * 40)};
      matmul_each(machine.run, tensor(x, 256),
                  {{tensor(outs[0], 96), a}, {tensor(outs[1], 33), b}, {tensor(outs[2], 40), c}});
      matmul(machine.run, tensor(outs[3], 96), tensor(x, 256), a);
      matmul(machine.run, tensor(outs[4], 33), tensor(x, 256), b);
      matmul(machine.run, tensor(outs[5], 40), tensor(x, 256), c);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(outs[i], outs[i + 3]) << name;
    }
  }
}

TEST(Pack, PlainFormatsStayAViewOfTheFile) {
  Machine machine("reference", 1);
  std::vector<std::byte> bytes(4 * 8 * 2);
  const StoredTensor stored = {"w", DType::bf16, Shape({4, 8}), bytes};
  for (const char* name : tables()) {
    auto weight = pack(*kernels::table_named(name), machine.pool, stored);
    ASSERT_TRUE(weight.has_value());
    EXPECT_EQ(weight->data.data(), bytes.data());
    EXPECT_EQ(weight->owned.size(), 0);
    EXPECT_EQ(weight->layout, WeightLayout::row_major);
  }
}

TEST(Embed, RowsOfEveryFormatComeOutAsFloats) {
  std::mt19937 random(3);
  for (DType dtype : kDTypes) {
    const auto bytes = random_stored(random, dtype, 10, 512);
    const StoredTensor stored = {"e", dtype, Shape({10, 512}), bytes};
    const std::vector<float> all = to_floats(stored);
    for (const char* name : tables()) {
      Machine machine(name, 2);
      std::vector<float> out(3 * 512);
      const int32_t ids[] = {9, 0, 4};
      embed(machine.run, tensor(out, 512), as_stored(stored), ids);
      for (int i = 0; i < 3; ++i)
        EXPECT_EQ(0, std::memcmp(&out[i * 512], &all[ids[i] * 512], 2048)) << name;
    }
  }
}

TEST(Norm, AGroupSmallerThanTheRowIsNormalisedByItself) {
  Machine machine("reference", 2);
  std::vector<float> x = {3, 4, 0, 5};
  std::vector<float> out(4);
  const std::vector<float> weight = {1, 2};
  norm(machine.run, tensor(out, 4), tensor(x, 4), weight, Norm{.eps = 0});
  const float root = std::sqrt(12.5F);
  const std::vector<float> expected = {3 / root, 8 / root, 0, 2 * std::sqrt(2.0F)};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(out[i], expected[i], 1e-6);
}

TEST(Rope, PositionZeroTurnsNothingAndOnlyTheRotaryPartTurns) {
  for (const char* name : tables()) {
    Machine machine(name, 1);
    const Rope half = {RopePairing::half_split, 4, {1.0F, 0.5F}, 2.0F};
    std::vector<float> angles(2 * 4);
    const int32_t positions[] = {0, 3};
    rope_angles(machine.run, tensor(angles, 4), positions, half);
    std::vector<float> x = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6};
    rope(machine.run, tensor(x, 6), tensor(angles, 4), half, 6);
    const std::vector<float> first = {2, 4, 6, 8, 5, 6};
    EXPECT_EQ(std::vector<float>(x.begin(), x.begin() + 6), first);
    EXPECT_NEAR(x[6], 2 * (1 * std::cos(3.0F) - 3 * std::sin(3.0F)), 1e-5);
    EXPECT_NEAR(x[8], 2 * (3 * std::cos(3.0F) + 1 * std::sin(3.0F)), 1e-5);
    EXPECT_NEAR(x[7], 2 * (2 * std::cos(1.5F) - 4 * std::sin(1.5F)), 1e-5);
    EXPECT_EQ(x[10], 5);

    Rope adjacent = half;
    adjacent.pairing = RopePairing::adjacent;
    std::vector<float> y = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6};
    rope(machine.run, tensor(y, 6), tensor(angles, 4), adjacent, 6);
    EXPECT_NEAR(y[6], 2 * (1 * std::cos(3.0F) - 2 * std::sin(3.0F)), 1e-5);
    EXPECT_NEAR(y[7], 2 * (2 * std::cos(3.0F) + 1 * std::sin(3.0F)), 1e-5);
  }
}

// A cache with two sequences whose pages are interleaved.
struct TwoSequences {
  Buffer memory;
  KvPages kv;
  std::vector<int32_t> a = {3, 0};
  std::vector<int32_t> b = {1, 2, 4};

  explicit TwoSequences(KvType type) {
    kv = {.type = type, .num_kv_heads = 2, .head_dim = 16, .value_dim = 16, .memory = {}};
    memory = Buffer(static_cast<size_t>(5 * kv_page_bytes(kv)));
    kv.memory = memory.bytes();
  }
};

TEST(Attention, ChunkedPrefillAndBatchingGiveTheSameBitsAsOneSequenceAtOnce) {
  std::mt19937 random(4);
  const int64_t na = 50;
  const int64_t nb = 70;
  std::vector<float> q = random_floats(random, (na + nb) * 6 * 16);
  std::vector<float> k = random_floats(random, (na + nb) * 2 * 16);
  std::vector<float> v = random_floats(random, (na + nb) * 2 * 16);
  const Attention params = {.num_heads = 6, .scale = 0.25F, .window = 0};
  for (const char* name : tables()) {
    for (KvType type : {KvType::f32, KvType::f16}) {
      Machine machine(name, 2);
      // Both sequences in one batch.
      TwoSequences together(type);
      std::vector<float> whole(q.size());
      const KvSpan spans[] = {{0, na, 0, together.a}, {na, nb, 0, together.b}};
      write_kv(machine.run, together.kv, spans, tensor(k, 32), tensor(v, 32));
      attention(machine.run, tensor(whole, 96), tensor(q, 96), together.kv, spans, params);

      // Sequence b alone, in chunks.
      TwoSequences alone(type);
      std::vector<float> chunked(q.size());
      std::vector<float> rest_q(q.begin() + na * 96, q.end());
      std::vector<float> rest_k(k.begin() + na * 32, k.end());
      std::vector<float> rest_v(v.begin() + na * 32, v.end());
      std::vector<float> out(rest_q.size());
      for (int64_t start = 0; start < nb; start += 23) {
        const int64_t rows = std::min<int64_t>(23, nb - start);
        Tensor chunk_k = {rest_k.data() + start * 32, Shape({rows, 32})};
        Tensor chunk_v = {rest_v.data() + start * 32, Shape({rows, 32})};
        Tensor chunk_q = {rest_q.data() + start * 96, Shape({rows, 96})};
        Tensor chunk_out = {out.data() + start * 96, Shape({rows, 96})};
        const KvSpan span[] = {{0, rows, start, alone.b}};
        write_kv(machine.run, alone.kv, span, chunk_k, chunk_v);
        attention(machine.run, chunk_out, chunk_q, alone.kv, span, params);
      }
      EXPECT_EQ(0, std::memcmp(out.data(), &whole[na * 96], out.size() * 4)) << name;
    }
  }
}

TEST(Attention, TheFirstTokenReturnsItsOwnValueForEveryHeadOfItsGroup) {
  for (const char* name : tables()) {
    Machine machine(name, 1);
    TwoSequences cache(KvType::f32);
    std::vector<float> q(96, 0.5F);
    std::vector<float> k(32, 1.0F);
    std::vector<float> v(32);
    for (int i = 0; i < 32; ++i) v[i] = static_cast<float>(i);
    std::vector<float> out(96);
    const KvSpan span[] = {{0, 1, 0, cache.a}};
    write_kv(machine.run, cache.kv, span, tensor(k, 32), tensor(v, 32));
    attention(machine.run, tensor(out, 96), tensor(q, 96), cache.kv, span, {.num_heads = 6});
    for (int head = 0; head < 6; ++head)
      for (int d = 0; d < 16; ++d) EXPECT_NEAR(out[head * 16 + d], head / 3 * 16 + d, 1e-5) << name;
  }
}

TEST(Elementwise, GatherGatedAddScaleCapSoftmaxAndArgmaxDoWhatTheySay) {
  for (const char* name : tables()) {
    Machine machine(name, 2);
    std::vector<float> x = {1, 2, 3, 4, 5, 6};
    std::vector<float> picked(4);
    const int32_t rows[] = {2, 0};
    gather_rows(machine.run, tensor(picked, 2), tensor(x, 2), rows);
    EXPECT_EQ(picked, (std::vector<float>{5, 6, 1, 2}));

    std::vector<float> up = {2, 2, 2, 2, 2, 2};
    std::vector<float> out(6);
    gated(machine.run, tensor(out, 2), tensor(x, 2), tensor(up, 2), Activation::silu);
    EXPECT_NEAR(out[2], 2 * 3 / (1 + std::exp(-3.0F)), 1e-5);

    add(machine.run, tensor(x, 2), tensor(up, 2));
    EXPECT_EQ(x[5], 8);
    scale_and_cap(machine.run, tensor(x, 2), {.scale = 0.5F, .cap = 2});
    EXPECT_NEAR(x[5], 2 * std::tanh(2.0F), 1e-5);
    EXPECT_EQ(argmax(machine.run, x), 5);
    softmax(machine.run, tensor(x, 2));
    EXPECT_NEAR(x[4] + x[5], 1, 1e-6);
  }
}

}  // namespace
}  // namespace swivel::ops
