#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include <gtest/gtest.h>

#include "kernels/data_test.h"

namespace swivel::kernels {
namespace {

using Floats = std::vector<float>;

const std::vector<int64_t> kLengths = {0, 1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 100, 257, 1536};

std::string read(const std::string& name) {
  std::ifstream file(std::string(SWIVEL_SOURCE_DIR) + "/tests/golden/quants/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Dequantise, EveryTableEqualsTheGgufPackageBitForBit) {
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      if (facts.format == Format::f32) continue;
      const std::string blocks = read(std::string(facts.name) + ".blocks");
      const std::string expected = read(std::string(facts.name) + ".f32");
      ASSERT_FALSE(blocks.empty());
      const int64_t cols =
          static_cast<int64_t>(blocks.size()) / facts.block_bytes * facts.block_elements;
      ASSERT_EQ(expected.size(), 4 * static_cast<size_t>(cols));
      Floats found(static_cast<size_t>(cols));
      table->formats[static_cast<int>(facts.format)].dequantise(blocks.data(), cols, found.data());
      EXPECT_EQ(0, std::memcmp(found.data(), expected.data(), expected.size()))
          << table->name << " " << facts.name;
    }
  }
}

TEST(Half, EveryHalfFloatSurvivesTheWayToFloatAndBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = from_f16(half);
    if (std::isnan(value)) continue;
    ASSERT_EQ(to_f16(value), half);
  }
}

TEST(Half, RoundingIsToTheNearestAndTiesGoToEven) {
  EXPECT_EQ(to_f16(1.0F + 0x1p-11F), 0x3C00);
  EXPECT_EQ(to_f16(1.0F + 3 * 0x1p-11F), 0x3C02);
  EXPECT_EQ(to_f16(65519.0F), 0x7BFF);
  EXPECT_EQ(to_f16(65520.0F), 0x7C00);
  EXPECT_EQ(to_f16(-0x1p-25F), 0x8000);
  EXPECT_EQ(to_f16(0x1.8p-25F), 0x0001);
}

TEST(Quantise, EveryTableEqualsTheReferenceBitForBitInTilesOfAnyWidth) {
  std::mt19937 random(1);
  for (const Table* table : tables_here()) {
    for (int64_t cols : {1, 31, 32, 33, 64, 100, 512, 1536}) {
      for (int64_t rows : {1, 2, 5, 12}) {
        for (int kind = 0; kind < 4; ++kind) {
          Floats x = random_floats(random, rows * cols);
          if (kind == 1) x[0] = 1e5F;
          if (kind == 2) std::fill(x.begin(), x.end(), 0.0F);
          if (kind == 3) {
            // Many values in the middle between two integers.
            for (size_t i = 0; i < x.size(); ++i) x[i] = (static_cast<int>(i % 255) - 127) * 0.5F;
            x[0] = 127;
          }
          const auto bytes = static_cast<size_t>(rows * tile_row_bytes(cols));
          Aligned<std::byte> expected(bytes);
          Aligned<std::byte> found(bytes);
          reference_table().quantise(x.data(), cols, rows, cols, expected.data());
          table->quantise(x.data(), cols, rows, cols, found.data());
          ASSERT_EQ(0, std::memcmp(expected.data(), found.data(), bytes))
              << table->name << " " << rows << "x" << cols << " kind=" << kind;
        }
      }
    }
  }
}

TEST(Quantise, AScaleIsTheLargestMagnitudeOver127AndTheSumsAreThoseOfTheIntegers) {
  Floats x(32);
  for (int i = 0; i < 32; ++i) x[i] = static_cast<float>(i - 8);
  x[31] = 127;
  Aligned<std::byte> tile(static_cast<size_t>(tile_row_bytes(32)));
  reference_table().quantise(x.data(), 32, 1, 32, tile.data());
  const auto* words = reinterpret_cast<const int32_t*>(tile.data());
  const auto* floats = reinterpret_cast<const float*>(tile.data());
  EXPECT_EQ(static_cast<int8_t>(tile[0]), -8);
  EXPECT_EQ(static_cast<int8_t>(tile[31]), 127);
  EXPECT_EQ(floats[kTileScale], 1);
  EXPECT_EQ(words[kTileMinusSum16], 8);                 // -(-8 + ... + 7)
  EXPECT_EQ(words[kTileMinusSum16 + 1], -(225 + 127));  // 8 + ... + 22 = 225
  EXPECT_EQ(words[kTileMinusSum32], 8 - 352);
  EXPECT_EQ(floats[kTileScaledSum], 344);
}

