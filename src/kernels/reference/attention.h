// Attention over paged keys and values in plain C++, and the geometry of a page.
#pragma once

#include "kernels/attention.h"

namespace swivel::kernels {

void reference_write_kv(const KvGeometry& geometry, std::byte* head, int32_t slot, const float* key,
                        const float* value);
void reference_attention(const AttentionArgs& args);

}  // namespace swivel::kernels
