#include "tensor/shape.h"

#include <fmt/ranges.h>

#include "base/check.h"

namespace swivel {

Shape::Shape(std::initializer_list<int64_t> extents) {
  auto shape = from({extents.begin(), extents.size()});
  CHECK(shape.has_value());
  *this = *shape;
}

std::optional<Shape> Shape::from(std::span<const int64_t> extents) {
  if (extents.size() > kMaxRank) return std::nullopt;
  Shape shape;
  int64_t product = 1;
  for (int64_t extent : extents) {
    if (extent < 0 || __builtin_mul_overflow(product, extent, &product)) return std::nullopt;
    shape.extents_[shape.rank_++] = extent;
  }
  return shape;
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (int64_t extent : extents()) product *= extent;
  return product;
}

std::string to_string(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape.extents(), ", "));
}

}  // namespace swivel