TEST(Quantise, ValuesThatAreNoNumbersDoNoHarm) {
  for (const Table* table : tables_here()) {
    Floats x(64, 1.0F);
    x[3] = std::numeric_limits<float>::quiet_NaN();
    x[40] = std::numeric_limits<float>::infinity();
    Aligned<std::byte> tile(static_cast<size_t>(tile_row_bytes(64)));
    table->quantise(x.data(), 64, 1, 64, tile.data());
    EXPECT_EQ(static_cast<int8_t>(tile[0]), 127) << table->name;
  }
}

void expect_close(const Floats& found, const Floats& expected, float tolerance,
                  const std::string& what) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i], expected[i], tolerance * (std::abs(expected[i]) + 1e-3F))
        << what << " at " << i << " of " << found.size();
}

TEST(RmsNorm, EveryTableEqualsTheReference) {
  std::mt19937 random(2);
  for (const Table* table : tables_here()) {
    for (int64_t n : kLengths) {
      const Floats x = random_floats(random, n, 3);
      const Floats weight = random_floats(random, n);
      Floats expected(x.size());
      Floats found = x;  // in place
      reference_table().rms_norm(x.data(), weight.data(), n, 1e-6F, expected.data());
      table->rms_norm(found.data(), weight.data(), n, 1e-6F, found.data());
      expect_close(found, expected, 2e-6F, table->name);
    }
  }
}

TEST(Rope, EveryTableEqualsTheReferenceAndTurningPreservesLength) {
  std::mt19937 random(3);
  for (const Table* table : tables_here()) {
    for (int64_t pairs : {0, 1, 5, 8, 16, 20, 32, 48, 64}) {
      const Floats x = random_floats(random, 2 * pairs);
      Floats cosine(static_cast<size_t>(pairs));
      Floats sine(static_cast<size_t>(pairs));
      for (int64_t i = 0; i < pairs; ++i) {
        cosine[i] = std::cos(0.3F * i);
        sine[i] = std::sin(0.3F * i);
      }
      for (bool adjacent : {false, true}) {
        Floats expected = x;
        Floats found = x;
        const Table& reference = reference_table();
        (adjacent ? reference.rope_adjacent : reference.rope_half_split)(
            expected.data(), pairs, cosine.data(), sine.data());
        (adjacent ? table->rope_adjacent : table->rope_half_split)(found.data(), pairs,
                                                                   cosine.data(), sine.data());
        expect_close(found, expected, 1e-5F, table->name);
        double before = 0;
        double after = 0;
        for (float v : x) before += v * v;
        for (float v : found) after += v * v;
        EXPECT_NEAR(before, after, 1e-5 * (1 + before));
      }
    }
  }
}

TEST(SiluMul, EveryTableEqualsTheReferenceAlsoFarFromZero) {
  std::mt19937 random(4);
  for (const Table* table : tables_here()) {
    for (int64_t n : kLengths) {
      for (float spread : {1.0F, 40.0F}) {
        Floats gate = random_floats(random, n, spread);
        if (n > 2) gate[1] = -200;
        if (n > 2) gate[2] = 200;
        const Floats up = random_floats(random, n);
        Floats expected(gate.size());
        reference_table().silu_mul(gate.data(), up.data(), n, expected.data());
        Floats found = gate;
        table->silu_mul(found.data(), up.data(), n, found.data());
        expect_close(found, expected, 4e-6F, table->name);
      }
    }
  }
}

