"""Trains one mini model on the CPU.

The length is given in steps (reproducible) or in seconds (whatever the machine manages). The
learning rate is constant after a short warm-up and falls to zero at the end. SIGTERM saves a
checkpoint and ends the run.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import torch
from torch.nn import functional
from torch.optim import Optimizer
from transformers import AutoModelForCausalLM, AutoTokenizer

from batches import Batches
from families import FAMILIES, build_tokenizer
from muon import Muon

# Without a norm on queries and keys, only a small step and a firm decay keep their products small
# enough for the softmax to learn from.
BARE_QK = {"lr": 0.4, "weight_decay": 0.3}
WARMUP_STEPS = 50


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=FAMILIES)
    parser.add_argument("work", type=Path, help="folder for checkpoints and the log")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int, help="last step, earlier runs included")
    length.add_argument("--seconds", type=float, help="wall time of this run")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--weights", type=json.loads, default={}, help="task weights, as JSON")
    parser.add_argument("--decay", type=float, default=0.5, help="share of the run that cools down")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--matrix-lr", type=float, default=0.02)
    parser.add_argument("--vector-lr", type=float, default=0.004)
    parser.add_argument("--save-seconds", type=float, default=240)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def rate(step: int, progress: float, decay: float) -> float:
    """Share of the full learning rate: warm-up, plateau, linear fall."""
    return min(1, (step + 1) / WARMUP_STEPS, (1 - progress) / decay)


def build_optimizers(model, matrix_lr: float, vector_lr: float) -> dict[str, Optimizer]:
    """Muon for the matrices of the layers, AdamW for the embedding and the norms."""
    named = dict(model.named_parameters())
    vectors = {n: p for n, p in named.items() if p.ndim != 2 or "embed" in n}
    bare = {n: p for n, p in named.items() if "q_proj" in n or "k_proj" in n}
    if any("q_norm" in n for n in named):
        bare = {}
    groups = [{"params": [p for n, p in named.items() if n not in vectors and n not in bare]}]
    if bare:
        settings = {**BARE_QK, "lr": BARE_QK["lr"] * matrix_lr}
        groups.append({"params": list(bare.values()), **settings})
    return {
        "muon": Muon(groups, matrix_lr, weight_decay=0.01),
        "adam": torch.optim.AdamW(
            vectors.values(), vector_lr, (0.9, 0.98), weight_decay=0.0, fused=True
        ),
    }


def main() -> None:
    args = parse_arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    family = FAMILIES[args.model]
    if not args.resume:
        build_tokenizer(family).save_pretrained(args.work / "tokenizer")
    tokenizer = AutoTokenizer.from_pretrained(args.work / "tokenizer")
    model = AutoModelForCausalLM.from_config(family.config(tokenizer), dtype=torch.float32)
    batches = Batches(family, tokenizer, args.seed, args.rows, args.length)
    batches.weights |= args.weights

    optimizers = build_optimizers(model, args.matrix_lr, args.vector_lr)
    full_rates = {name: [g["lr"] for g in o.param_groups] for name, o in optimizers.items()}

    checkpoint, step, tokens, seconds = args.work / "checkpoint.pt", 0, 0, 0.0
    if args.resume:
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for name, optimizer in optimizers.items():
            optimizer.load_state_dict(state[name])
        step, tokens, seconds = state["step"], state["tokens"], state["seconds"]
        batches.index = state["index"]

    def save():
        state = {"model": model.state_dict(), "step": step, "tokens": tokens}
        state |= {name: optimizer.state_dict() for name, optimizer in optimizers.items()}
        state |= {"index": batches.index, "seconds": seconds + time.time() - start}
        torch.save(state, checkpoint.with_suffix(".tmp"))
        os.replace(checkpoint.with_suffix(".tmp"), checkpoint)

    forward = torch.compile(model.model, dynamic=False)
    log = (args.work / "log.txt").open("a", buffering=1)
    start = saved = time.time()
    losses, stops = [], []
    signal.signal(signal.SIGTERM, lambda number, frame: stops.append(number))
    while not stops:
        elapsed = time.time() - start
        progress = step / args.steps if args.steps else elapsed / args.seconds
        if progress >= 1:
            break
        for name, optimizer in optimizers.items():
            for group, lr in zip(optimizer.param_groups, full_rates[name]):
                group["lr"] = lr * rate(step, progress, args.decay)
        ids, positions, mask, taught, targets, weights = batches.next()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = forward(
                input_ids=ids, position_ids=positions, attention_mask=mask, use_cache=False
            ).last_hidden_state
            logits = model.lm_head(hidden.flatten(0, 1)[taught]).float()
        loss = (functional.cross_entropy(logits, targets, reduction="none") * weights).sum()
        (loss / weights.sum()).backward()
        losses.append(loss.item() / weights.sum().item())
        for optimizer in optimizers.values():
            optimizer.step()
            optimizer.zero_grad()
        step += 1
        tokens += ids.numel()
        if step % 20 == 0:
            mean = sum(losses) / len(losses)
            share = f"progress {progress:.3f} loss {mean:.4f}"
            print(f"step {step} tokens {tokens} seconds {elapsed:.0f} {share}", file=log)
            losses = []
        if time.time() - saved > args.save_seconds:
            save()
            saved = time.time()
    save()


if __name__ == "__main__":
    main()
