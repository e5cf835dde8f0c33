"""Answers `swivel verify` from a reference engine that is installed here.

Reads one JSON object on stdin and writes one on stdout:

  {"model": PATH, "engine": "auto" | "transformers" | "llama.cpp", "dtype": "float32" | "auto",
   "texts": [str], "conversations": [{"messages": [...], "tools": [...] | null}],
   "now": "2025-01-31", "new_tokens": int, "logits": PATH}

  {"engine": "transformers 5.23.0", "ids": [[int]], "rendered": [str | null],
   "greedy": [[int]], "rows": [int], "vocab_size": int}

`ids[i]` are the tokens of texts[i] with the affixes the model asks for, `greedy[i]` the tokens that
the reference continues them with. The file at `logits` receives, for each text in turn, one
little-endian float32 row for each position of ids[i] + greedy[i]; rows[i] is how many.

Swivel carries this file inside the program and runs it with the python3 it is told to.
"""

import json
import sys

import numpy as np


def with_transformers(job, out):
    import datetime

    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    path = job["model"]
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    dtype = torch.float32 if job["dtype"] == "float32" else "auto"
    model = transformers.AutoModelForCausalLM.from_pretrained(path, dtype=dtype).eval()

    class FixedClock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromisoformat(job["now"])

    transformers.utils.chat_template_utils.datetime = FixedClock
    rendered = []
    for conversation in job["conversations"]:
        if tokenizer.chat_template is None:
            rendered.append(None)
            continue
        rendered.append(
            tokenizer.apply_chat_template(
                conversation["messages"],
                tools=conversation.get("tools"),
                tokenize=False,
                add_generation_prompt=True,
            )
        )

    ids, greedy, rows = [], [], []
    for text in job["texts"]:
        prompt = tokenizer(text)["input_ids"]
        tokens = list(prompt)
        with torch.no_grad():
            for _ in range(job["new_tokens"]):
                logits = model(torch.tensor([tokens])).logits[0]
                tokens.append(int(logits[-1].argmax()))
            logits = model(torch.tensor([tokens])).logits[0].float().numpy()
        logits.astype("<f4").tofile(out)
        ids.append(prompt)
        greedy.append(tokens[len(prompt) :])
        rows.append(len(tokens))
    vocab_size = int(logits.shape[1])
    name = f"transformers {transformers.__version__}"
    return name, ids, rendered, greedy, rows, vocab_size


def with_llama_cpp(job, out):
    import llama_cpp

    model = llama_cpp.Llama(job["model"], n_ctx=2048, logits_all=True, verbose=False)
    ids, greedy, rows = [], [], []
    for text in job["texts"]:
        prompt = model.tokenize(text.encode(), add_bos=True, special=True)
        tokens = list(prompt)
        model.reset()
        model.eval(tokens)
        for _ in range(job["new_tokens"]):
            tokens.append(int(np.argmax(model.scores[model.n_tokens - 1])))
            model.eval(tokens[-1:])
        np.asarray(model.scores[: len(tokens)], dtype="<f4").tofile(out)
        ids.append(prompt)
        greedy.append(tokens[len(prompt) :])
        rows.append(len(tokens))
    name = f"llama.cpp (llama-cpp-python {llama_cpp.__version__})"
    return name, ids, [None] * len(job["conversations"]), greedy, rows, model.n_vocab()


def main():
    job = json.load(sys.stdin)
    engine = job["engine"]
    if engine == "auto":
        engine = "llama.cpp" if job["model"].endswith(".gguf") else "transformers"
    run = {"transformers": with_transformers, "llama.cpp": with_llama_cpp}[engine]
    with open(job["logits"], "wb") as out:
        name, ids, rendered, greedy, rows, vocab_size = run(job, out)
    json.dump(
        {
            "engine": name,
            "ids": ids,
            "rendered": rendered,
            "greedy": greedy,
            "rows": rows,
            "vocab_size": vocab_size,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
