"""Writes tests/golden/FAMILY/: tiny random models and what the reference computes with them.

Needs transformers==5.23.0, torch, numpy and safetensors (tests/conformance/requirements.txt); the
build and the tests do not. Run it again only when a family or the reference changes:

    python scripts/goldens/make_family_goldens.py [FAMILY...]

A family's folder holds
    cases.json            the cases: a config.json each, which weights, which tokens, which rows
    WEIGHTS.safetensors   bf16 weights, shared by the cases
    expected.safetensors  float32: "CASE/LENGTH/logits" [rows, vocab_size] of a prompt of that length,
                          and for cases with hidden states "CASE/hidden/LAYER" [tokens, hidden_size],
                          LAYER -1 being the embedding

Weights are drawn so that no fact hides: norm weights far from 1, biases far from 0, a few channels
six times the others, queries wider than the hidden size, fewer kv heads than heads.
"""

import json
import pathlib
import sys
import tempfile

import numpy
import torch
import transformers
from safetensors.torch import save_file

REFERENCE = "5.23.0"
ROOT = pathlib.Path(__file__).resolve().parents[2]
LENGTH = 68  # just over two pages of 32 positions
ROWS = [0, 1, 7, 8, 9, 30, 31, 32, 33, 63, 64, 67]
VOCAB = 96

DIMENSIONS = {
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "intermediate_size": 40,
    "vocab_size": VOCAB,
    "max_position_embeddings": 256,
    "rms_norm_eps": 2e-3,
    "hidden_act": "silu",
    "tie_word_embeddings": False,
}
# What checkpoints of 2023 leave out: everything with a default.
PLAIN = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 40,
    "vocab_size": VOCAB,
    "max_position_embeddings": 256,
    "rms_norm_eps": 2e-3,
    "hidden_act": "silu",
}
THETA = 100.0  # low, so that 68 positions turn every pair


def yarn(**more):
    return {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64} | more


def rope_cases(layout):
    """One case a scaling; the layouts of config.json (before and since version 5) alternate."""
    old = lambda scaling, **more: {"rope_theta": THETA, "rope_scaling": scaling} | more
    new = lambda scaling, **more: {"rope_parameters": {"rope_theta": THETA} | scaling} | more
    first, second = (old, new) if layout == "old" else (new, old)
    short = [1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 2.5, 3.0]
    long = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0]
    return {
        "linear": first({"rope_type": "linear", "factor": 3.0}),
        "linear_by_type": old({"type": "linear", "factor": 3.0}),
        "dynamic": second({"rope_type": "dynamic", "factor": 4.0}, max_position_embeddings=32),
        "yarn": first(yarn()),
        "yarn_factor": second(yarn(attention_factor=1.3, beta_fast=8.0, beta_slow=2.0)),
        "yarn_mscale": first(yarn(mscale=1.0, mscale_all_dim=0.7, truncate=False)),
        "yarn_no_original": second({"rope_type": "yarn", "factor": 4.0}),
        "longrope": first(
            {
                "rope_type": "longrope",
                "short_factor": short,
                "long_factor": long,
                "original_max_position_embeddings": 32,
            }
        ),
        "longrope_top_level": second(
            {"rope_type": "longrope", "short_factor": short, "long_factor": long, "factor": 6.0},
            original_max_position_embeddings=32,
        ),
        "llama3": second(
            {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            }
        ),
        "theta_in_scaling": {"rope_scaling": {"rope_type": "linear", "factor": 2.0, "rope_theta": 50.0}},
        "theta_in_parameters": {"rope_parameters": {"rope_type": "default", "rope_theta": 50.0}},
    }


def window_cases():
    window = {"use_sliding_window": True, "sliding_window": 8, "max_window_layers": 2, "rope_theta": THETA}
    listed = ["sliding_attention", "full_attention", "sliding_attention", "full_attention"]
    return {
        "window": window,
        "window_listed": window | {"max_window_layers": 1, "layer_types": listed},
        "window_listed_null": window | {"layer_types": None, "max_window_layers": 3},
        "window_default_size": {"use_sliding_window": True, "max_window_layers": 2, "rope_theta": THETA},
        "window_default_start": {"use_sliding_window": True, "sliding_window": 8, "rope_theta": THETA},
        "window_by_default_off": {"sliding_window": 8, "max_window_layers": 2, "rope_theta": THETA},
        "window_off": window | {"use_sliding_window": False},
        "window_null": window | {"sliding_window": None},
    }


