#include "model/forward.h"

#include <optional>
#include <span>

#include "base/check.h"
#include "ops/ops.h"

namespace swivel {
namespace {

// What all layers of one step share.
struct Step {
  const Batch& batch;
  Workspace& ws;
  std::vector<ops::KvSpan> spans;
  Tensor x;  // [rows, hidden_size]: the residual stream

  const ops::Run& run() const { return ws.run; }
  int64_t rows() const { return batch.rows(); }
  Tensor tensor(int64_t cols) { return ws.run.scratch.tensor({rows(), cols}); }

  // The angles of the last rope asked for; layers that share a rope share its angles.
  const RopeConfig* rope = nullptr;
  Tensor angles;
};

std::vector<ops::KvSpan> spans_of(const Batch& batch) {
  std::vector<ops::KvSpan> spans;
  for (const BatchSequence& sequence : batch.sequences)
    spans.push_back({sequence.first_row, sequence.rows, sequence.start, sequence.pages});
  return spans;
}

void compute_angles(Step& step, const RopeConfig& rope) {
  const int64_t dim = rope.base.rotary_dim;
  for (const BatchSequence& sequence : step.batch.sequences) {
    const Tensor rows{step.angles.row(sequence.first_row), {sequence.rows, dim}};
    const auto positions =
        std::span(step.batch.positions).subspan(sequence.first_row, sequence.rows);
    ops::rope_angles(step.run(), rows, positions, at_length(rope, sequence.rope_length));
  }
}

const Tensor& angles_for(Step& step, const RopeConfig& rope) {
  if (step.rope && *step.rope == rope) return step.angles;
  const int64_t dim = rope.base.rotary_dim;
  if (step.angles.shape != Shape{step.rows(), dim}) step.angles = step.tensor(dim);
  compute_angles(step, rope);
  step.rope = &rope;
  return step.angles;
}

void norm_qk(const Step& step, const AttentionConfig& config, const AttentionWeights& weights,
             const Tensor& q, const Tensor& k, QkNormPlace place) {
  if (!config.qk_norm || config.qk_norm->at != place) return;
  ops::norm(step.run(), q, q, weights.q_norm, config.qk_norm->norm);
  ops::norm(step.run(), k, k, weights.k_norm, config.qk_norm->norm);
}

// out = o_proj(attention(q, k, v)) of x, the normed input.
void mix(Step& step, const AttentionConfig& config, const AttentionWeights& weights,
         const ops::KvPages& kv, const Tensor& x, const Tensor& out) {
  const ops::Run& run = step.run();
  const Tensor q = step.tensor(int64_t{config.num_heads} * config.head_dim);
  const Tensor k = step.tensor(int64_t{config.num_kv_heads} * config.head_dim);
  const Tensor v = step.tensor(int64_t{config.num_kv_heads} * config.head_dim);
  ops::matmul_each(run, x, {{q, weights.q_proj}, {k, weights.k_proj}, {v, weights.v_proj}});
  norm_qk(step, config, weights, q, k, QkNormPlace::before_rope);
  if (config.rope) {
    ops::rope(run, q, step.angles, config.rope->base, config.head_dim);
    ops::rope(run, k, step.angles, config.rope->base, config.head_dim);
  }
  norm_qk(step, config, weights, q, k, QkNormPlace::after_rope);
  ops::write_kv(run, kv, step.spans, k, v);
  const Tensor mixed = step.tensor(int64_t{config.num_heads} * config.head_dim);
  ops::attention(run, mixed, q, kv, step.spans,
                 {.num_heads = config.num_heads, .scale = config.scale, .window = config.window});
  ops::matmul(run, out, mixed, weights.o_proj);
}

// out = down(activation(gate x) * up x).
void feed_forward(Step& step, const GatedMlpConfig& config, const MlpWeights& weights,
                  const Tensor& x, const Tensor& out) {
  const Tensor gate = step.tensor(config.intermediate_size);
  const Tensor up = step.tensor(config.intermediate_size);
  ops::matmul_each(step.run(), x, {{gate, weights.gate_proj}, {up, weights.up_proj}});
  ops::gated(step.run(), gate, gate, up, config.activation);
  ops::matmul(step.run(), out, gate, weights.down_proj);
}

// x += residual_scale * post_norm(sublayer(pre_norm(x))).
template <class Sublayer>
void add_sublayer(Step& step, const std::optional<ops::Norm>& pre,
                  std::span<const float> pre_weight, const std::optional<ops::Norm>& post,
                  std::span<const float> post_weight, float residual_scale, Sublayer sublayer) {
  const Scratch::Mark mark(step.ws.run.scratch);
  Tensor in = step.x;
  if (pre) {
    in = step.tensor(step.x.cols());
    ops::norm(step.run(), in, step.x, pre_weight, *pre);
  }
  const Tensor out = step.tensor(step.x.cols());
  sublayer(in, out);
  if (post) ops::norm(step.run(), out, out, post_weight, *post);
  if (residual_scale != 1) ops::scale(step.run(), out, residual_scale);
  ops::add(step.run(), step.x, out);
}

void run_layer(Step& step, const LayerConfig& config, const LayerWeights& weights,
               const ops::KvPages& kv) {
  const auto& attention = std::get<AttentionConfig>(config.mixer);
  if (attention.rope) angles_for(step, *attention.rope);
  add_sublayer(step, config.attn_pre_norm, weights.attn_pre_norm, config.attn_post_norm,
               weights.attn_post_norm, config.residual_scale,
               [&](const Tensor& in, const Tensor& out) {
                 mix(step, attention, weights.attention, kv, in, out);
               });
  add_sublayer(
      step, config.mlp_pre_norm, weights.mlp_pre_norm, config.mlp_post_norm, weights.mlp_post_norm,
      config.residual_scale, [&](const Tensor& in, const Tensor& out) {
        feed_forward(step, std::get<GatedMlpConfig>(config.feed_forward), weights.mlp, in, out);
      });
}

}  // namespace

void forward(const Model& model, const Batch& batch, KvStore& kv, Workspace& ws, Tensor logits) {
  DCHECK(validate(batch, model.config, kv).has_value());
  const ModelConfig& config = model.config;
  const Scratch::Mark mark(ws.run.scratch);
  Step step{batch, ws, spans_of(batch), {}, nullptr, {}};
  step.x = step.tensor(config.hidden_size);
  ops::embed(ws.run, step.x, model.weights.embed_tokens, batch.tokens);
  if (config.embedding_scale != 1) ops::scale(ws.run, step.x, config.embedding_scale);
  ws.trace(-1, step.x);
  for (int i = 0; i < config.num_layers(); ++i) {
    run_layer(step, config.layers[i], model.weights.layers[i], kv.layer(i));
    ws.trace(i, step.x);
  }
  if (batch.logit_rows.empty()) return;
  const int64_t wanted = static_cast<int64_t>(batch.logit_rows.size());
  const Tensor last = ws.run.scratch.tensor({wanted, config.hidden_size});
  ops::gather_rows(ws.run, last, step.x, batch.logit_rows);
  ops::norm(ws.run, last, last, model.weights.final_norm, config.final_norm);
  ops::matmul(ws.run, logits, last, model.weights.lm_head);
  ops::scale_and_cap(ws.run, logits, config.logits);
}

}  // namespace swivel
