#include "kernels/x86/avx2/vectors.h"
#include "kernels/x86/loops/fill.h"
#include "kernels/x86/tables.h"

namespace swivel::kernels {

void fill_avx2_float(Table& table) { fill_float_kernels<Avx2>(table); }

}  // namespace swivel::kernels
