// What this machine can do at most: the limits that `swivel bench` measures its figures against.
#pragma once

#include "base/result.h"
#include "base/thread_pool.h"
#include "kernels/table.h"

namespace swivel {

struct MachineLimits {
  double read_bytes = 0;      // per second: a mapped file, all threads, the best of several loops
  double byte_products = 0;   // multiply-adds of 8-bit integers per second, all threads
  double float_products = 0;  // of float32
};

// Takes some seconds and a temporary file of 512 MiB, at least four times the last-level cache.
Result<MachineLimits> measure_machine(const kernels::Table& kernels, ThreadPool& threads);

}  // namespace swivel
