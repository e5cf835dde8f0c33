"""`swivel logits` against transformers, live: the models of models/, and the goldens' tiny models."""

import json
import os
import pathlib
import shutil
import subprocess

import numpy
import pytest
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIVEL = os.environ.get("SWIVEL")
KERNELS = [("reference", 1e-4), ("", 2e-3)]  # SWIVEL_CPU, largest absolute difference

pytestmark = pytest.mark.skipif(not SWIVEL, reason="SWIVEL names no program")


def models():
    return sorted(p.parent for p in (ROOT / "models").glob("*/config.json"))


def golden_cases():
    for path in sorted((ROOT / "tests" / "golden").glob("*/cases.json")):
        document = json.loads(path.read_text())
        for case in document["cases"]:
            yield pytest.param(path.parent, case, document["tokens"], id=f"{path.parent.name}-{case['name']}")


def reference_logits(folder, tokens):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].numpy()


def swivel_logits(folder, tokens, kernels, out, all_rows=True):
    command = [SWIVEL, "logits", str(folder), "--tokens", ",".join(map(str, tokens)), "--out", str(out)]
    environment = os.environ | {"XDG_CONFIG_HOME": str(out.parent)}
    environment.pop("SWIVEL_CPU", None)
    if kernels:
        environment["SWIVEL_CPU"] = kernels
    subprocess.run(command + (["--all"] if all_rows else []), check=True, env=environment)
    return numpy.fromfile(out, dtype="<f4")


def compare(folder, tokens, tmp_path):
    expected = reference_logits(folder, tokens)
    for kernels, bound in KERNELS:
        found = swivel_logits(folder, tokens, kernels, tmp_path / "logits.f32")
        difference = float(numpy.abs(found.reshape(expected.shape) - expected).max())
        print(f"{folder.name} {len(tokens)} tokens, kernels {kernels or 'chosen'}: {difference:.2e}")
        assert difference <= bound, kernels
    last = swivel_logits(folder, tokens, "", tmp_path / "last.f32", all_rows=False)
    assert numpy.array_equal(last, found[-last.size :])


@pytest.mark.parametrize("folder", models(), ids=lambda folder: folder.name)
@pytest.mark.parametrize("length", [1, 32, 33, 150])
def test_models_of_the_project(folder, length, tmp_path):
    vocabulary = json.loads((folder / "config.json").read_text())["vocab_size"]
    tokens = numpy.random.default_rng(length).integers(0, vocabulary, length).tolist()
    compare(folder, tokens, tmp_path)


@pytest.mark.parametrize("folder, case, tokens", golden_cases())
def test_tiny_models_of_the_goldens(folder, case, tokens, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text(json.dumps(case["config"]))
    shutil.copy(folder / case["weights"], model / "model.safetensors")
    if (folder / "family.toml").exists():  # a family of the model's own
        shutil.copy(folder / "family.toml", model / "family.toml")
    compare(model, tokens, tmp_path)
