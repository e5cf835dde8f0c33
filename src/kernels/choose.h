// Which kernels this process uses.
#pragma once

#include "kernels/table.h"

namespace swivel::kernels {

// Plain C++: what every kernel means, and what runs where nothing faster is safe.
const Table& reference_table();

// The table of that name ("reference", "avx2", "avx512") if this program holds it and this CPU can
// run it; null otherwise.
const Table* table_named(const char* name);

// The table for this process, decided at the first call: SWIVEL_CPU names one, otherwise the best
// that the CPU supports and that passes a self-test of about a millisecond against the reference.
// A SWIVEL_CPU that names no table this CPU can run is ignored; choice_note() then says so.
const Table& choose();

// One sentence when choose() did not take what was asked for or what the CPU offers; "" otherwise.
const char* choice_note();

// Whether the table computes what the reference computes on small fixed inputs.
bool self_test(const Table& table);

}  // namespace swivel::kernels
