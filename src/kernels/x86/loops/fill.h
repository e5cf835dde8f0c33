// The float kernels of a table, for any vector V.
#pragma once

#include "kernels/table.h"
#include "kernels/x86/loops/paged_attention.h"
#include "kernels/x86/loops/plain_matmul.h"
#include "kernels/x86/loops/probes.h"
#include "kernels/x86/loops/rows.h"

namespace swivel::kernels {
namespace {

template <class V>
void fill_float_kernels(Table& table) {
  table.formats[static_cast<int>(Format::f32)].matmul = plain_matmul<V, StoredF32>;
  table.formats[static_cast<int>(Format::f16)].matmul = plain_matmul<V, StoredF16>;
  table.formats[static_cast<int>(Format::bf16)].matmul = plain_matmul<V, StoredBF16>;
  table.quantise = quantise<V>;
  table.rms_norm = rms_norm<V>;
  table.rope_half_split = rope_half_split<V>;
  table.write_kv = write_page<V>;
  table.attention = paged_attention<V>;
  table.silu_mul = silu_mul<V>;
  table.add = add<V>;
  table.scale = scale<V>;
  table.softmax = softmax<V>;
  table.argmax = argmax<V>;
  table.probes.read[0] = read_in_order<V>;
  table.probes.read[1] = read_ahead<V>;
  table.probes.read[2] = read_four_streams<V>;
  table.probes.float_products = float_products<V>;
}

}  // namespace
}  // namespace swivel::kernels
