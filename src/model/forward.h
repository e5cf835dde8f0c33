// forward: one batch through the model, in the order of the paper.
//
// Deterministic: a row's result depends on its own sequence only, never on its neighbours in the
// batch or on threads; a prompt in chunks equals the whole within float rounding.
// Thread safety: one forward at a time for each KvStore and each Workspace; a Model may be shared.
#pragma once

#include "model/batch.h"
#include "model/kv_store.h"
#include "model/model.h"
#include "model/workspace.h"

namespace swivel {

// Runs one batch. Writes keys and values of its positions to `kv`, and one row of logits for each
// of batch.logit_rows, in that order. logits: [batch.logit_rows.size(), vocab_size]. REQUIRES:
// validate(batch, model.config, kv).
void forward(const Model& model, const Batch& batch, KvStore& kv, Workspace& ws, Tensor logits);

}  // namespace swivel
