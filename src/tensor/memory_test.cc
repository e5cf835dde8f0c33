#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tensor/buffer.h"
#include "tensor/scratch.h"
#include "tensor/weight.h"

namespace swivel {
namespace {

bool aligned(const void* p) { return reinterpret_cast<uintptr_t>(p) % Buffer::kAlignment == 0; }

TEST(Buffer, IsAlignedAndZeroedWhateverItsSize) {
  for (size_t bytes : {size_t{1}, size_t{63}, size_t{4096}, (size_t{1} << 20) + 1}) {
    Buffer buffer(bytes);
    ASSERT_TRUE(aligned(buffer.data()));
    ASSERT_EQ(buffer.size(), bytes);
    for (std::byte b : buffer.bytes()) ASSERT_EQ(b, std::byte{0});
  }
}

TEST(Buffer, MovingKeepsTheAddress) {
  Buffer a(100);
  std::byte* address = a.data();
  Buffer b = std::move(a);
  EXPECT_EQ(b.data(), address);
  EXPECT_EQ(a.data(), nullptr);
  Buffer c(10);
  c = std::move(b);
  EXPECT_EQ(c.data(), address);
}

TEST(Buffer, AnImpossibleSizeIsRefusedNotFatal) {
  EXPECT_FALSE(Buffer::allocate(SIZE_MAX / 2).has_value());
}

TEST(Scratch, GivesBackWhatAMarkTook) {
  Scratch scratch;
  Scratch::Mark outer(scratch);
  float* first = scratch.take_array<float>(10);
  float* second = nullptr;
  {
    Scratch::Mark mark(scratch);
    second = scratch.take_array<float>(10);
    EXPECT_NE(second, first);
  }
  EXPECT_EQ(scratch.take_array<float>(10), second);
  EXPECT_TRUE(aligned(first));
  EXPECT_TRUE(aligned(second));
}

TEST(Scratch, PiecesNeverOverlapWhileItGrows) {
  Scratch scratch;
  for (int round = 0; round < 3; ++round) {
    Scratch::Mark mark(scratch);
    std::vector<uint32_t*> pieces;
    for (uint32_t i = 0; i < 50; ++i) {
      pieces.push_back(scratch.take_array<uint32_t>(2000 + 100 * i));
      std::fill_n(pieces.back(), 2000 + 100 * i, i);
    }
    for (uint32_t i = 0; i < 50; ++i)
      for (uint32_t k = 0; k < 2000 + 100 * i; ++k) ASSERT_EQ(pieces[i][k], i);
  }
}

TEST(Scratch, ASteadyStateAllocatesNothing) {
  Scratch scratch;
  auto step = [&] {
    Scratch::Mark mark(scratch);
    for (int i = 0; i < 20; ++i) scratch.take(50'000);
  };
  step();
  const size_t capacity = scratch.capacity();
  for (int i = 0; i < 5; ++i) step();
  EXPECT_EQ(scratch.capacity(), capacity);
}

TEST(Weight, AStoredTensorIsViewedWithAllAxesButTheLastAsRows) {
  std::vector<std::byte> bytes(2 * 3 * 64 / 32 * 18);
  StoredTensor tensor{"w", DType::q4_0, Shape({2, 3, 64}), bytes};
  Weight weight = as_stored(tensor);
  EXPECT_EQ(weight.rows, 6);
  EXPECT_EQ(weight.cols, 64);
  EXPECT_EQ(weight.data.data(), bytes.data());
  EXPECT_EQ(weight.layout, WeightLayout::row_major);
}

}  // namespace
}  // namespace swivel