TEST(SiluMul, TheTailOfARowIsTheSameAsItsMiddle) {
  std::mt19937 random(9);
  for (const Table* table : tables_here()) {
    const Floats gate = random_floats(random, 100);
    const Floats up = random_floats(random, 100);
    Floats all(100);
    table->silu_mul(gate.data(), up.data(), 100, all.data());
    for (int64_t n = 1; n < 40; ++n) {
      Floats part(static_cast<size_t>(n));
      table->silu_mul(gate.data() + 3, up.data() + 3, n, part.data());
      ASSERT_EQ(0, std::memcmp(part.data(), &all[3], 4 * part.size())) << table->name << " " << n;
    }
  }
}

TEST(AddAndScale, EveryTableEqualsTheReferenceBitForBit) {
  std::mt19937 random(5);
  for (const Table* table : tables_here()) {
    for (int64_t n : kLengths) {
      const Floats x = random_floats(random, n);
      const Floats y = random_floats(random, n);
      Floats found = x;
      table->add(found.data(), y.data(), n);
      for (int64_t i = 0; i < n; ++i) ASSERT_EQ(found[i], x[i] + y[i]);
      found = x;
      table->scale(found.data(), 0.7F, n);
      for (int64_t i = 0; i < n; ++i) ASSERT_EQ(found[i], x[i] * 0.7F);
    }
  }
}

TEST(Softcap, EveryTableEqualsTheReference) {
  std::mt19937 random(6);
  for (const Table* table : tables_here()) {
    for (int64_t n : kLengths) {
      Floats expected = random_floats(random, n, 60);
      Floats found = expected;
      reference_table().softcap(expected.data(), 30, n);
      table->softcap(found.data(), 30, n);
      expect_close(found, expected, 2e-5F, table->name);
    }
  }
}

TEST(Softmax, EveryTableEqualsTheReferenceAndSumsToOne) {
  std::mt19937 random(7);
  for (const Table* table : tables_here()) {
    for (int64_t n : kLengths) {
      Floats expected = random_floats(random, n, 10);
      if (n > 5) expected[5] = -std::numeric_limits<float>::infinity();
      Floats found = expected;
      reference_table().softmax(expected.data(), n);
      table->softmax(found.data(), n);
      expect_close(found, expected, 1e-5F, table->name);
      double sum = 0;
      for (float v : found) sum += v;
      if (n > 0) {
        EXPECT_NEAR(sum, 1, 1e-5);
      }
    }
  }
}

TEST(Argmax, TheFirstOfEqualMaximaIsFoundWhereverItIs) {
  std::mt19937 random(8);
  for (const Table* table : tables_here()) {
    for (int64_t n : kLengths) {
      if (n == 0) continue;
      for (int64_t at = 0; at < n; at += 1 + n / 20) {
        Floats x = random_floats(random, n);
        x[at] = 100;
        if (at + 9 < n) x[at + 9] = 100;
        ASSERT_EQ(table->argmax(x.data(), n), at) << table->name << " n=" << n;
      }
      const Floats equal(static_cast<size_t>(n), -1.0F);
      ASSERT_EQ(table->argmax(equal.data(), n), 0);
    }
  }
}

TEST(Choose, TheChosenTableIsOneThisCpuCanRunAndPassesItsSelfTest) {
  const Table& chosen = choose();
  EXPECT_EQ(table_named(chosen.name), &chosen);
  EXPECT_TRUE(self_test(chosen));
  EXPECT_EQ(table_named("no such kernels"), nullptr);
}

TEST(Choose, ATableWithAWrongKernelFailsTheSelfTest) {
  Table wrong = reference_table();
  wrong.rms_norm = [](const float* x, const float*, int64_t n, float, float* out) {
    for (int64_t i = 0; i < n; ++i) out[i] = x[i];
  };
  EXPECT_FALSE(self_test(wrong));
  wrong = reference_table();
  wrong.formats[6].matmul = reference_table().formats[5].matmul;
  EXPECT_FALSE(self_test(wrong));
}

}  // namespace
}  // namespace swivel::kernels
