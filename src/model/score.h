// The logits of every position of one text: what verify, logits and evaluation compare.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/model.h"
#include "model/workspace.h"
#include "ops/attention.h"

namespace swivel {

// One row of logits for each token, [tokens.size(), vocab_size], computed in one pass. Keys and
// values are kept as `kv` says; float32 is what goldens are compared with.
// ERRORS: bad_input for no tokens or an id outside the vocabulary; out_of_memory.
Result<std::vector<float>> score(const Model& model, Workspace& workspace,
                                 std::span<const int32_t> tokens,
                                 ops::KvType kv = ops::KvType::f32);

}  // namespace swivel
