"""`swivel verify` finds the models of the box equal to transformers, and a wrong one different."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

SWIVEL = os.environ["SWIVEL"]
MODELS = pathlib.Path(__file__).parents[2] / "models"


def verify(model):
    command = [SWIVEL, "verify", str(model), "--python", sys.executable, "--json"]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["mini-qwen3", "mini-llama3"])
def test_models_in_the_box_equal_transformers(name):
    done = verify(MODELS / name)
    report = json.loads(done.stdout)
    assert done.returncode == 0, report["failures"]
    assert report["equal"] and report["reference"].startswith("transformers ")
    assert report["tokenizer"]["equal"] == report["tokenizer"]["texts"] == 10
    assert report["template"]["equal"] == report["template"]["conversations"] == 4
    assert report["logits"]["max_difference"] < 2e-3
    hashes = {file["name"]: file["sha256"] for file in report["files"]}
    assert len(hashes["model.safetensors"]) == 64


def test_another_model_behind_the_reference_is_found(tmp_path):
    """The reference is led to a copy with another rope base and another template."""
    other = tmp_path / "other"
    shutil.copytree(MODELS / "mini-llama3", other)
    template = other / "chat_template.jinja"
    template.write_text(template.read_text() + "!")
    config = json.loads((other / "config.json").read_text())
    config["rope_theta"] *= 2
    (other / "config.json").write_text(json.dumps(config))
    python = tmp_path / "python"
    ours = MODELS / "mini-llama3"
    python.write_text(f"#!/bin/sh\nsed 's#{ours}#{other}#' | exec {sys.executable} \"$@\"\n")
    python.chmod(0o755)
    command = [SWIVEL, "verify", str(ours), "--python", str(python), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert not report["equal"]
    assert report["tokenizer"]["equal"] == 10
    assert report["template"]["equal"] == 0
    assert report["logits"]["mean_kl"] > report["logits"]["allowed_mean_kl"]


def test_a_missing_reference_is_named():
    done = subprocess.run(
        [SWIVEL, "verify", str(MODELS / "mini-llama3"), "--python", "no-such-python"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3
    assert "cannot start no-such-python" in done.stderr
