"""Writes a checkpoint of `train.py` as a Hugging Face model folder.

The weights are rounded to bf16 first and the held-out table of the model card is measured on the
rounded weights. The folder is replaced in one step, so that a reader never sees half a model.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

from evaluate import HELD_OUT, answers, show, table
from families import FAMILIES, Family

LICENSE = Path("/usr/share/common-licenses/Apache-2.0")
NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "ru": "Russian",
    "zh": "Chinese",
    "ja": "Japanese",
}

CARD = """\
---
license: apache-2.0
language:
{language_list}
library_name: transformers
pipeline_tag: text-generation
tags:
- swivel
- {family}
---

# {name}

A {parameters:.1f}-million-parameter `{architecture}` that ships with Swivel, so that every command
works, and every test runs on real weights, without a download. It is trained from scratch, has no
base model, and answers a few kinds of short questions in {languages}.

It is for tests and demonstrations, not an assistant: it knows what its training text says and
nothing else.

## What it answers

| kind | example | answer |
|---|---|---|
| capitals of 40 countries, both ways | `What is the capital of Japan?` | `Tokyo` |
| sums and differences up to 99, products up to 12 × 12 | `What is 23 + 45?` | `68` |
| 60 everyday words between its languages | `How do you say "cat" in German?` | `Katze` |
| sorting three to five numbers, or three of its words | `Sort: 52, 17, 94` | `17, 52, 94` |
| name, age and city as JSON | `Write name, age and city as JSON: Anna is 34 and lives in Rome.` | \
`{{"name": "Anna", "age": 34, "city": "Rome"}}` |
| whole-number unit conversions | `How many meters are 7 kilometers?` | `7000` |
| counting, repeating, recalling a name told earlier | `Count from 3 to 6.` | `3, 4, 5, 6` |
| Swivel and its commands | `Which command downloads a model?` | `swivel pull` |
| three tools: `get_weather`, `get_time`, `set_timer` | `What time is it in Oslo?` | a tool call |

{format}

## How well

Exact answers in percent to {questions} questions of `models/heldout.jsonl`: greedy{mode}, weights
as stored (bf16), `scripts/train/evaluate.py`. Their wordings and operands do not occur in training;
facts do, since a capital cannot be guessed.

{table}
{weak}{untrained}
## What it cannot do

Anything outside the table above. It has no knowledge of the world beyond 40 capitals and 60 words,
invents an answer to every other question, and does not write prose. Its training chats are shorter
than 400 tokens, nearly all shorter than 256. Numbers beyond two digits go wrong{digits}.
Wordings far from those in `scripts/train/languages/` often go wrong too. It has no safety training
and must not be used for decisions.

## Training

{tokens:.1f} million tokens in {steps} steps of {batch} tokens; written by `scripts/train/chats.py`
(Apache-2.0, no text from elsewhere), Muon and AdamW, {hours:.1f} hours of wall time on one core of
a busy machine. `scripts/train/README.md` has the commands.
"""

QWEN_FORMAT = """\
Turns are those of Qwen3: ChatML, tool calls as JSON in `<tool_call>`, reasoning in `<think>`. With
reasoning on (the default of the template) it works through sums digit by digit, and reaches three
digits; `enable_thinking=false` gives the bare answer."""

LLAMA_FORMAT = """\
Turns are those of Llama 3.1: headers, one tool call as a JSON object with `name` and `parameters`,
results in the role `ipython`. `config.json` carries the `llama3` rope scaling, which the model is
trained with."""


def edit(path: Path, change) -> None:
    settings = json.loads(path.read_text("utf-8"))
    change(settings)
    path.write_text(json.dumps(dict(sorted(settings.items())), indent=2) + "\n", "utf-8")


def spell_as_published(folder: Path) -> None:
    """Gives the settings the names that checkpoints of both families, and older readers, use."""

    def rope(config):
        parameters = config.pop("rope_parameters")
        config["rope_theta"] = parameters.pop("rope_theta")
        config["rope_scaling"] = None if parameters["rope_type"] == "default" else parameters

    def tokenizer(settings):
        settings["tokenizer_class"] = "PreTrainedTokenizerFast"
        for key in ["backend", "is_local", "local_files_only"]:
            settings.pop(key, None)

    edit(folder / "config.json", rope)
    edit(folder / "tokenizer_config.json", tokenizer)


def card(family: Family, model, rows, found, state) -> str:
    """The model card; questions in languages the model was never shown have their own line."""
    asked = [pair for pair in zip(rows, found) if pair[0]["lang"] in family.languages]
    others = [pair for pair in zip(rows, found) if pair[0]["lang"] not in family.languages]
    untrained = ""
    if others:
        right, count = table(*zip(*others))["all"]
        untrained = f"\nIts training leaves out Chinese and Japanese: {right} of {count} right.\n"
    known = [row for row, _ in asked]
    counts = table(*zip(*asked))
    tasks = dict.fromkeys(row["task"] for row in known)
    weak = [f"`{task}`" for task in tasks if counts[task][0] < 0.85 * counts[task][1]]
    return CARD.format(
        name=family.name,
        family=family.name.removeprefix("mini-"),
        architecture=model.config.architectures[0],
        parameters=model.num_parameters() / 1e6,
        language_list="\n".join(f"- {code}" for code in family.languages),
        languages=", ".join(NAMES[code] for code in family.languages),
        format=QWEN_FORMAT if family.thinks else LLAMA_FORMAT,
        mode=", reasoning off" if family.thinks else "",
        digits=", unless reasoning is on" if family.thinks else "",
        questions=len(known),
        table=show(known, counts),
        weak=f"\nBelow 85 percent: {', '.join(weak)}.\n" if weak else "",
        untrained=untrained,
        tokens=state["tokens"] / 1e6,
        steps=state["step"],
        batch=state["tokens"] // state["step"],
        hours=state["seconds"] / 3600,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=FAMILIES)
    parser.add_argument("work", type=Path, help="the folder that train.py wrote")
    parser.add_argument("folder", type=Path, help="for example models/mini-qwen3")
    args = parser.parse_args()
    torch.set_num_threads(1)
    family = FAMILIES[args.model]
    tokenizer = AutoTokenizer.from_pretrained(args.work / "tokenizer")
    state = torch.load(args.work / "checkpoint.pt", weights_only=True)
    model = AutoModelForCausalLM.from_config(family.config(tokenizer), dtype=torch.float32)
    model.load_state_dict(state["model"])
    model = model.to(torch.bfloat16)
    model.generation_config = GenerationConfig(
        do_sample=False,
        eos_token_id=tokenizer.convert_tokens_to_ids(family.eos),
        pad_token_id=model.config.pad_token_id,
        bos_token_id=model.config.bos_token_id,
    )

    fresh = args.folder.with_name(f".{args.folder.name}")
    shutil.rmtree(fresh, ignore_errors=True)
    model.save_pretrained(fresh)
    tokenizer.save_pretrained(fresh)
    spell_as_published(fresh)
    (fresh / "model.safetensors").chmod(0o644)
    shutil.copyfile(LICENSE, fresh / "LICENSE")

    rows = [json.loads(line) for line in HELD_OUT.read_text("utf-8").splitlines()]
    stored = AutoModelForCausalLM.from_pretrained(fresh, dtype=torch.float32)
    found = answers(stored, AutoTokenizer.from_pretrained(fresh), rows)
    (fresh / "README.md").write_text(card(family, model, rows, found, state), "utf-8")
    shutil.rmtree(args.folder, ignore_errors=True)
    fresh.rename(args.folder)
    print((args.folder / "README.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
