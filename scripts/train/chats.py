"""Writes the chats that the mini models learn from, and the held-out questions.

Run as a program, it writes the held-out questions to a file, one JSON object a line.

Everything is a function of a `random.Random`, so a seed names a corpus. The two sets are disjoint
by construction: a held-out question uses the last wording of a list in `languages/*.toml`, which
training never draws, and operands that `is_held_out` keeps away from training. Facts (capitals,
words, answers about Swivel) are in both: a model cannot guess a capital that it was never told.
"""

import argparse
import json
import random
import tomllib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ["en", "de", "fr", "es", "it", "ru", "zh", "ja"]

# (from, to, factor, largest operand). The small factors are tables that a model learns by heart.
CONVERSIONS = [
    ("km", "m", 1000, 60),
    ("m", "cm", 100, 60),
    ("kg", "g", 1000, 60),
    ("hour", "minute", 60, 12),
    ("minute", "second", 60, 12),
    ("day", "hour", 24, 9),
    ("week", "day", 7, 12),
    ("year", "month", 12, 12),
]

# How often each task is drawn, relative to the others.
WEIGHTS = {
    "capital": 9,
    "country": 7,
    "add": 12,
    "subtract": 10,
    "multiply": 8,
    "translate": 16,
    "meaning": 8,
    "sort_up": 9,
    "sort_down": 8,
    "sort_words": 5,
    "json": 6,
    "convert": 8,
    "count": 2,
    "repeat": 3,
    "recall": 3,
    "swivel": 7,
    "talk": 3,
    "tool": 5,
}

# How many held-out questions of each task every language gets.
HELD_OUT = {
    "capital": 7,
    "country": 4,
    "add": 6,
    "subtract": 4,
    "multiply": 4,
    "translate": 6,
    "meaning": 4,
    "sort_up": 3,
    "sort_down": 2,
    "sort_words": 2,
    "json": 4,
    "convert": 4,
    "count": 1,
    "repeat": 1,
    "recall": 1,
    "swivel": 4,
}


@dataclass
class Turn:
    """A question with its answer. `value` is what a JSON answer holds."""

    question: str
    answer: str
    thought: str
    value: str | int | None = None


@dataclass
class Chat:
    """Messages in the form of the OpenAI API; the last one is the assistant's."""

    messages: list[dict]
    tools: list[dict] = field(default_factory=list)


def is_held_out(*operands) -> bool:
    """One combination of operands in twelve belongs to the held-out set."""
    return zlib.crc32(repr(operands).encode()) % 12 == 0


class Language:
    """The words and wordings of one language, as its TOML file lists them."""

    def __init__(self, code: str, held_out: bool = False):
        self.code = code
        self.held_out = held_out
        self.data = tomllib.loads((HERE / "languages" / f"{code}.toml").read_text("utf-8"))
        self.words = self.data["words"]
        self.people = self.data["people"]
        self.countries = self.data["countries"]["rows"]
        self.cities = [row[2] for row in self.countries if " " not in row[2] and "'" not in row[2]]
        self.sortable = [w for w in self.words if w.isascii() or code == "ru" and "ё" not in w]

    def wording(self, r: random.Random, wordings: list[str], **slots) -> str:
        text = wordings[-1] if self.held_out else r.choice(wordings[:-1])
        return text.format(**slots)

    def ask(self, r: random.Random, kind: str, **slots) -> str:
        more = [] if self.held_out else self.data["more"].get(kind, [])
        return self.wording(r, more + self.data["ask"][kind], **slots)

    def operands(self, draw):
        """Calls `draw` until its operands are on this side of the split. They come first."""
        while True:
            drawn = draw()
            if is_held_out(*drawn[0]) == self.held_out:
                return drawn