def families():
    plain_null = PLAIN | {"num_key_value_heads": None, "rope_scaling": None}
    llama = {
        "architecture": "LlamaForCausalLM",
        "weights": {"untied": DIMENSIONS, "biased": None, "plain": PLAIN},
        "cases": {
            "base": ("untied", {"rope_theta": THETA}),
            "tied": ("biased", {"rope_theta": THETA, "rope_scaling": None}),
            "plain": ("plain", {}),
            "plain_null": ("plain", plain_null | {"head_dim": None}),
        },
    }
    llama["weights"]["biased"] = DIMENSIONS | {
        "tie_word_embeddings": True,
        "attention_bias": True,
        "mlp_bias": True,
        "num_key_value_heads": 1,
    }
    llama["cases"] |= {name: ("untied", config) for name, config in rope_cases("old").items()}

    qwen2 = {
        "architecture": "Qwen2ForCausalLM",
        "weights": {
            "untied": DIMENSIONS,
            "tied": DIMENSIONS | {"tie_word_embeddings": True, "num_key_value_heads": 1},
            "plain": PLAIN | {"num_key_value_heads": 4},
        },
        "cases": {
            "base": ("untied", {"rope_theta": THETA}),
            "tied": ("tied", {"rope_theta": THETA, "rope_scaling": None}),
            "plain": ("plain", {}),
            "plain_null": ("plain", plain_null | {"sliding_window": None}),
        },
    }
    qwen2["cases"] |= {name: ("untied", config) for name, config in rope_cases("new").items()}
    qwen2["cases"] |= {name: ("untied", config) for name, config in window_cases().items()}

    plain3 = PLAIN | {"head_dim": 16, "num_key_value_heads": 4}
    qwen3 = {
        "architecture": "Qwen3ForCausalLM",
        "weights": {
            "untied": DIMENSIONS,
            "biased": DIMENSIONS
            | {"tie_word_embeddings": True, "attention_bias": True, "num_key_value_heads": 1},
            "plain": plain3,
        },
        "cases": {
            "base": ("untied", {"rope_theta": THETA}),
            "tied": ("biased", {"rope_theta": THETA, "rope_scaling": None}),
            "plain": ("plain", {}),
            "plain_null": ("plain", plain_null | {"head_dim": 16, "sliding_window": None}),
        },
    }
    qwen3["cases"] |= {name: ("untied", config) for name, config in rope_cases("old").items()}
    qwen3["cases"] |= {name: ("untied", config) for name, config in window_cases().items()}

    # Not families of the program: family files beside their goldens, for words of the vocabulary
    # that none of the program's needs.
    granite = {
        "architecture": "GraniteForCausalLM",
        "weights": {"tied": DIMENSIONS | {"tie_word_embeddings": True}},
        "cases": {
            "base": (
                "tied",
                {
                    "rope_theta": THETA,
                    "embedding_multiplier": 3.0,
                    "attention_multiplier": 0.2,
                    "residual_multiplier": 0.7,
                    "logits_scaling": 4.0,
                },
            )
        },
    }
    olmo2 = {
        "architecture": "Olmo2ForCausalLM",
        "weights": {"untied": DIMENSIONS},
        "cases": {"base": ("untied", {"rope_theta": THETA})},
    }
    return {"llama": llama, "qwen2": qwen2, "qwen3": qwen3, "granite": granite, "olmo2": olmo2}


