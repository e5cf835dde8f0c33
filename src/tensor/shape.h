// The extents of a tensor, outermost first, at most four. Row-major: the last is contiguous.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

namespace swivel {

class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  // REQUIRES: at most kMaxRank extents, none negative. For outside values use from().
  Shape(std::initializer_list<int64_t> extents);
  // Empty if there are more than kMaxRank extents, one is negative, or the product overflows int64.
  static std::optional<Shape> from(std::span<const int64_t> extents);

  int rank() const { return rank_; }
  int64_t operator[](int axis) const { return extents_[axis]; }
  int64_t elements() const;  // 1 for rank 0
  std::span<const int64_t> extents() const { return {extents_.data(), size_t(rank_)}; }
  bool operator==(const Shape&) const = default;

 private:
  std::array<int64_t, kMaxRank> extents_ = {};
  int rank_ = 0;
};

std::string to_string(const Shape& shape);  // "[2048, 1024]"

}  // namespace swivel