class Writer:
    """Writes chats in the given languages for the model called `name`."""

    def __init__(self, codes: list[str], name: str, held_out: bool = False):
        self.languages = {code: Language(code, held_out) for code in codes}
        self.name = name
        self.held_out = held_out

    # ---- tasks: each returns one turn ----

    def capital(self, r, lang):
        name, of, capital = r.choice(lang.countries)
        return Turn(lang.ask(r, "capital", of=of), capital, f"{name}: {capital}", capital)

    def country(self, r, lang):
        name, _, capital = r.choice(lang.countries)
        return Turn(lang.ask(r, "country", capital=capital), name, f"{capital}: {name}", name)

    def expression(self, r, lang, index, a, b, result, thought):
        sign = "+-*×"[index + (index == 2 and r.random() < 0.5)]
        operator = sign if r.random() < 0.75 else lang.data["operators"][index]
        space = "" if lang.code in ("zh", "ja") and operator != sign else " "
        question = lang.ask(r, "compute", expr=f"{a}{space}{operator}{space}{b}")
        return Turn(question, str(result), thought, result)

    def add(self, r, lang):
        (_, a, b), *_ = lang.operands(lambda: [("+", r.randint(0, 99), r.randint(0, 99))])
        return self.expression(r, lang, 0, a, b, a + b, add_by_digits(a, b))

    def subtract(self, r, lang):
        def draw():
            a, b = r.randint(0, 99), r.randint(0, 99)
            return [("-", max(a, b), min(a, b))]

        (_, a, b), *_ = lang.operands(draw)
        return self.expression(r, lang, 1, a, b, a - b, subtract_by_digits(a, b))

    def multiply(self, r, lang):
        draw = lambda: [("*", lang.code, r.randint(2, 12), r.randint(2, 12))]
        (_, _, a, b), *_ = lang.operands(draw)
        return self.expression(r, lang, 2, a, b, a * b, f"{a} * {b} = {a * b}")

    def other_language(self, r, lang):
        codes = [c for c in self.languages if c != lang.code]
        if self.held_out and lang.code not in ("zh", "ja"):
            codes = [c for c in codes if c not in ("zh", "ja")]
        return self.languages[r.choice(codes)]

    def translate(self, r, lang):
        other, i = self.other_language(r, lang), r.randrange(len(lang.words))
        slots = {"word": lang.words[i], "in": lang.data["in"][other.code]}
        question = lang.ask(r, "translate", **slots)
        thought = f"{lang.words[i]}, {other.data['name']}: {other.words[i]}"
        return Turn(question, other.words[i], thought, other.words[i])

    def meaning(self, r, lang):
        other, i = self.other_language(r, lang), r.randrange(len(lang.words))
        question = lang.ask(r, "meaning", word=other.words[i])
        thought = f"{other.words[i]}, {lang.data['name']}: {lang.words[i]}"
        return Turn(question, lang.words[i], thought, lang.words[i])

    def sort(self, r, lang, kind, population, size, key=None):
        draw = lambda: [tuple(sorted(r.sample(population, size), key=key))]
        (items, *_) = lang.operands(draw)
        shuffled = r.sample(items, size)
        ordered = items[::-1] if kind == "sort_down" else items
        answer = ", ".join(map(str, ordered))
        question = lang.ask(r, kind, list=", ".join(map(str, shuffled)))
        return Turn(question, answer, " < ".join(map(str, items)))

    def sort_up(self, r, lang):
        return self.sort(r, lang, "sort_up", range(100), r.randint(3, 5))

    def sort_down(self, r, lang):
        return self.sort(r, lang, "sort_down", range(100), r.randint(3, 5))

    def sort_words(self, r, lang):
        if lang.code in ("zh", "ja"):
            return self.sort_up(r, lang)
        return self.sort(r, lang, "sort_words", lang.sortable, 3, str.lower)

    def json(self, r, lang):
        draw = lambda: [(r.choice(lang.people), r.randint(18, 99), r.choice(lang.cities))]
        ((person, age, city), *_) = lang.operands(draw)
        fact = lang.ask(r, "fact", person=person, age=age, city=city)
        answer = json.dumps({"name": person, "age": age, "city": city}, ensure_ascii=False)
        return Turn(lang.ask(r, "json", fact=fact), answer, f"{person}, {age}, {city}")

    def convert(self, r, lang):
        def draw():
            source, target, factor, largest = r.choice(CONVERSIONS)
            n = r.randint(2, largest)
            # The Russian unit names stand in the genitive plural, which these numbers do not take.
            if lang.code == "ru" and n % 10 in (1, 2, 3, 4) and n not in (11, 12, 13, 14):
                return draw()
            operands = (source, n) if factor in (100, 1000) else (lang.code, source, n)
            return [operands, source, target, factor, n]

        _, source, target, factor, n = lang.operands(draw)
        units = lang.data["units"]
        slots = {"n": n, "from": units[source], "to": units[target]}
        thought = f"{n} * {factor} = {n * factor}"
        return Turn(lang.ask(r, "convert", **slots), str(n * factor), thought, n * factor)

    def count(self, r, lang):
        def draw():
            a = r.randint(0, 92)
            return [("count", a, a + r.randint(3, 6))]

        (_, a, b), *_ = lang.operands(draw)
        numbers = ", ".join(map(str, range(a, b + 1)))
        return Turn(lang.ask(r, "count", a=a, b=b), numbers, f"{a} → {b}")

    def repeat(self, r, lang):
        words, *_ = lang.operands(lambda: [tuple(r.sample(lang.words, r.randint(2, 4)))])
        text = ", ".join(words)
        return Turn(lang.ask(r, "repeat", list=text), text, text)

    def swivel(self, r, lang):
        entry = r.choice(lang.data["swivel"])
        return Turn(lang.wording(r, entry["ask"]), entry["answer"], entry["answer"])

    def talk(self, r, lang):
        kind = r.choice(["hello", "thanks", "who"])
        answer = lang.data["reply"][kind].format(model=self.name)
        return Turn(lang.ask(r, kind), answer, kind)

    def large_sum(self, r, lang):
        """Three digits, which the models do only with reasoning."""
        a, b = r.randint(100, 999), r.randint(10, 999)
        if r.random() < 0.6:
            return self.expression(r, lang, 0, a, b, a + b, add_by_digits(a, b))
        a, b = max(a, b), min(a, b)
        return self.expression(r, lang, 1, a, b, a - b, subtract_by_digits(a, b))

    # ---- chats ----

    def recall(self, r, lang):
        person = r.choice(lang.people)
        messages = [
            user(lang.ask(r, "tell", person=person)),
            assistant(lang.data["reply"]["tell"].format(person=person)),
        ]
        if not self.held_out and r.random() < 0.4:
            turn = getattr(self, r.choice(["capital", "add", "translate"]))(r, lang)
            messages += [user(turn.question), assistant(turn.answer)]
        return messages + [user(lang.ask(r, "recall")), assistant(person, person)]

    def tool(self, r, lang):
        """A call, its result and the answer; or tools on offer that the question does not need."""
        name = r.choice(list(TOOLS))
        tools = [signature(t) for t in r.sample(sorted(TOOLS), r.randint(1, 2)) if t != name]
        tools.insert(r.randint(0, len(tools)), signature(name))
        if r.random() < 0.2:
            turn = getattr(self, r.choice(["capital", "add", "country"]))(r, lang)
            return Chat([user(turn.question), assistant(turn.answer, turn.thought)], tools)
        if name == "set_timer":
            # Russian says "minut" after these numbers only.
            n = r.choice([5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 45, 50, 60])
            question, arguments = lang.ask(r, "timer", n=n), {"minutes": n}
            result, answer = {"minutes": n}, lang.data["done"]
        elif name == "get_weather":
            city, degrees = r.choice(lang.cities), r.randint(0, 39)
            question, arguments = lang.ask(r, "weather", city=city), {"city": city}
            result, answer = {"temperature": degrees}, f"{degrees} °C"
        else:
            city, clock = r.choice(lang.cities), f"{r.randint(0, 23):02}:{r.randint(0, 59):02}"
            question, arguments = lang.ask(r, "time", city=city), {"city": city}
            result, answer = {"time": clock}, clock
        call = {"type": "function", "function": {"name": name, "arguments": arguments}}
        messages = [
            user(question),
            {**assistant("", name), "tool_calls": [call]},
            {"role": "tool", "content": json.dumps(result, ensure_ascii=False)},
            assistant(answer, answer),
        ]
        return Chat(messages, tools)

    def chat(self, r: random.Random, weights: dict[str, float], thinking: bool) -> Chat:
        """Draws one chat for training."""
        lang = self.languages[r.choice(list(self.languages))]
        task = r.choices(list(weights), weights.values())[0]
        if task == "tool":
            return self.tool(r, lang)
        if task == "recall":
            messages = self.recall(r, lang)
        elif thinking and r.random() < 0.15:
            messages = self.turns(r, lang, [self.large_sum])
        else:
            size = r.choices([1, 2, 3, r.randint(4, 9)], [78, 12, 8, 2])[0]
            singles = [t for t in weights if t not in ("tool", "recall")]
            tasks = r.choices(singles, [weights[t] for t in singles], k=size - 1) + [task]
            messages = self.turns(r, lang, [getattr(self, t) for t in tasks])
        if r.random() < 0.2 and messages[0]["role"] != "system":
            messages.insert(0, {"role": "system", "content": r.choice(lang.data["systems"])})
        return Chat(messages)

    def turns(self, r, lang, tasks):
        """Asks the tasks in turn; now and then a system turn sets the language or the form."""
        turns = [task(r, lang) for task in tasks]
        messages = []
        choice = r.random()
        if choice < 0.03 and all(turn.value is not None for turn in turns):
            messages = [{"role": "system", "content": lang.data["answer_json"]}]
            for turn in turns:
                turn.answer = json.dumps({"answer": turn.value}, ensure_ascii=False)
        elif 0.03 < choice < 0.06:
            other, i = self.other_language(r, lang), r.randrange(len(lang.countries))
            slots = {"in": lang.data["in"][other.code]}
            messages = [{"role": "system", "content": lang.data["answer_in"].format(**slots)}]
            answer = other.countries[i][2]
            turns = [Turn(lang.ask(r, "capital", of=lang.countries[i][1]), answer, answer)]
        openers = lang.data["openers"] + lang.data["more"]["lead_ins"]
        for turn in turns:
            question = r.choice(openers) + turn.question
            messages += [user(question), assistant(turn.answer, turn.thought)]
        return messages


