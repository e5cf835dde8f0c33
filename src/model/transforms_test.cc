#include "model/transforms.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swivel {
namespace {

using testing::ElementsAre;

StoredTensor tensor_of(const std::vector<int32_t>& values, Shape shape) {
  return {"t", DType::i32, shape, std::as_bytes(std::span(values))};
}

std::vector<int32_t> integers(const std::vector<std::byte>& bytes) {
  std::vector<int32_t> values(bytes.size() / sizeof(int32_t));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(Transforms, RowsOfEachHeadGoFromHalvesToPairs) {
  const std::vector<int32_t> rows = {0, 1, 2, 3, 10, 11, 12, 13};  // two heads of four rows
  EXPECT_THAT(integers(to_adjacent_rows(tensor_of(rows, {8}), 4)),
              ElementsAre(0, 2, 1, 3, 10, 12, 11, 13));
}

TEST(Transforms, RowsAreMovedWhole) {
  const std::vector<int32_t> rows = {0, 1, 10, 11, 20, 21, 30, 31};  // one head of four rows of two
  EXPECT_THAT(integers(to_adjacent_rows(tensor_of(rows, {4, 2}), 4)),
              ElementsAre(0, 1, 20, 21, 10, 11, 30, 31));
}

TEST(Transforms, EachUndoesTheOther) {
  std::vector<int32_t> rows(3 * 16 * 2);
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int32_t>(i);
  const Shape shape{48, 2};
  const auto there = integers(to_adjacent_rows(tensor_of(rows, shape), 16));
  EXPECT_NE(there, rows);
  EXPECT_EQ(integers(to_half_split_rows(tensor_of(there, shape), 16)), rows);
  EXPECT_THAT(subtract_one(add_one({0.5F, -1})), ElementsAre(0.5F, -1));
}

}  // namespace
}  // namespace swivel
