"""Times llama.cpp (llama-cpp-python) on a GGUF file as `swivel bench` times this program: prefill of
N tokens in one go, decode of M tokens after a short context. One JSON line for each work.

usage: llama_cpp_peer.py MODEL.gguf [--threads 2] [--prompt 512] [--decode 64] [--context 8] [--runs 5]
needs: llama-cpp-python built from source with CMAKE_ARGS="-DGGML_NATIVE=ON"
"""

import argparse
import ctypes
import json
import statistics
import time

import llama_cpp as ll


def decode(context, tokens, start, vocab):
    batch = ll.llama_batch_init(len(tokens), 0, 1)
    batch.n_tokens = len(tokens)
    for i, token in enumerate(tokens):
        batch.token[i] = token
        batch.pos[i] = start + i
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = 0
        batch.logits[i] = i == len(tokens) - 1
    assert ll.llama_decode(context, batch) == 0
    ll.llama_get_logits_ith(context, len(tokens) - 1)
    ll.llama_batch_free(batch)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    for name, value in (("threads", 2), ("prompt", 512), ("decode", 64), ("context", 8), ("runs", 5)):
        parser.add_argument("--" + name, type=int, default=value)
    args = parser.parse_args()
    quiet = ll.llama_log_callback(lambda *ignored: None)
    ll.llama_log_set(quiet, ctypes.c_void_p(0))
    ll.llama_backend_init()
    model = ll.llama_model_load_from_file(args.model.encode(), ll.llama_model_default_params())
    params = ll.llama_context_default_params()
    params.n_ctx = max(args.prompt, args.context + args.decode) + 64
    params.n_batch = params.n_ubatch = max(args.prompt, 512)
    params.n_threads = params.n_threads_batch = args.threads
    params.flash_attn_type = 1
    context = ll.llama_init_from_model(model, params)
    vocab = ll.llama_vocab_n_tokens(ll.llama_model_get_vocab(model)) or 32000
    tokens = lambda start, count: [(i * 7919 + 17) % vocab for i in range(start, start + count)]

    def prefill():
        ll.llama_memory_clear(ll.llama_get_memory(context), True)
        start = time.perf_counter()
        decode(context, tokens(0, args.prompt), 0, vocab)
        return args.prompt / (time.perf_counter() - start)

    def steps():
        ll.llama_memory_clear(ll.llama_get_memory(context), True)
        decode(context, tokens(0, args.context), 0, vocab)
        start = time.perf_counter()
        for i in range(args.decode):
            decode(context, tokens(args.context + i, 1), args.context + i, vocab)
        return args.decode / (time.perf_counter() - start)

    for work, once in (("prefill", prefill), ("decode", steps)):
        once()
        rates = [once() for _ in range(args.runs)]
        print(json.dumps({"engine": "llama.cpp", "work": work, "value": statistics.median(rates),
                          "unit": "tokens/s", "least": min(rates), "most": max(rates),
                          "runs": args.runs, "threads": args.threads}), flush=True)


main()
