#include "kernels/x86/avx512/vectors.h"
#include "kernels/x86/loops/fill.h"
#include "kernels/x86/tables.h"

namespace swivel::kernels {

void fill_avx512_float(Table& table) { fill_float_kernels<Avx512>(table); }

}  // namespace swivel::kernels
