#include "model/score.h"

#include <numeric>

#include "model/forward.h"

namespace swivel {

Result<std::vector<float>> score(const Model& model, Workspace& workspace,
                                 std::span<const int32_t> tokens, ops::KvType kv_type) {
  if (tokens.empty()) return fail(ErrorCode::bad_input, "there are no tokens to score");
  const auto count = static_cast<int32_t>(tokens.size());
  std::vector<int32_t> pages((count + ops::kKvPageTokens - 1) / ops::kKvPageTokens);
  std::iota(pages.begin(), pages.end(), 0);
  KvStore kv = TRY(KvStore::create(model.config, kv_type, static_cast<int32_t>(pages.size())));
  Batch batch;
  append(batch, tokens, 0, count, pages, LogitRows::all);
  TRY(validate(batch, model.config, kv));
  std::vector<float> logits(tokens.size() * static_cast<size_t>(model.config.vocab_size));
  forward(model, batch, kv, workspace, Tensor{logits.data(), {count, model.config.vocab_size}});
  return logits;
}

}  // namespace swivel
