"""Writes a GGUF file of a published shape with random weights, for timing this program and llama.cpp
on the same bytes. The file has no tokenizer.

usage: random_gguf.py qwen2.5-1.5b q4_k_m|q8_0|bf16 OUT.gguf
needs: gguf, numpy
"""

import sys

import gguf
import numpy

SHAPES = {
    "qwen2.5-1.5b": dict(arch="qwen2", hidden=1536, intermediate=8960, layers=28, heads=12,
                         kv_heads=2, head_dim=128, vocab=151936, context=32768, theta=1e6,
                         eps=1e-6, qkv_bias=True),
    "llama3.2-1b": dict(arch="llama", hidden=2048, intermediate=8192, layers=16, heads=32,
                        kv_heads=8, head_dim=64, vocab=128256, context=131072, theta=5e5,
                        eps=1e-5, qkv_bias=False),
}
Q = gguf.GGMLQuantizationType
RECIPES = {  # matrix, sensitive matrix, head
    "q4_k_m": (Q.Q4_K, Q.Q6_K, Q.Q6_K),
    "q8_0": (Q.Q8_0, Q.Q8_0, Q.Q8_0),
    "bf16": (Q.BF16, Q.BF16, Q.BF16),
}
FILE_TYPES = {"q4_k_m": gguf.LlamaFileType.MOSTLY_Q4_K_M, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
              "bf16": gguf.LlamaFileType.MOSTLY_BF16}
# Half floats of a block (offset: value) that give random integers a spread of about 0.02 around 0.
SCALES = {Q.Q4_K: {0: 1e-4, 2: 7.7e-4}, Q.Q6_K: {208: 1.5e-5}, Q.Q8_0: {0: 2.7e-4}}


def random_matrix(rng, quant, rows, cols):
    if quant == Q.BF16:
        values = rng.random((rows, cols), dtype=numpy.float32) * 0.07 - 0.035
        return (values.view(numpy.uint32) >> 16).astype(numpy.uint16).view(numpy.uint8)
    elements, size = gguf.GGML_QUANT_SIZES[quant]
    blocks = numpy.frombuffer(rng.bytes(rows * cols // elements * size), dtype=numpy.uint8)
    blocks = blocks.reshape(-1, size).copy()
    for at, value in SCALES[quant].items():
        blocks[:, at : at + 2] = numpy.array([value], dtype="<f2").view(numpy.uint8)
    return blocks.reshape(rows, -1)


def main(shape_name, recipe_name, path):
    shape = SHAPES[shape_name]
    matrix, sensitive, head = RECIPES[recipe_name]
    layers = shape["layers"]
    rng = numpy.random.default_rng(1)
    writer = gguf.GGUFWriter(path, shape["arch"])
    writer.add_context_length(shape["context"])
    writer.add_embedding_length(shape["hidden"])
    writer.add_feed_forward_length(shape["intermediate"])
    writer.add_block_count(layers)
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["kv_heads"])
    writer.add_key_length(shape["head_dim"])
    writer.add_value_length(shape["head_dim"])
    writer.add_rope_dimension_count(shape["head_dim"])
    writer.add_rope_freq_base(shape["theta"])
    writer.add_layer_norm_rms_eps(shape["eps"])
    writer.add_vocab_size(shape["vocab"])
    writer.add_file_type(FILE_TYPES[recipe_name])
    writer.add_tokenizer_model("no_vocab")

    def add_matrix(name, quant, rows, cols):
        writer.add_tensor(name, random_matrix(rng, quant, rows, cols), raw_dtype=quant)

    def add_vector(name, size):
        values = 1 + 0.1 * (rng.random(size, dtype=numpy.float32) * 2 - 1)
        writer.add_tensor(name, values.astype(numpy.float32))

    hidden, inner = shape["hidden"], shape["intermediate"]
    q, kv = shape["heads"] * shape["head_dim"], shape["kv_heads"] * shape["head_dim"]
    add_matrix("token_embd.weight", head, shape["vocab"], hidden)
    add_vector("output_norm.weight", hidden)
    for i in range(layers):
        more = i < layers // 8 or i >= 7 * layers // 8 or (i - layers // 8) % 3 == 2
        wide = sensitive if more else matrix
        add_vector(f"blk.{i}.attn_norm.weight", hidden)
        add_matrix(f"blk.{i}.attn_q.weight", matrix, q, hidden)
        add_matrix(f"blk.{i}.attn_k.weight", matrix, kv, hidden)
        add_matrix(f"blk.{i}.attn_v.weight", wide, kv, hidden)
        add_matrix(f"blk.{i}.attn_output.weight", matrix, hidden, q)
        if shape["qkv_bias"]:
            for name, size in (("q", q), ("k", kv), ("v", kv)):
                add_vector(f"blk.{i}.attn_{name}.bias", size)
        add_vector(f"blk.{i}.ffn_norm.weight", hidden)
        add_matrix(f"blk.{i}.ffn_gate.weight", matrix, inner, hidden)
        add_matrix(f"blk.{i}.ffn_up.weight", matrix, inner, hidden)
        add_matrix(f"blk.{i}.ffn_down.weight", wide, hidden, inner)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
