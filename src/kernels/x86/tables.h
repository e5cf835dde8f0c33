// The tables of x86-64 instruction sets, and what fills them.
#pragma once

#include "kernels/table.h"

namespace swivel::kernels {

// Null where this program was built for another architecture, or this CPU or system lacks an
// instruction set that the table uses.
const Table* avx2_table();    // AVX2, FMA, F16C
const Table* avx512_table();  // AVX-512 F, BW, VL, DQ and VNNI besides

// Replace kernels of `table` by those of the instruction set: those on floats, and those of packed
// weights with what they need of activations.
void fill_avx2_float(Table& table);
void fill_avx2_packed(Table& table);
void fill_avx512_float(Table& table);
void fill_avx512_packed(Table& table);

}  // namespace swivel::kernels