TOOLS = {
    "get_weather": ("Weather in a city", {"city": "string"}),
    "get_time": ("Time in a city", {"city": "string"}),
    "set_timer": ("Start a timer", {"minutes": "integer"}),
}


def signature(name: str) -> dict:
    """The tool as a JSON schema, the way an API client sends it."""
    description, arguments = TOOLS[name]
    properties = {argument: {"type": kind} for argument, kind in arguments.items()}
    parameters = {"type": "object", "properties": properties, "required": list(arguments)}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


def user(content: str) -> dict:
    return {"role": "user", "content": content}


def assistant(content: str, thought: str = "") -> dict:
    return {"role": "assistant", "content": content, "thought": thought}


def add_by_digits(a: int, b: int) -> str:
    """Column addition from the ones upwards, the carry as the last summand."""
    lines, carry = [], 0
    while a or b or carry:
        x, y = a % 10, b % 10
        total = x + y + carry
        lines.append(f"{x} + {y}" + f" + {carry}" * (carry > 0) + f" = {total}")
        a, b, carry = a // 10, b // 10, total // 10
    return "\n".join(lines) or "0 + 0 = 0"


def subtract_by_digits(a: int, b: int) -> str:
    """Column subtraction from the ones upwards; a borrow adds ten here and costs one above."""
    lines, borrow = [], 0
    while a:
        x, y = a % 10, b % 10
        y += borrow
        borrow = int(x < y)
        lines.append(f"{x + 10 * borrow} - {y} = {x + 10 * borrow - y}")
        a, b = a // 10, b // 10
    return "\n".join(lines) or "0 - 0 = 0"


def held_out_questions(seed: int = 7) -> list[dict]:
    """The fixed evaluation set, about fifty questions in each language."""
    writer = Writer(LANGUAGES, "", held_out=True)
    rows = []
    for code, lang in writer.languages.items():
        for task, size in HELD_OUT.items():
            if task == "sort_words" and code in ("zh", "ja"):
                continue
            r = random.Random(f"{seed} {code} {task}")
            seen = set()
            while len(seen) < size:
                if task == "recall":
                    messages = writer.recall(r, lang)
                else:
                    turn = getattr(writer, task)(r, lang)
                    messages = [user(turn.question), assistant(turn.answer)]
                question, answer = messages[:-1], messages[-1]["content"]
                if question[-1]["content"] in seen:
                    continue
                seen.add(question[-1]["content"])
                plain = [{"role": m["role"], "content": m["content"]} for m in question]
                identity = f"{code}-{task}-{len(seen)}"
                row = {"id": identity, "lang": code, "task": task}
                rows.append({**row, "messages": plain, "answer": answer})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("held_out", type=Path, help="for example models/heldout.jsonl")
    rows = held_out_questions()
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    parser.parse_args().held_out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
