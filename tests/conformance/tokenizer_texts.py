"""Texts for the tokenizer tests: made from CLDR data and from rules, the same on every run."""

import random
import unicodedata

from babel import Locale, localedata
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
import datetime

LINES_PER_LANGUAGE = 24
LANGUAGES = 110


def _names(locale, mapping, rng, count):
    values = sorted(str(v) for v in mapping.values())
    return rng.sample(values, min(count, len(values)))


def _lines(locale, rng):
    when = datetime.datetime(2024, 2, 29, 13, 5, 59)
    for i in range(LINES_PER_LANGUAGE):
        kind = i % 4
        if kind == 0:
            yield ", ".join(_names(locale, locale.territories, rng, 6)) + "."
        elif kind == 1:
            yield " ".join(_names(locale, locale.languages, rng, 5)) + "!"
        elif kind == 2:
            day = when + datetime.timedelta(days=rng.randrange(4000), hours=rng.randrange(24))
            yield "{} — {}; {}".format(
                format_datetime(day, "full", locale=locale),
                format_timedelta(datetime.timedelta(seconds=rng.randrange(10**7)), locale=locale),
                format_decimal(rng.random() * 10 ** rng.randrange(9), locale=locale),
            )
        else:
            yield "{}: {}\n\t{} ({})".format(
                rng.choice(_names(locale, locale.currencies, rng, 4) or ["-"]),
                format_currency(rng.randrange(10**6) / 7, "EUR", locale=locale),
                " / ".join(_names(locale, locale.scripts, rng, 3)),
                rng.choice(_names(locale, locale.territories, rng, 4) or ["-"]),
            )


def languages():
    """Language codes with enough CLDR data, one a language."""
    found = []
    for code in sorted(localedata.locale_identifiers()):
        if "_" in code or code == "root":
            continue
        locale = Locale.parse(code)
        if len(locale.languages) > 60 and len(locale.territories) > 60:
            found.append(code)
    rng = random.Random(7)
    rng.shuffle(found)
    must = ["en", "zh", "ja", "ko", "ar", "he", "hi", "th", "ru", "el", "ka", "am", "my", "km"]
    return (must + [c for c in found if c not in must])[:LANGUAGES]


def multilingual():
    lines = []
    for code in languages():
        locale = Locale.parse(code)
        lines.extend(_lines(locale, random.Random(code)))
    return lines


WHITE_SPACE = [c for c in map(chr, range(0x110000 - 1)) if c.isspace() and ord(c) > 0x7F] + list(
    "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\u180e\u200b\ufeff"
)

