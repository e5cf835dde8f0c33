#include "model/resolve.h"

#include <algorithm>
#include <cmath>

#include "formats/gguf_words.h"
#include "formats/shown.h"
#include "model/fields.h"
#include "model/read_fields.h"
#include "model/rope_settings.h"

namespace swivel {
namespace {

// Above any real model, below what makes a plan or a shape overflow.
constexpr int64_t kMaxLayers = 4096;
constexpr int64_t kMaxWidth = int64_t{1} << 24;
constexpr int64_t kMaxHeadDim = 2048;

class Resolver {
 public:
  Resolver(const FamilySpec& family, Facts& facts) : family_(family), facts_(facts) {}

  Result<Resolution> resolve() {
    out_.fields = TRY(read_fields(family_, facts_));
    TRY(read_dimensions());
    out_.tied_embeddings = out_.fields.at("tied_embeddings").as_bool();
    for (const auto& [role, bias] : family_.biases)
      if (TRY(evaluate_flag(bias, out_.fields))) out_.biased.push_back(role);
    out_.norm = facts_.is_gguf() ? family_.gguf.norm.value_or(family_.norm) : family_.norm;
    TRY(read_globals());
    TRY(read_layers());
    TRY(check_gguf());
    out_.unread = facts_.unread();
    return std::move(out_);
  }

 private:
  int64_t count(std::string_view field) const {
    return out_.fields.find(field)->second.as_integer();
  }

  Status read_dimensions() {
    Dimensions& d = out_.dimensions;
    d = {count("hidden_size"),  count("num_layers"), count("num_heads"),
         count("num_kv_heads"), count("head_dim"),   count("intermediate_size"),
         count("vocab_size")};
    if (d.num_layers > kMaxLayers)
      return fail(ErrorCode::bad_input, "num_layers is {}; at most {} are possible", d.num_layers,
                  kMaxLayers);
    if (d.head_dim > kMaxHeadDim)
      return fail(ErrorCode::bad_input, "head_dim is {}; at most {} is possible", d.head_dim,
                  kMaxHeadDim);
    for (int64_t width : {d.hidden_size, d.intermediate_size, d.vocab_size,
                          d.num_heads * d.head_dim, d.num_kv_heads * d.head_dim})
      if (width > kMaxWidth)
        return fail(ErrorCode::bad_input, "a width of {} is more than {}, the largest possible",
                    width, kMaxWidth);
    if (d.num_heads % d.num_kv_heads != 0)
      return fail(ErrorCode::bad_input, "num_kv_heads = {} does not divide num_heads = {}",
                  d.num_kv_heads, d.num_heads);
    return {};
  }

  Result<float> number(const Expression& expression, float none) {
    const json::Value value = TRY(evaluate(expression, out_.fields));
    if (value.is_null()) return none;
    return static_cast<float>(TRY(evaluate_number(expression, out_.fields)));
  }

  Status read_globals() {
    ModelConfig& config = out_.config;
    config.hidden_size = out_.dimensions.hidden_size;
    config.vocab_size = out_.dimensions.vocab_size;
    config.max_positions = count("max_positions");
    config.embedding_scale = TRY(number(family_.embedding_scale, 1));
    config.logits.scale = TRY(number(family_.logits_scale, 1));
    config.logits.cap = TRY(number(family_.logits_softcap, 0));
    config.final_norm.eps = static_cast<float>(TRY(evaluate_number(family_.norm_eps, out_.fields)));
    if (!(config.final_norm.eps >= 0 && config.final_norm.eps < 1))
      return fail(ErrorCode::bad_input, "the epsilon of norms is {}; it must be from 0 to 1",
                  config.final_norm.eps);
    return {};
  }

  Result<int64_t> window_of(const LayerKind& kind) {
    const json::Value value = TRY(evaluate(kind.window, out_.fields));
    if (value.is_null()) return 0;
    if (!value.is_integer() || value.as_integer() < 1)
      return fail(ErrorCode::bad_input,
                  "window = {} of layer kind {} must be a whole number above 0",
                  to_string(kind.window), formats::shown(kind.name));
    return value.as_integer();
  }

