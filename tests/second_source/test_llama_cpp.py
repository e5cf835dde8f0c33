"""The models of the box, written to GGUF by Swivel, give the same greedy tokens in llama.cpp.

The rule for near-ties: where the two engines choose differently, llama.cpp's own logits of the two
choices are at most 0.01 apart; the run goes on with llama.cpp's choice.
"""

import json
import os
import pathlib
import subprocess

import llama_cpp
import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]
SWIVEL = os.environ["SWIVEL"]
WRITE_GGUF = os.environ["WRITE_GGUF"]
MODELS = ["mini-qwen3", "mini-llama3"]
NEAR_TIE = 0.01
NEW_TOKENS = 32


def prompts():
    lines = (ROOT / "models/heldout.jsonl").read_text().splitlines()
    questions = [json.loads(line) for line in lines]
    return [q["messages"] for q in questions[:: len(questions) // 20]][:20]


def run(*arguments, **options):
    return subprocess.run(arguments, check=True, capture_output=True, **options).stdout


def token_ids(model, messages, folder):
    path = folder / "messages.json"
    path.write_text(json.dumps(messages))
    text = run(SWIVEL, "template", model, str(path))
    ids = json.loads(run(SWIVEL, "tokenize", model, "--no-bos", "--json", input=text))
    return ids["ids"] if isinstance(ids, dict) else ids


def our_logits(gguf, tokens, folder):
    """Logits of every position, [len(tokens), vocab_size], from the same GGUF file."""
    out = folder / "logits"
    listed = ",".join(map(str, tokens))
    run(SWIVEL, "logits", str(gguf), "--tokens", listed, "--all", "--out", str(out))
    return np.fromfile(out, dtype="<f4").reshape(len(tokens), -1)


@pytest.mark.parametrize("model", MODELS)
def test_greedy_tokens_equal_llama_cpp(model, tmp_path):
    gguf = tmp_path / f"{model}.gguf"
    run(WRITE_GGUF, str(ROOT / "models" / model), str(gguf))
    peer = llama_cpp.Llama(
        str(gguf), n_ctx=512, logits_all=True, verbose=False, type_k=0, type_v=0
    )
    ties = 0
    for messages in prompts():
        tokens = token_ids(model, messages, tmp_path)
        prompt_length = len(tokens)
        peer.reset()
        peer.eval(tokens)
        for _ in range(NEW_TOKENS):
            tokens.append(int(np.argmax(peer.scores[peer.n_tokens - 1])))
            peer.eval(tokens[-1:])
        ours = our_logits(gguf, tokens, tmp_path)
        for position in range(prompt_length - 1, len(tokens) - 1):
            theirs = peer.scores[position]
            choice = int(np.argmax(ours[position]))
            if choice != tokens[position + 1]:
                assert theirs.max() - theirs[choice] <= NEAR_TIE
                ties += 1
    print(f"{model}: 20 prompts of {NEW_TOKENS} tokens equal, {ties} near-ties")
