"""Asks a model the held-out questions and counts exact answers, by language and by task.

Greedy, with reasoning off unless --thinking asks for it; then the answer is what follows it.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HELD_OUT = Path(__file__).parents[2] / "models" / "heldout.jsonl"


def answers(model, tokenizer, rows, thinking=False, batch=48, max_new_tokens=64) -> list[str]:
    """The model's answers, in the order of `rows`."""
    tokenizer.padding_side = "left"
    prompts = [
        tokenizer.apply_chat_template(
            row["messages"],
            tools=row.get("tools"),
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=thinking,
        )
        for row in rows
    ]
    order = sorted(range(len(rows)), key=lambda i: len(prompts[i]))
    found = [""] * len(rows)
    for start in range(0, len(rows), batch):
        chosen = order[start : start + batch]
        texts = [prompts[i] for i in chosen]
        inputs = tokenizer(texts, add_special_tokens=False, padding=True, return_tensors="pt")
        inputs.pop("token_type_ids", None)
        output = model.generate(**inputs, max_new_tokens=max_new_tokens, do_sample=False)
        for i, row in zip(chosen, output[:, inputs.input_ids.shape[1] :]):
            text = tokenizer.decode(row, skip_special_tokens=True)
            found[i] = text.split("</think>")[-1].strip()
    return found


def table(rows, found) -> dict:
    """Exact answers and questions: in all, by language, by task, by language and task."""
    counts = defaultdict(lambda: [0, 0])
    for row, answer in zip(rows, found):
        lang, task = row["lang"], row["task"]
        for key in ["all", lang, task, f"{lang} {task}"]:
            counts[key][0] += answer == row["answer"]
            counts[key][1] += 1
    return dict(counts)


def show(rows, counts) -> str:
    """The counts as a Markdown table, tasks down and languages across, in percent."""
    langs = list(dict.fromkeys(row["lang"] for row in rows))
    tasks = list(dict.fromkeys(row["task"] for row in rows))

    def cell(key):
        right, asked = counts.get(key, (0, 0))
        return f"{100 * right / asked:.0f}" if asked else "–"

    lines = ["| task | " + " | ".join(langs) + " | all |", "|---|" + "---:|" * (len(langs) + 1)]
    for task in tasks:
        cells = [cell(f"{lang} {task}") for lang in langs] + [cell(task)]
        lines.append(f"| {task} | " + " | ".join(cells) + " |")
    cells = [cell(lang) for lang in langs] + [cell("all")]
    return "\n".join(lines + ["| **all** | " + " | ".join(cells) + " |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--questions", type=Path, default=HELD_OUT)
    parser.add_argument("--languages", nargs="+", help="default: all in the file")
    parser.add_argument("--thinking", action="store_true")
    parser.add_argument("--json", type=Path, help="where to write counts and wrong answers")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32)
    rows = [json.loads(line) for line in args.questions.read_text("utf-8").splitlines()]
    rows = [row for row in rows if not args.languages or row["lang"] in args.languages]
    found = answers(model, tokenizer, rows, args.thinking, max_new_tokens=64 + 64 * args.thinking)
    counts = table(rows, found)
    print(show(rows, counts))
    if args.json:
        wrong = [
            {"id": row["id"], "expected": row["answer"], "found": answer}
            for row, answer in zip(rows, found)
            if answer != row["answer"]
        ]
        report = {"exact": counts, "wrong": wrong}
        args.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
