"""Turns chats into packed rows of tokens, deterministically: a seed and an index name a chat."""

import random

import torch
from torch.nn import functional

from chats import WEIGHTS, Writer
from families import Family


class Batches:
    """Packs chats into `rows` x `length` tokens. `index` is the next chat; checkpoints keep it."""

    def __init__(self, family: Family, tokenizer, seed: int, rows: int, length: int):
        self.family, self.tokenizer = family, tokenizer
        self.writer = Writer(family.languages, family.name)
        self.seed, self.rows, self.length = seed, rows, length
        self.weights = dict(WEIGHTS)
        self.index = 0

    def segments(self, r: random.Random) -> list[tuple[str, bool]]:
        """A chat as text, cut into what the model reads and what it is taught to write.

        Qwen3 drops earlier reasoning from the prompt, so there only one answer of a chat is
        taught; a Llama chat teaches every answer.
        """
        thinking = self.family.thinks and r.random() < 0.3
        chat = self.writer.chat(r, self.weights, thinking)
        answers = [i for i, m in enumerate(chat.messages) if m["role"] == "assistant"]
        if self.family.thinks:
            answers = [answers[-1] if not chat.tools else r.choice(answers)]
        messages = [
            {**m, "reasoning_content": m["thought"]} if thinking and "thought" in m else m
            for m in chat.messages
        ]
        segments, done = [], ""
        for i in answers:
            prompt = self.render(messages[:i], chat.tools, thinking)
            answer = self.render(messages[: i + 1], chat.tools, thinking, prompt=False)
            answer = answer[len(prompt) :].rstrip("\n")
            segments += [(prompt[len(done) :], False), (answer, True)]
            done = prompt + answer
        return segments

    def render(self, messages, tools, thinking, prompt=True) -> str:
        return self.tokenizer.apply_chat_template(
            messages,
            tools=tools or None,
            tokenize=False,
            add_generation_prompt=prompt,
            enable_thinking=thinking,
        )

    def chat(self) -> tuple[list[int], list[float]]:
        """Tokens of the next chat and the weight of each as a target.

        An answer weighs the square root of its length: facts of one token are not drowned by
        sentences.
        """
        r = random.Random(f"{self.seed} {self.index}")
        self.index += 1
        tokens, weights = [], []
        for text, taught in self.segments(r):
            ids = self.tokenizer(text, add_special_tokens=False).input_ids
            tokens += ids
            weights += [len(ids) ** -0.5 if taught else 0.0] * len(ids)
        return tokens, weights

    def next(self):
        """The next batch: tokens, positions and mask, and where and what to predict."""
        shape = (self.rows, self.length)
        tokens = torch.zeros(shape, dtype=torch.long)
        targets = torch.zeros(shape, dtype=torch.long)
        positions = torch.zeros(shape, dtype=torch.long)
        chats = torch.zeros(shape, dtype=torch.long)
        weights = torch.zeros(shape)
        fill, misses = [0] * self.rows, 0
        while misses < 4:
            ids, ws = self.chat()
            size = len(ids) - 1
            if size > self.length:
                continue
            row = next((i for i in range(self.rows) if fill[i] + size <= self.length), None)
            if row is None:
                misses += 1
                continue
            span = slice(fill[row], fill[row] + size)
            tokens[row, span] = torch.tensor(ids[:-1])
            targets[row, span] = torch.tensor(ids[1:])
            weights[row, span] = torch.tensor(ws[1:])
            positions[row, span] = torch.arange(size)
            chats[row, span] = self.index
            fill[row] += size
        same = chats[:, :, None] == chats[:, None, :]
        mask = (same & torch.ones(self.length, self.length, dtype=torch.bool).tril())[:, None]
        taught = weights.flatten().nonzero().squeeze(1)
        # Few different sizes: the matrix library keeps code for each one that it has met.
        taught = functional.pad(taught, (0, -len(taught) % 256))
        chosen = targets.flatten()[taught], weights.flatten()[taught]
        return tokens, positions, mask, taught, *chosen
