// A random number as a pure function of a key and a counter: no state, so the same place always
// draws the same number.
#pragma once

#include <array>
#include <cstdint>

namespace swivel {

// Philox4x32-10 (Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3").
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// Uniform in [0, 1), 53 bits, for draw number `position` of the stream `seed`.
double uniform_at(uint64_t seed, uint64_t position);

}  // namespace swivel
