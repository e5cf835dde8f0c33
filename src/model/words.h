// The words of the family vocabulary: each enumeration whose enumerators a family file may write.
// The word in the file is the enumerator in the code; Words<E>::names lists them in order.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/model_config.h"

namespace swivel {

enum class Residual {
  sequential,  // x += mixer(norm(x)); x += feed_forward(norm(x))
};
enum class NormKind {
  rms,           // weight * x / sqrt(mean(x^2) + eps)
  rms_plus_one,  // the same with 1 + weight
};
enum class Mixer { attention };
enum class FeedForward { gated_mlp };
enum class Position { rope, none };

template <class E>
struct Words;
template <>
struct Words<Residual> {
  static constexpr std::string_view names[] = {"sequential"};
};
template <>
struct Words<NormKind> {
  static constexpr std::string_view names[] = {"rms", "rms_plus_one"};
};
template <>
struct Words<Mixer> {
  static constexpr std::string_view names[] = {"attention"};
};
template <>
struct Words<FeedForward> {
  static constexpr std::string_view names[] = {"gated_mlp"};
};
template <>
struct Words<Position> {
  static constexpr std::string_view names[] = {"rope", "none"};
};
template <>
struct Words<QkNormWidth> {
  static constexpr std::string_view names[] = {"head", "full"};
};
template <>
struct Words<QkNormPlace> {
  static constexpr std::string_view names[] = {"before_rope", "after_rope"};
};
template <>
struct Words<ops::RopePairing> {
  static constexpr std::string_view names[] = {"half_split", "adjacent"};
};
template <>
struct Words<ops::Activation> {
  static constexpr std::string_view names[] = {"silu"};
};
template <>
struct Words<RopeScaling> {
  static constexpr std::string_view names[] = {"none",     "linear", "dynamic", "yarn",
                                               "longrope", "llama3", "factors"};
};

template <class E>
std::optional<E> from_word(std::string_view word) {
  int index = 0;
  for (std::string_view name : Words<E>::names) {
    if (name == word) return static_cast<E>(index);
    ++index;
  }
  return std::nullopt;
}

template <class E>
std::string_view to_word(E value) {
  return Words<E>::names[static_cast<int>(value)];
}

}  // namespace swivel
