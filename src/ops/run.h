// What every op needs besides its tensors: the arithmetic, the threads, the memory for the moment.
// The engine owns the three and makes one Run; ops keep nothing between calls.
//
// Rules for all ops: shapes are CHECKed (a wrong one is our bug); tensors are dense float32; `out`
// may be the same memory as an input only where the op says so. The result of an op depends on its
// inputs and the kernels table, never on the number of threads or on which other rows share the
// call: a row computed alone equals the row computed in a batch, bit for bit.
#pragma once

#include "base/thread_pool.h"
#include "kernels/table.h"
#include "tensor/scratch.h"

namespace swivel::ops {

struct Run {
  const kernels::Table& kernels;
  ThreadPool& threads;
  Scratch& scratch;
};

}  // namespace swivel::ops