SENTENCES = [
    "",
    " ",
    "  ",
    "\n",
    " \n \n\n  x",
    "a\r\n\r\nb\rc",
    "Hello, world!",
    "It's we're I'VE i'Ll DON'T o'clock 'S 'ſ 'Re'ad''s 's't'm'd'll'xx",
    "don’t won't 'tis 'twas rock'n'roll y'all'd've",
    "3.14159 1,234,567.89 0x7fff 1e-10 12345678901234567890 ½ ² ⅷ ۱۲۳ १२३ 一二三 ①②",
    "def f(x):\n    return x**2  # comment\n\n\tif x == 1:\r\n\t\tpass\n",
    "for (int i = 0; i < n; ++i) { a[i] += b[i]; } // loop\n/* \\* */ https://a.b/c?d=e&f#g",
    "ThisIsCamelCase snake_case_word SCREAMING_CASE mixedCASEWord iPhone XMLHttpRequest ǅabc ªº",
    "👨‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ ☎︎ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 \U0001f9d1\u200d\U0001f680",
    "e\u0301 é \u0041\u030a Å ﬁ ﬃ ǆ ẛ̣ \u1e9b\u0323 가 \u1100\u1161 \u0344 \u2126 \u212b \u0958",
    "ZALGO: z\u0351\u036b\u0343\u036aa\u0302\u0364\u0315l\u0334g\u0335o\u0489!",
    "नमस्ते दुनिया ສະບາຍດີ สวัสดีชาวโลก မင်္ဂလာပါ ជំរាបសួរ தமிழ் తెలుగు ಕನ್ನಡ മലയാളം",
    "你好，世界！こんにちは、世界。カタカナ ｶﾀｶﾅ 안녕하세요 ㄅㄆㄇ 𠀀𠀁 㐀 豈",
    "مرحبا بالعالم שלום עולם \u202eright to left\u202c سلام ۱۴۰۲",
    "\x00\x01\x02\x07\x08\x1b[31mred\x1b[0m\x7f\x80\x9f\xad",
    "\ufffd\ufffe\uffff\U0010ffff\U000e0001\ue000 \u0378",
    "▁underscore ▁▁ Ġ Ċ Ã© <0x0A> <0xE4><0xBD><0xA0> <unk> <s> </s> <pad>",
    "<|im_start|>user\nhi<|im_end|>\n<|endoftext|> <|im_start |> <|im_startx|> <|im_start|><|im_start|>",
    "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n<|eot_id|> <|reserved_special_token_0|>",
    "<tool_call>{\"a\": 1}</tool_call><think>\n\n</think> [INST] x [/INST] <bos><eos><start_of_turn>",
    "<｜begin▁of▁sentence｜><｜User｜>hi<｜Assistant｜> <｜fim▁hole｜> <|fim_prefix|> <unused0>",
    "a" * 300 + " " * 300 + "\n" * 50 + "=" * 200 + "ab" * 150 + "é" * 100 + "你" * 100,
    "\u1c89\u1c8a \ua7cb \U00016d40 \U00013460 \U0001fae9 \u2427 \u2ffc newer than Unicode 15",
    "$+<=>^`|~ ¢£¥ §¶ †‡ •… ‰ ′″ ‹› ⁄ №℠™ ←↑→↓ ∀∂∃ ≤≥ ⌘ ─│ ▀▄█ ☀☁ ♠♣ ✓✗ 〈〉《》「」",
]


def _characters(rng):
    classes = {}
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        category = unicodedata.category(chr(code))
        if category not in ("Cn", "Co"):
            classes.setdefault(category, []).append(chr(code))
    return classes


def adversarial():
    rng = random.Random(20240229)
    lines = list(SENTENCES)
    lines += [f"a{c}b {c} {c}{c}x{c}" for c in WHITE_SPACE]
    classes = _characters(rng)
    for category in sorted(classes):
        for _ in range(6):
            lines.append("".join(rng.choice(classes[category]) for _ in range(40)))
        lines.append(" ".join(rng.choice(classes[category]) + "x1" for _ in range(20)))
    everything = sorted(classes)
    pieces = ["'s", "'LL", " ", "  ", "\n", "\r\n", "\t", "12", "345678", "x", "Ab", "/", "?!", "▁"]
    for _ in range(400):
        out = []
        for _ in range(rng.randrange(1, 40)):
            if rng.random() < 0.5:
                out.append(rng.choice(pieces))
            else:
                out.append(rng.choice(classes[rng.choice(everything)]))
        lines.append("".join(out))
    marks = classes["Mn"][:400]
    for _ in range(100):  # canonical order and composition
        out = []
        for _ in range(12):
            out.append(rng.choice("aeiouAEIOUncsyzAlmkᄀ가अকগ"))
            out.extend(rng.sample(marks, rng.randrange(4)))
        lines.append("".join(out))
    return lines


def runs():
    """Long stretches without a place to cut."""
    return [
        "a" * 100_000,
        " " * 100_000,
        "\n" * 30_000,
        "ab" * 50_000,
        "7" * 100_000,
        "!" * 100_000,
        "あ" * 30_000,
        "\u0301" * 30_000,
        "▁" * 30_000,
        "a\u0301" * 30_000,
        "The quick brown fox. " * 5_000,
    ]
