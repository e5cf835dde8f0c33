// What this CPU and this system allow, asked once, and the tables: each instruction set starts from
// the one below it and replaces what it does better.
#include "kernels/choose.h"
#include "kernels/x86/tables.h"

namespace swivel::kernels {

#if defined(__x86_64__)

namespace {

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
}

bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni");
}

Table make_avx2_table() {
  Table table = reference_table();
  table.name = "avx2";
  fill_avx2_float(table);
  fill_avx2_packed(table);
  return table;
}

Table make_avx512_table() {
  Table table = *avx2_table();
  table.name = "avx512";
  fill_avx512_float(table);
  fill_avx512_packed(table);
  return table;
}

}  // namespace

const Table* avx2_table() {
  if (!has_avx2()) return nullptr;
  static const Table table = make_avx2_table();
  return &table;
}

const Table* avx512_table() {
  if (!has_avx512()) return nullptr;
  static const Table table = make_avx512_table();
  return &table;
}

#else

const Table* avx2_table() { return nullptr; }
const Table* avx512_table() { return nullptr; }

#endif

}  // namespace swivel::kernels
