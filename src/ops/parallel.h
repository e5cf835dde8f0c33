// How ops share rows among threads. Private to ops/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "ops/run.h"
#include "tensor/dtype.h"

namespace swivel::ops {

// The kernels' name for a format. REQUIRES: dtype is not i32.
kernels::Format format_of(DType dtype);

inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Calls work(begin, end) for pieces of [0, rows), each of some 16 thousand elements: enough that
// handing out a piece costs nothing beside it. Little work stays on the calling thread.
template <class Work>
void for_rows(const Run& run, int64_t rows, int64_t elements_per_row, const Work& work) {
  constexpr int64_t kElements = 16384;
  const int64_t per_piece =
      std::max<int64_t>(1, kElements / std::max<int64_t>(1, elements_per_row));
  auto piece = [&](int64_t chunk, int) {
    work(chunk * per_piece, std::min(rows, (chunk + 1) * per_piece));
  };
  run.threads.parallel_for(ceil_div(rows, per_piece), std::ref(piece));
}

}  // namespace swivel::ops
