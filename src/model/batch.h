// Batch: what one step runs. Several sequences, each with one or more consecutive tokens: a chunk
// of a prompt and a decode step are the same thing. Built by the engine, read by forward.
//
// Rows of one sequence are consecutive and in the order of their positions. Positions start at 0
// and row r of a sequence has position `start + r`; the KvStore already holds positions [0, start).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace swivel {

class KvStore;
struct ModelConfig;

struct BatchSequence {
  int32_t first_row = 0;
  int32_t rows = 0;   // > 0
  int32_t start = 0;  // positions [0, start) of this sequence are in the KvStore
  // The length for which length-dependent rope scalings (dynamic, longrope) choose their
  // frequencies; at least start + rows. The whole prompt's length while it is prefilled in chunks,
  // which makes chunks equal to the whole; the current length while decoding.
  int32_t rope_length = 0;
  // Page i holds positions [i * kKvPageTokens, (i + 1) * kKvPageTokens). Borrowed until forward
  // returns. Covers start + rows positions; no page is written by two sequences of one batch.
  std::span<const int32_t> pages;
};

struct Batch {
  std::vector<int32_t> tokens;     // [rows]
  std::vector<int32_t> positions;  // [rows]
  std::vector<BatchSequence> sequences;
  std::vector<int32_t> logit_rows;  // the rows whose logits are wanted

  int32_t rows() const { return static_cast<int32_t>(tokens.size()); }
};

enum class LogitRows { none, last, all };

// Appends one sequence. REQUIRES: tokens not empty.
void append(Batch& batch, std::span<const int32_t> tokens, int32_t start, int32_t rope_length,
            std::span<const int32_t> pages, LogitRows logits);

// bad_input if a token is outside the vocabulary, a sequence does not fit its pages, a page is
// outside the store, or the parts contradict each other. forward CHECKs what this finds.
Status validate(const Batch& batch, const ModelConfig& config, const KvStore& kv);

}  // namespace swivel