  Result<AttentionConfig> attention_of(const LayerKind& kind) {
    const Dimensions& d = out_.dimensions;
    AttentionConfig attention;
    attention.num_heads = static_cast<int>(d.num_heads);
    attention.num_kv_heads = static_cast<int>(d.num_kv_heads);
    attention.head_dim = static_cast<int>(d.head_dim);
    attention.scale = TRY(number(family_.attention_scale, 1));
    attention.window = TRY(window_of(kind));
    if (family_.qk_norm)
      attention.qk_norm =
          QkNorm{out_.config.final_norm, family_.qk_norm->over, family_.qk_norm->at};
    if (kind.position == Position::rope) {
      RopeSettings settings = TRY(
          read_rope(family_, facts_, out_.fields, static_cast<int>(d.head_dim), out_.rope_tensors));
      attention.rope = TRY(make_rope(settings));
    }
    return attention;
  }

  Status read_layers() {
    out_.kinds = TRY(plan_layers(family_.plan, out_.fields, out_.dimensions.num_layers));
    std::vector<std::pair<std::string, LayerConfig>> made;
    for (const std::string& name : out_.kinds) {
      auto known = std::ranges::find(made, name, &std::pair<std::string, LayerConfig>::first);
      if (known == made.end()) {
        made.emplace_back(name, TRY(layer_of(family_.kind(name))));
        known = made.end() - 1;
      }
      out_.config.layers.push_back(known->second);
    }
    return {};
  }

  Result<LayerConfig> layer_of(const LayerKind& kind) {
    const ops::Norm norm = out_.config.final_norm;
    auto norm_at = [&](Role role) {
      return family_.has(role) ? std::optional(norm) : std::nullopt;
    };
    LayerConfig layer;
    layer.attn_pre_norm = norm_at(Role::attn_pre_norm);
    layer.mixer = TRY(attention_of(kind));
    layer.attn_post_norm = norm_at(Role::attn_post_norm);
    layer.mlp_pre_norm = norm_at(Role::mlp_pre_norm);
    layer.feed_forward = GatedMlpConfig{out_.dimensions.intermediate_size, family_.activation};
    layer.mlp_post_norm = norm_at(Role::mlp_post_norm);
    layer.residual_scale = TRY(number(family_.residual_scale, 1));
    return layer;
  }

  // What GGUF states a second time must agree.
  Status check_gguf() {
    if (!facts_.is_gguf()) return {};
    const json::Value* value_length = facts_.find_gguf(gguf_words::kValueLength);
    if (value_length && *value_length != json::Value(out_.dimensions.head_dim))
      return fail(ErrorCode::bad_input, "{} is {}; values have as many elements as keys here, {}",
                  facts_.gguf_key(gguf_words::kValueLength), json::write(*value_length),
                  out_.dimensions.head_dim);
    const json::Value* rotary = facts_.find_gguf(gguf_words::kRopeDimensions);
    const auto& rope = std::get<AttentionConfig>(out_.config.layers.front().mixer).rope;
    if (rotary && rope && *rotary != json::Value(rope->base.rotary_dim))
      return fail(ErrorCode::bad_input, "{} is {}; family {} turns {} elements of a head",
                  facts_.gguf_key(gguf_words::kRopeDimensions), json::write(*rotary),
                  formats::shown(family_.name), rope->base.rotary_dim);
    return {};
  }

  const FamilySpec& family_;
  Facts& facts_;
  Resolution out_;
};

}  // namespace

bool Resolution::has_bias(Role role) const {
  return std::ranges::find(biased, role) != biased.end();
}

Result<Resolution> resolve(const FamilySpec& family, Facts& facts) {
  auto resolution = Resolver(family, facts).resolve();
  if (resolution || resolution.error().message.starts_with(facts.name())) return resolution;
  return in(facts.name(), std::move(resolution).error());
}

}  // namespace swivel
