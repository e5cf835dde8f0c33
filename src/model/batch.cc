#include "model/batch.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "model/kv_store.h"
#include "model/model_config.h"

namespace swivel {
namespace {

Status check_sequence(const Batch& batch, const BatchSequence& sequence, int32_t first_row,
                      const KvStore& kv, std::set<int32_t>& written) {
  if (sequence.first_row != first_row || sequence.rows < 1 ||
      sequence.rows > batch.rows() - first_row)
    return fail(ErrorCode::bad_input, "batch: sequences must cover the rows one after another");
  const int64_t length = int64_t{sequence.start} + sequence.rows;
  if (sequence.start < 0 || sequence.rope_length < length)
    return fail(ErrorCode::bad_input,
                "batch: a sequence of length {} has start {} and rope length {}", length,
                sequence.start, sequence.rope_length);
  const int64_t pages = (length + ops::kKvPageTokens - 1) / ops::kKvPageTokens;
  if (static_cast<int64_t>(sequence.pages.size()) < pages)
    return fail(ErrorCode::bad_input, "batch: {} pages do not hold {} positions",
                sequence.pages.size(), length);
  for (int64_t i = 0; i < pages; ++i) {
    const int32_t page = sequence.pages[i];
    if (page < 0 || page >= kv.pages())
      return fail(ErrorCode::bad_input, "batch: there is no page {}", page);
    if (i >= sequence.start / ops::kKvPageTokens && !written.insert(page).second)
      return fail(ErrorCode::bad_input, "batch: page {} would be written twice", page);
  }
  for (int32_t row = 0; row < sequence.rows; ++row)
    if (batch.positions[first_row + row] != sequence.start + row)
      return fail(ErrorCode::bad_input, "batch: row {} has position {}, not {}", first_row + row,
                  batch.positions[first_row + row], sequence.start + row);
  return {};
}

}  // namespace

void append(Batch& batch, std::span<const int32_t> tokens, int32_t start, int32_t rope_length,
            std::span<const int32_t> pages, LogitRows logits) {
  CHECK(!tokens.empty());
  const int32_t first_row = batch.rows();
  const int32_t rows = static_cast<int32_t>(tokens.size());
  batch.tokens.insert(batch.tokens.end(), tokens.begin(), tokens.end());
  for (int32_t row = 0; row < rows; ++row) batch.positions.push_back(start + row);
  batch.sequences.push_back({first_row, rows, start, rope_length, pages});
  if (logits == LogitRows::last) batch.logit_rows.push_back(first_row + rows - 1);
  if (logits == LogitRows::all)
    for (int32_t row = 0; row < rows; ++row) batch.logit_rows.push_back(first_row + row);
}

Status validate(const Batch& batch, const ModelConfig& config, const KvStore& kv) {
  if (batch.positions.size() != batch.tokens.size())
    return fail(ErrorCode::bad_input, "batch: {} positions for {} tokens", batch.positions.size(),
                batch.tokens.size());
  for (int32_t token : batch.tokens)
    if (token < 0 || token >= config.vocab_size)
      return fail(ErrorCode::bad_input, "token {} is not in the vocabulary of {}", token,
                  config.vocab_size);
  int32_t row = 0;
  std::set<int32_t> written;
  for (const BatchSequence& sequence : batch.sequences) {
    TRY(check_sequence(batch, sequence, row, kv, written));
    row += sequence.rows;
  }
  if (row != batch.rows())
    return fail(ErrorCode::bad_input, "batch: {} rows belong to no sequence", batch.rows() - row);
  for (int32_t wanted : batch.logit_rows)
    if (wanted < 0 || wanted >= batch.rows())
      return fail(ErrorCode::bad_input, "batch: there is no row {} to take logits of", wanted);
  return {};
}

}  // namespace swivel
