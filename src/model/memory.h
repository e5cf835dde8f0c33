// How much memory a model takes: numbers for `inspect`, and for refusing what does not fit before
// anything is loaded.
#pragma once

#include <cstdint>

#include "model/model_config.h"

namespace swivel {

struct MemoryEstimate {
  int64_t kv_bytes = 0;          // pages of keys and values
  int64_t activation_bytes = 0;  // of one step

  int64_t total() const { return kv_bytes + activation_bytes; }
};

// For `sequences` sequences of `context` positions each, steps of at most `batch_rows` rows with
// logits for one row of each sequence. Saturates instead of overflowing.
MemoryEstimate memory_estimate(const ModelConfig& config, int64_t context, int64_t sequences,
                               ops::KvType type, int64_t batch_rows);

// What this process may still take: the system's available memory cut down to the control group's
// limit. INT64_MAX where the system does not say.
int64_t available_memory();

}  // namespace swivel
