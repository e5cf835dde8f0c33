"""Writes tests/golden/quants/: blocks of every weight format and what the gguf package makes of them.

NAME.blocks is one row of random blocks, NAME.f32 the same row as little-endian float32. The bytes
are random, so every bit pattern of scales and quants occurs; only half floats that are no finite
number are replaced, because the package does not promise the bits of a NaN.

usage: make_quant_fixture.py FOLDER
"""

import pathlib
import sys

import numpy
from gguf import GGMLQuantizationType, GGML_QUANT_SIZES
from gguf.quants import dequantize

# Elements, and where the half floats of a block lie.
FORMATS = {
    "f16": (256, [0]),
    "bf16": (256, []),
    "q4_0": (512, [0]),
    "q8_0": (512, [0]),
    "q4_k": (1024, [0, 2]),
    "q5_k": (1024, [0, 2]),
    "q6_k": (1024, [208]),
}


def random_blocks(name, rng):
    elements, halves = FORMATS[name]
    per_block, size = GGML_QUANT_SIZES[GGMLQuantizationType[name.upper()]]
    blocks = rng.integers(0, 256, (elements // per_block, size), dtype=numpy.uint8)
    for at in halves:
        scales = blocks[:, at : at + 2].copy().view(numpy.uint16)
        scales[(scales & 0x7C00) == 0x7C00] ^= 0x0400
        blocks[:, at : at + 2] = scales.view(numpy.uint8)
    if name == "bf16":
        values = blocks.view(numpy.uint16)
        values[(values & 0x7F80) == 0x7F80] ^= 0x0080
    return blocks


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = numpy.random.default_rng(20240601)
    for name in FORMATS:
        blocks = random_blocks(name, rng)
        values = dequantize(blocks.reshape(1, -1), GGMLQuantizationType[name.upper()])
        (folder / f"{name}.blocks").write_bytes(blocks.tobytes())
        (folder / f"{name}.f32").write_bytes(values.astype("<f4").tobytes())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
