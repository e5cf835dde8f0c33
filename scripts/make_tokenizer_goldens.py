"""Makes tests/tokenizers/: small tokenizers with the ids and texts that the reference packages give.

    python scripts/make_tokenizer_goldens.py

Needs the packages of tests/conformance/requirements.txt. The result is the same on every run with
the same versions.
"""

import json
import pathlib
import random
import sys

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "conformance"))
import tokenizer_texts  # noqa: E402

OUT = ROOT / "tests" / "tokenizers"
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def texts():
    rng = random.Random(5)
    lines = rng.sample(tokenizer_texts.multilingual(), 40)
    lines += tokenizer_texts.SENTENCES
    lines += rng.sample(tokenizer_texts.adversarial(), 60)
    lines += ["a<|x|>  b <tool>c</tool>", "<|x|>", "<|x|><|x|>  ", "x word words word", "<rs>  \n y"]
    return lines


def write(folder, tokenizer, config=None):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    if config:
        (folder / "tokenizer_config.json").write_text(json.dumps(config) + "\n")
    cases = []
    for text in texts():
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        cases.append(
            {
                "text": text,
                "ids": ids,
                "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                "without_special": tokenizer.decode(ids, skip_special_tokens=True),
            }
        )
    (folder / "expected.json").write_text(
        "[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n"
    )


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts(), trainer)
    tokenizer.add_special_tokens(["<|end|>", "<|x|>", AddedToken("<rs>", rstrip=True)])
    tokenizer.add_tokens(
        [
            AddedToken("<tool>", normalized=False),
            AddedToken("</tool>", normalized=False),
            AddedToken("word", single_word=True, normalized=False),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|x|> $A", special_tokens=[("<|x|>", tokenizer.token_to_id("<|x|>"))]
    )
    config = {"bos_token": "<|x|>", "eos_token": {"content": "<|end|>"}, "pad_token": None}
    write(OUT / "byte_level", tokenizer, config)


def byte_fallback():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    special = ["<unk>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        show_progress=False,
        special_tokens=special + [f"<0x{b:02X}>" for b in range(256)],
        limit_alphabet=120,
    )
    tokenizer.train_from_iterator([t[:80] for t in texts()], trainer)
    as_json = json.loads(tokenizer.to_str())
    as_json["added_tokens"] = [t for t in as_json["added_tokens"] if t["content"] in special]
    write(OUT / "byte_fallback", Tokenizer.from_str(json.dumps(as_json)))


def spm():
    folder = OUT / "sentencepiece"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [t.replace("\n", " ").replace("\0", "") for t in texts()]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([t[:200] for t in lines if t.strip()]),
        model_prefix=str(folder / "tokenizer"),
        model_type="bpe",
        vocab_size=1400,
        byte_fallback=True,
        character_coverage=0.98,
        normalization_rule_name="identity",
        user_defined_symbols=["<tool>", "▁▁▁"],
        minloglevel=2,
    )
    (folder / "tokenizer.vocab").unlink()
    model = sentencepiece.SentencePieceProcessor(str(folder / "tokenizer.model"))
    plain = [t for t in texts() if "\0" not in t and "<s>" not in t]
    cases = [{"text": t, "ids": model.encode(t)} for t in plain + ["  a   <tool> b  ", "<tool>"]]
    (folder / "expected.json").write_text(
        "[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n"
    )


if __name__ == "__main__":
    byte_level()
    byte_fallback()
    spm()
