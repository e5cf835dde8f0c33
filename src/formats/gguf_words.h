// The words that GGUF itself uses, in one place: metadata keys, tensor names, values.
// "%" stands for the architecture ("general.architecture") and is put in front by the reader.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace swivel::gguf_words {

inline constexpr std::string_view kArchitecture = "general.architecture";
inline constexpr std::string_view kAlignment = "general.alignment";
inline constexpr std::string_view kLicense = "general.license";
inline constexpr std::string_view kLicenseName = "general.license.name";
inline constexpr std::string_view kLicenseLink = "general.license.link";
inline constexpr std::string_view kLanguages = "general.languages";
inline constexpr std::string_view kTags = "general.tags";
// "{i}" counts from 0 to the count.
inline constexpr std::string_view kBaseModelCount = "general.base_model.count";
inline constexpr std::string_view kBaseModelName = "general.base_model.{i}.name";
inline constexpr std::string_view kBaseModelUrl = "general.base_model.{i}.repo_url";
// What the makers recommend for sampling.
inline constexpr std::string_view kTemperature = "general.sampling.temp";
inline constexpr std::string_view kTopK = "general.sampling.top_k";
inline constexpr std::string_view kTopP = "general.sampling.top_p";
inline constexpr std::string_view kMinP = "general.sampling.min_p";
inline constexpr std::string_view kRepetitionPenalty = "general.sampling.penalty_repeat";
// Not a key of the files: how many entries tokenizer.ggml.tokens has, put among the metadata by
// whoever leaves the entries out.
inline constexpr std::string_view kTokenCount = "tokenizer.ggml.tokens.length";

// What tokenizer.ggml.model may be: byte-level BPE, and SentencePiece BPE by scores.
inline constexpr std::string_view kByteLevelTokenizer = "gpt2";
inline constexpr std::string_view kScoredTokenizer = "llama";

// A field of a family's [config] and the metadata keys that hold it; the first present one counts.
struct FieldKey {
  std::string_view field;
  std::string_view keys[2];
};
inline constexpr FieldKey kFields[] = {
    {"hidden_size", {"%.embedding_length"}},
    {"num_layers", {"%.block_count"}},
    {"num_heads", {"%.attention.head_count"}},
    {"num_kv_heads", {"%.attention.head_count_kv"}},
    {"head_dim", {"%.attention.key_length"}},
    {"intermediate_size", {"%.feed_forward_length"}},
    {"vocab_size", {"%.vocab_size", kTokenCount}},
    {"max_positions", {"%.context_length"}},
    {"norm_eps", {"%.attention.layer_norm_rms_epsilon"}},
    {"rope_theta", {"%.rope.freq_base"}},
    {"original_positions", {"%.rope.scaling.original_context_length"}},
    {"sliding_window", {"%.attention.sliding_window"}},
    {"attention_multiplier", {"%.attention.scale"}},
    {"embedding_multiplier", {"%.embedding_scale"}},
    {"residual_multiplier", {"%.residual_scale"}},
    {"logits_scaling", {"%.logit_scale"}},
    {"final_softcap", {"%.final_logit_softcapping"}},
};

// Rope scaling: metadata key and the name that config.json gives the same setting.
struct RopeKey {
  std::string_view key;
  std::string_view setting;
};
inline constexpr std::string_view kRopeDimensions = "%.rope.dimension_count";
inline constexpr std::string_view kValueLength = "%.attention.value_length";
inline constexpr std::string_view kRopeScalingType = "%.rope.scaling.type";
inline constexpr std::string_view kRopeFinetuned = "%.rope.scaling.finetuned";
// Multiplies the factor that yarn implies; is the whole factor of longrope.
inline constexpr std::string_view kRopeAttentionFactor = "%.rope.scaling.attn_factor";
inline constexpr RopeKey kRopeScaling[] = {
    {"%.rope.scaling.factor", "factor"},
    {"%.rope.scaling.yarn_beta_fast", "beta_fast"},
    {"%.rope.scaling.yarn_beta_slow", "beta_slow"},
};

// Roles of tensors (model/roles.h) and their names; "{i}" is the layer.
struct RoleName {
  std::string_view role;
  std::string_view name;
};
inline constexpr std::string_view kLayerPrefix = "blk.{i}";
inline constexpr RoleName kModelTensors[] = {
    {"embed_tokens", "token_embd"},
    {"final_norm", "output_norm"},
    {"lm_head", "output"},
};
inline constexpr RoleName kLayerTensors[] = {
    {"attn_pre_norm", "attn_norm"},
    {"q_proj", "attn_q"},
    {"k_proj", "attn_k"},
    {"v_proj", "attn_v"},
    {"o_proj", "attn_output"},
    {"q_norm", "attn_q_norm"},
    {"k_norm", "attn_k_norm"},
    {"attn_post_norm", "post_attention_norm"},
    {"mlp_pre_norm", "ffn_norm"},
    {"gate_proj", "ffn_gate"},
    {"up_proj", "ffn_up"},
    {"down_proj", "ffn_down"},
    {"mlp_post_norm", "post_ffw_norm"},
};
// Divisors of the rotary frequencies, one a pair.
inline constexpr std::string_view kRopeFactors = "rope_freqs.weight";
inline constexpr std::string_view kRopeFactorsLong = "rope_factors_long.weight";
inline constexpr std::string_view kRopeFactorsShort = "rope_factors_short.weight";

}  // namespace swivel::gguf_words
