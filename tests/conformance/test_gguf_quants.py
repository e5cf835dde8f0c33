"""Every weight format of GGUF against the Python package gguf: a small model whose matrices are all
stored in one format, written by the package, run by `swivel logits`, and computed again in float64
from what the package dequantises."""

import importlib.util
import os
import pathlib
import subprocess

import gguf
import numpy as np
import pytest

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

ROOT = pathlib.Path(__file__).parents[2]
HIDDEN, HEADS, KV_HEADS, INTERMEDIATE, LAYERS, VOCAB = 256, 4, 2, 512, 2, 261
HEAD = HIDDEN // HEADS
THETA, EPS = 10000.0, 1e-5
TOKENS = [1, 17, 200, 3, 3, 99, 260, 42]
FORMATS = ["F32", "F16", "BF16", "Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"]
# Half floats of a block (offset: value) that give random integers a spread of about 0.05 around 0.
SCALES = {"Q4_0": {0: 0.01}, "Q8_0": {0: 7e-4}, "Q4_K": {0: 3e-4, 2: 2.3e-3},
          "Q5_K": {0: 1.5e-4, 2: 2.4e-3}, "Q6_K": {208: 4e-5}}


def test_fixture_is_what_the_package_gives(tmp_path):
    script = ROOT / "scripts/goldens/make_quant_fixture.py"
    spec = importlib.util.spec_from_file_location("make_quant_fixture", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main(tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert len(written) == 14
    for name in written:
        assert (tmp_path / name).read_bytes() == (ROOT / "tests/golden/quants" / name).read_bytes()


def stored_matrix(rng, name, rows, cols):
    """The bytes of a random matrix in a format, a row of the array for each of its rows."""
    quant = GGMLQuantizationType[name]
    if name == "F32":
        return rng.normal(0, 0.05, (rows, cols)).astype(np.float32).view(np.uint8)
    if name == "F16":
        return rng.normal(0, 0.05, (rows, cols)).astype(np.float16).view(np.uint8)
    if name == "BF16":
        bits = rng.normal(0, 0.05, (rows, cols)).astype(np.float32).view(np.uint32) >> 16
        return bits.astype(np.uint16).view(np.uint8)
    elements, size = GGML_QUANT_SIZES[quant]
    blocks = rng.integers(0, 256, (rows * cols // elements, size), dtype=np.uint8)
    for at, value in SCALES[name].items():
        spread = value * rng.uniform(0.5, 1.5, len(blocks)).astype(np.float32)
        blocks[:, at : at + 2] = spread.astype(np.float16).view(np.uint8).reshape(-1, 2)
    return blocks.reshape(rows, -1)


class Model:
    """Writes the file, and keeps the matrices as the package dequantises them."""

    def __init__(self, path, name):
        self.rng = np.random.default_rng(FORMATS.index(name))
        self.name, self.quant, self.tensors = name, GGMLQuantizationType[name], {}
        self.writer = gguf.GGUFWriter(path, "llama")
        self.writer.add_context_length(128)
        self.writer.add_embedding_length(HIDDEN)
        self.writer.add_feed_forward_length(INTERMEDIATE)
        self.writer.add_block_count(LAYERS)
        self.writer.add_head_count(HEADS)
        self.writer.add_head_count_kv(KV_HEADS)
        self.writer.add_rope_dimension_count(HEAD)
        self.writer.add_rope_freq_base(THETA)
        self.writer.add_layer_norm_rms_eps(EPS)
        self.writer.add_vocab_size(VOCAB)
        self.writer.add_tokenizer_model("llama")
        self.writer.add_token_list([f"<{i}>" for i in range(VOCAB)])
        self.writer.add_token_scores([0.0] * VOCAB)
        self.writer.add_token_types([1] * VOCAB)
        self.matrix("token_embd.weight", VOCAB, HIDDEN)
        self.matrix("output.weight", VOCAB, HIDDEN)
        self.vector("output_norm.weight", HIDDEN)
        for i in range(LAYERS):
            self.vector(f"blk.{i}.attn_norm.weight", HIDDEN)
            self.matrix(f"blk.{i}.attn_q.weight", HEADS * HEAD, HIDDEN)
            self.matrix(f"blk.{i}.attn_k.weight", KV_HEADS * HEAD, HIDDEN)
            self.matrix(f"blk.{i}.attn_v.weight", KV_HEADS * HEAD, HIDDEN)
            self.matrix(f"blk.{i}.attn_output.weight", HIDDEN, HEADS * HEAD)
            self.vector(f"blk.{i}.ffn_norm.weight", HIDDEN)
            self.matrix(f"blk.{i}.ffn_gate.weight", INTERMEDIATE, HIDDEN)
            self.matrix(f"blk.{i}.ffn_up.weight", INTERMEDIATE, HIDDEN)
            self.matrix(f"blk.{i}.ffn_down.weight", HIDDEN, INTERMEDIATE)
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file()
        self.writer.close()

    def matrix(self, name, rows, cols):
        data = stored_matrix(self.rng, self.name, rows, cols)
        self.writer.add_tensor(name, data, raw_dtype=self.quant)
        plain = data.view(np.float32) if self.name == "F32" else dequantize(data, self.quant)
        self.tensors[name] = plain.reshape(rows, cols).astype(np.float64)

    def vector(self, name, size):
        values = self.rng.uniform(0.8, 1.2, size).astype(np.float32)
        self.writer.add_tensor(name, values)
        self.tensors[name] = values.astype(np.float64)

    def norm(self, x, name):
        scale = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPS)
        return x * scale * self.tensors[name]

    def logits(self, tokens):
        w = self.tensors
        x = w["token_embd.weight"][tokens]
        for i in range(LAYERS):
            x = x + self.attention(self.norm(x, f"blk.{i}.attn_norm.weight"), f"blk.{i}.attn_")
            h = self.norm(x, f"blk.{i}.ffn_norm.weight")
            gate = h @ w[f"blk.{i}.ffn_gate.weight"].T
            up = h @ w[f"blk.{i}.ffn_up.weight"].T
            x = x + (gate / (1 + np.exp(-gate)) * up) @ w[f"blk.{i}.ffn_down.weight"].T
        return self.norm(x, "output_norm.weight") @ w["output.weight"].T

    def attention(self, x, prefix):
        n = len(x)
        q, k, v = (
            (x @ self.tensors[f"{prefix}{part}.weight"].T).reshape(n, -1, HEAD) for part in "qkv")
        q, k = rotate(q), rotate(k)
        k, v = (np.repeat(part, HEADS // KV_HEADS, axis=1) for part in (k, v))
        scores = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(HEAD)
        scores[:, np.triu_indices(n, 1)[0], np.triu_indices(n, 1)[1]] = -np.inf
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = np.einsum("hij,jhd->ihd", weights, v).reshape(n, -1)
        return mixed @ self.tensors[f"{prefix}output.weight"].T


def rotate(x):
    """Pairs (2 i, 2 i + 1), as the weights of this architecture lie in GGUF files."""
    angles = np.outer(np.arange(len(x)), THETA ** (-np.arange(0, HEAD, 2) / HEAD))
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    out = np.empty_like(x)
    out[..., 0::2] = x[..., 0::2] * cosine - x[..., 1::2] * sine
    out[..., 1::2] = x[..., 1::2] * cosine + x[..., 0::2] * sine
    return out


def run(path, out, kernels):
    environment = dict(os.environ, SWIVEL_CPU=kernels)
    result = subprocess.run(
        [os.environ["SWIVEL"], "logits", path, "--tokens", ",".join(map(str, TOKENS)), "--all",
         "--out", out], capture_output=True, text=True, timeout=120, env=environment)
    assert result.returncode == 0, result.stderr
    return np.fromfile(out, "<f4").reshape(len(TOKENS), VOCAB)


def divergence(expected, found):
    """The largest KL divergence of a row's distribution from what was expected."""
    expected, found = (x - np.log(np.exp(x).sum(axis=-1, keepdims=True))
                       for x in (expected, found.astype(np.float64)))
    return (np.exp(expected) * (expected - found)).sum(axis=-1).max()


@pytest.mark.parametrize("name", FORMATS)
def test_logits_equal_those_of_the_dequantised_weights(tmp_path, name):
    path = tmp_path / f"{name}.gguf"
    model = Model(path, name)
    expected = model.logits(TOKENS)
    reference = run(path, tmp_path / "reference.f32", "reference")
    assert np.abs(reference - expected).max() < 1e-4
    for kernels in ("avx2", "avx512"):  # one that this CPU lacks falls back to another
        fast = run(path, tmp_path / "fast.f32", kernels)
        if name in ("F32", "F16", "BF16"):
            assert np.abs(fast - expected).max() < 1e-4
        else:  # activations in 8 bits
            assert divergence(expected, fast) < 1e-3