def draw(name, shape, rng):
    """A weight whose values are exact in bf16 and whose kind cannot be mistaken for another."""
    if name.endswith("norm.weight"):
        values = rng.uniform(0.4, 1.6, shape)
    elif name.endswith(".bias"):
        values = rng.normal(0, 0.6, shape)
    elif "embed_tokens" in name:
        values = rng.normal(0, 0.5, shape)
        values[:, [3, 17]] *= 6  # outlier channels
    else:
        values = rng.normal(0, 1.6 / numpy.sqrt(shape[-1]), shape)
    return torch.tensor(values, dtype=torch.float32).to(torch.bfloat16)


def make_weights(folder, architecture, config, seed):
    """Names and shapes as transformers has them, values of our own."""
    model_class = getattr(transformers, architecture)
    model = model_class(model_class.config_class(**config))
    rng = numpy.random.default_rng(seed)
    tied = config.get("tie_word_embeddings", False)
    tensors = {}
    for name, tensor in sorted(model.state_dict().items()):
        if tied and name == "lm_head.weight":
            continue
        tensors[name] = draw(name, tuple(tensor.shape), rng)
    save_file(tensors, folder, metadata={"format": "pt"})


def lengths_of(config):
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if rope.get("rope_type") in ("dynamic", "longrope"):
        return [16, 32, 33, LENGTH]  # below, at and above the switch
    return [LENGTH]


def run_case(weights, config, tokens):
    """Logits and hidden states from the published way of loading: config.json and a checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "config.json").write_text(json.dumps(config))
        (path / "model.safetensors").write_bytes(weights.read_bytes())
        model = transformers.AutoModelForCausalLM.from_pretrained(
            path, dtype=torch.float32, attn_implementation="eager"
        ).eval()
    hidden = {}

    def keep(layer):
        return lambda module, args, output: hidden.__setitem__(
            layer, (output[0] if isinstance(output, tuple) else output)[0].clone()
        )

    # The first layer's input: the embedding with what the model multiplies it by.
    model.model.layers[0].register_forward_pre_hook(
        lambda module, args: hidden.__setitem__(-1, args[0][0].clone())
    )
    for i, layer in enumerate(model.model.layers):
        layer.register_forward_hook(keep(i))
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0]
    return logits, hidden


def write_family(name, family):
    folder = ROOT / "tests" / "golden" / name
    folder.mkdir(parents=True, exist_ok=True)
    for i, (weights, config) in enumerate(family["weights"].items()):
        make_weights(folder / f"{weights}.safetensors", family["architecture"], config, 100 + i)
    rng = numpy.random.default_rng(7)
    tokens = rng.integers(0, VOCAB, LENGTH).tolist()
    expected, cases = {}, []
    for case, (weights, changes) in family["cases"].items():
        config = {"architectures": [family["architecture"]], "model_type": name}
        config |= family["weights"][weights] | changes
        with_hidden = case == "base"
        runs = []
        for length in lengths_of(config):
            logits, hidden = run_case(folder / f"{weights}.safetensors", config, tokens[:length])
            rows = list(range(length)) if case == "base" else [r for r in ROWS if r < length]
            if length != LENGTH:
                rows = sorted({0, length // 2, length - 1})
            expected[f"{case}/{length}/logits"] = logits[rows].contiguous()
            runs.append({"length": length, "rows": rows})
        if with_hidden:
            for layer, x in hidden.items():
                expected[f"{case}/hidden/{layer}"] = x.contiguous()
        cases.append(
            {"name": case, "weights": f"{weights}.safetensors", "config": config, "runs": runs}
        )
        print(name, case, "largest logit", float(logits.abs().max()))
    save_file(expected, folder / "expected.safetensors")
    document = {
        "reference": f"transformers {transformers.__version__}, float32, eager attention",
        "tokens": tokens,
        "cases": cases,
    }
    for path in folder.glob("*.safetensors"):
        path.chmod(0o644)
    text = json.dumps(document, indent=1)
    (folder / "cases.json").write_text(text + "\n")


def main():
    if transformers.__version__ != REFERENCE:
        sys.exit(f"goldens are made with transformers {REFERENCE}, not {transformers.__version__}")
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    wanted = sys.argv[1:] or list(families())
    for name in wanted:
        write_family(name, families()[name])


main()
