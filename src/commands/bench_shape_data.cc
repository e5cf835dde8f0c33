// The shapes of published models that `swivel bench --shape` knows, as data.
#include "commands/bench_shapes.h"

namespace swivel {
namespace {

// Shapes as data. `config` is the checkpoint's config.json as far as it decides anything; a tensor
// is its name, its extents and what it is, on which a recipe decides its format. {i} counts the
// layers.
constexpr std::string_view kShapes = R"toml(
[[shape]]
name = 'qwen2.5-1.5b'
[shape.config]
architectures = ['Qwen2ForCausalLM']
hidden_act = 'silu'
hidden_size = 1536
intermediate_size = 8960
max_position_embeddings = 32768
max_window_layers = 21
num_attention_heads = 12
num_hidden_layers = 28
num_key_value_heads = 2
rms_norm_eps = 1e-6
rope_theta = 1000000.0
sliding_window = 32768
tie_word_embeddings = true
use_sliding_window = false
vocab_size = 151936
[shape.tensors]
'model.embed_tokens.weight' = ['head', 151936, 1536]
'model.norm.weight' = ['vector', 1536]
[shape.layer_tensors]
'model.layers.{i}.input_layernorm.weight' = ['vector', 1536]
'model.layers.{i}.self_attn.q_proj.weight' = ['matrix', 1536, 1536]
'model.layers.{i}.self_attn.q_proj.bias' = ['vector', 1536]
'model.layers.{i}.self_attn.k_proj.weight' = ['matrix', 256, 1536]
'model.layers.{i}.self_attn.k_proj.bias' = ['vector', 256]
'model.layers.{i}.self_attn.v_proj.weight' = ['sensitive', 256, 1536]
'model.layers.{i}.self_attn.v_proj.bias' = ['vector', 256]
'model.layers.{i}.self_attn.o_proj.weight' = ['matrix', 1536, 1536]
'model.layers.{i}.post_attention_layernorm.weight' = ['vector', 1536]
'model.layers.{i}.mlp.gate_proj.weight' = ['matrix', 8960, 1536]
'model.layers.{i}.mlp.up_proj.weight' = ['matrix', 8960, 1536]
'model.layers.{i}.mlp.down_proj.weight' = ['sensitive', 1536, 8960]

[[shape]]
name = 'llama3.2-1b'
[shape.config]
architectures = ['LlamaForCausalLM']
attention_bias = false
head_dim = 64
hidden_act = 'silu'
hidden_size = 2048
intermediate_size = 8192
max_position_embeddings = 131072
mlp_bias = false
num_attention_heads = 32
num_hidden_layers = 16
num_key_value_heads = 8
rms_norm_eps = 1e-5
rope_theta = 500000.0
tie_word_embeddings = true
vocab_size = 128256
[shape.tensors]
'model.embed_tokens.weight' = ['head', 128256, 2048]
'model.norm.weight' = ['vector', 2048]
[shape.layer_tensors]
'model.layers.{i}.input_layernorm.weight' = ['vector', 2048]
'model.layers.{i}.self_attn.q_proj.weight' = ['matrix', 2048, 2048]
'model.layers.{i}.self_attn.k_proj.weight' = ['matrix', 512, 2048]
'model.layers.{i}.self_attn.v_proj.weight' = ['sensitive', 512, 2048]
'model.layers.{i}.self_attn.o_proj.weight' = ['matrix', 2048, 2048]
'model.layers.{i}.post_attention_layernorm.weight' = ['vector', 2048]
'model.layers.{i}.mlp.gate_proj.weight' = ['matrix', 8192, 2048]
'model.layers.{i}.mlp.up_proj.weight' = ['matrix', 8192, 2048]
'model.layers.{i}.mlp.down_proj.weight' = ['sensitive', 2048, 8192]

[[shape]]
name = 'tiny'
[shape.config]
architectures = ['LlamaForCausalLM']
attention_bias = false
head_dim = 64
hidden_act = 'silu'
hidden_size = 256
intermediate_size = 512
max_position_embeddings = 2048
mlp_bias = false
num_attention_heads = 4
num_hidden_layers = 2
num_key_value_heads = 4
rms_norm_eps = 1e-5
rope_theta = 10000.0
tie_word_embeddings = true
vocab_size = 1000
[shape.tensors]
'model.embed_tokens.weight' = ['head', 1000, 256]
'model.norm.weight' = ['vector', 256]
[shape.layer_tensors]
'model.layers.{i}.input_layernorm.weight' = ['vector', 256]
'model.layers.{i}.self_attn.q_proj.weight' = ['matrix', 256, 256]
'model.layers.{i}.self_attn.k_proj.weight' = ['matrix', 256, 256]
'model.layers.{i}.self_attn.v_proj.weight' = ['sensitive', 256, 256]
'model.layers.{i}.self_attn.o_proj.weight' = ['matrix', 256, 256]
'model.layers.{i}.post_attention_layernorm.weight' = ['vector', 256]
'model.layers.{i}.mlp.gate_proj.weight' = ['matrix', 512, 256]
'model.layers.{i}.mlp.up_proj.weight' = ['matrix', 512, 256]
'model.layers.{i}.mlp.down_proj.weight' = ['sensitive', 256, 512]
)toml";

}  // namespace

std::string_view shapes_text() { return kShapes; }

}  // namespace swivel
