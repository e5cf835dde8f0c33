"""GGUF files that the Python package gguf writes, as `swivel inspect --json` sees them."""

import json
import os
import subprocess

import gguf
import numpy as np
import pytest

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

HIDDEN, HEADS, KV_HEADS, INTERMEDIATE, LAYERS = 256, 4, 2, 512, 2
VOCAB = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + ["\u2581a"]
TYPES = [GGMLQuantizationType[name]
         for name in ("F32", "F16", "BF16", "Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K")]


def swivel(*arguments):
    return subprocess.run([os.environ["SWIVEL"], *map(str, arguments)], capture_output=True,
                          text=True, timeout=60)


def shapes():
    head = HIDDEN // HEADS
    yield "token_embd.weight", (len(VOCAB), HIDDEN)
    yield "output_norm.weight", (HIDDEN,)
    yield "output.weight", (len(VOCAB), HIDDEN)
    for layer in range(LAYERS):
        yield f"blk.{layer}.attn_norm.weight", (HIDDEN,)
        yield f"blk.{layer}.attn_q.weight", (HEADS * head, HIDDEN)
        yield f"blk.{layer}.attn_k.weight", (KV_HEADS * head, HIDDEN)
        yield f"blk.{layer}.attn_v.weight", (KV_HEADS * head, HIDDEN)
        yield f"blk.{layer}.attn_output.weight", (HIDDEN, HEADS * head)
        yield f"blk.{layer}.ffn_norm.weight", (HIDDEN,)
        yield f"blk.{layer}.ffn_gate.weight", (INTERMEDIATE, HIDDEN)
        yield f"blk.{layer}.ffn_up.weight", (INTERMEDIATE, HIDDEN)
        yield f"blk.{layer}.ffn_down.weight", (HIDDEN, INTERMEDIATE)


def add_metadata(writer):
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INTERMEDIATE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(len(VOCAB))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(VOCAB)
    writer.add_token_scores([0.0] * len(VOCAB))
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    for kind in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
        getattr(writer, f"add_{kind}")(f"test.{kind}", np.iinfo(kind).max)
    writer.add_float64("test.float64", 0.1)
    writer.add_bool("test.bool", True)
    writer.add_array("test.nested", [["a"], ["b", "c"]])


def write(path, type_of):
    """Writes a model of zeros, the i-th matrix in type_of(i); returns what inspect should list."""
    writer = gguf.GGUFWriter(path, "llama")
    add_metadata(writer)
    expected, matrices = {}, 0
    for name, shape in shapes():
        kind = GGMLQuantizationType.F32
        if len(shape) == 2:
            kind = type_of(matrices)
            matrices += 1
        elements, size = GGML_QUANT_SIZES[kind]
        data = np.zeros((*shape[:-1], shape[-1] // elements * size), np.uint8)
        writer.add_tensor(name, data, raw_dtype=kind)
        expected[name] = f"{kind.name} {list(shape)}"
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return expected


def test_every_supported_type_is_listed_with_its_shape(tmp_path):
    path = tmp_path / "all.gguf"
    expected = write(path, lambda i: TYPES[i % len(TYPES)])
    result = swivel("inspect", path, "--json", "--tensors")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["tensor_list"] == expected


@pytest.mark.parametrize("kind", ["IQ4_XS", "Q2_K", "Q3_K"])
def test_a_type_that_is_not_supported_is_named(tmp_path, kind):
    path = tmp_path / "other.gguf"
    write(path, lambda i: GGMLQuantizationType[kind])
    result = swivel("inspect", path, "--json")
    if result.returncode != 0:
        assert result.returncode == 2
        assert f"is stored as {kind}; expected" in result.stderr
        return
    assert kind in {tensor["dtype"] for tensor in json.loads(result.stdout)["tensors"]}


@pytest.mark.parametrize("part", [0.01, 0.3, 0.9])
def test_a_truncated_file_is_refused_in_one_sentence(tmp_path, part):
    path = tmp_path / "whole.gguf"
    write(path, lambda i: GGMLQuantizationType.F16)
    data = path.read_bytes()
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(data[: int(len(data) * part)])
    result = swivel("inspect", cut)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1 and "cut.gguf" in result.stderr, result.stderr
