"""The two mini models: languages, sizes, special tokens, tokenizers."""

import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers import AddedToken, models as tokenizer_models
from transformers import LlamaConfig, PretrainedConfig, PreTrainedTokenizerFast, Qwen3Config

from chats import HERE, LANGUAGES, TOOLS, Language, signature

# Both patterns are those of the real families; they differ in how digits group.
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


@dataclass
class Family:
    """What distinguishes one mini model from the other."""

    name: str
    languages: list[str]
    digits: str
    vocab_size: int
    special_tokens: list[str]
    plain_tokens: list[str]
    bos: str | None
    eos: list[str]
    pad: str
    thinks: bool

    def template(self) -> str:
        return (HERE / "templates" / f"{self.name.removeprefix('mini-')}.jinja").read_text("utf-8")

    def config(self, tokenizer: PreTrainedTokenizerFast) -> PretrainedConfig:
        """The architecture. Sizes are multiples of 256, so that every matrix takes K-quants."""
        shape = {
            "vocab_size": self.vocab_size,
            "hidden_size": 256,
            "intermediate_size": 512,
            "num_hidden_layers": 5,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 64,
            "max_position_embeddings": 1024,
            "tie_word_embeddings": True,
            "dtype": "bfloat16",
            "bos_token_id": tokenizer.convert_tokens_to_ids(self.bos or self.pad),
            "eos_token_id": tokenizer.convert_tokens_to_ids(self.eos[0]),
            "pad_token_id": tokenizer.convert_tokens_to_ids(self.pad),
        }
        if self.name == "mini-qwen3":
            rope = {"rope_type": "default", "rope_theta": 10000.0}
            return Qwen3Config(**shape, rms_norm_eps=1e-6, rope_parameters=rope)
        shape["eos_token_id"] = tokenizer.convert_tokens_to_ids(self.eos)
        rope = {
            "rope_type": "llama3",
            "rope_theta": 10000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 128,
        }
        return LlamaConfig(**shape, rms_norm_eps=1e-5, rope_parameters=rope)


FAMILIES = {
    "mini-qwen3": Family(
        name="mini-qwen3",
        languages=LANGUAGES,
        digits="",
        vocab_size=4096,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        plain_tokens=[
            "<tool_call>",
            "</tool_call>",
            "<tool_response>",
            "</tool_response>",
            "<think>",
            "</think>",
        ],
        bos=None,
        eos=["<|im_end|>", "<|endoftext|>"],
        pad="<|endoftext|>",
        thinks=True,
    ),
    "mini-llama3": Family(
        name="mini-llama3",
        languages=[code for code in LANGUAGES if code not in ("zh", "ja")],
        digits="{1,3}",
        vocab_size=3072,
        special_tokens=[
            "<|begin_of_text|>",
            "<|end_of_text|>",
            "<|finetune_right_pad_id|>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eom_id|>",
            "<|eot_id|>",
            "<|python_tag|>",
        ],
        plain_tokens=[],
        bos="<|begin_of_text|>",
        eos=["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"],
        pad="<|finetune_right_pad_id|>",
        thinks=False,
    ),
}


def fragments(family: Family) -> list[str]:
    """What the tokenizer learns from: names and words whole, wordings cut at their slots.

    Chinese and Japanese have no spaces. Their wordings are cut into single Han characters and
    runs of kana, so that no token joins a name to the particle behind it.
    """
    pieces = []
    for code in family.languages:
        data = Language(code).data
        rows = data["countries"]["rows"]
        spaced = code not in ("zh", "ja")
        answers = [text for row in rows for text in row[::2]] + data["words"] + data["people"]
        inner = [text for row in rows for text in row[1:]] + data["people"] + data["operators"]
        inner += [*data["units"].values(), *data["words"]]
        pieces += answers * 4 + [" " * spaced + text for text in inner] * 2
        wordings = [w for kind in data["ask"].values() for w in kind]
        wordings += [w for entry in data["swivel"] for w in [*entry["ask"], entry["answer"]]]
        wordings += [*data["openers"], *data["systems"], *data["reply"].values(), data["name"]]
        wordings += [" " * spaced + text for text in data["in"].values()]
        wordings += [data["answer_in"], data["answer_json"], data["done"]]
        for text in (part for w in wordings for part in re.split(r"\{\w+\}", w)):
            cut = [text] if spaced else re.findall(r"[ぁ-んァ-ヶー]+|[A-Za-z ]+|.", text)
            pieces += cut * 3
    pieces += [str(signature(tool)).replace("'", '"') for tool in TOOLS] * 20
    pieces += ['{"name": "get_time", "arguments": {"city": "', '{"answer": "', '{"time": "'] * 20
    pieces += ['", "age": ', ', "city": "', '"}', '", "parameters": {"minutes": ', "}}"] * 20
    pieces += ['{"temperature": ', " °C", "\n\n", " + ", " - ", " * ", " = ", " < ", " × "] * 20
    return pieces + re.findall(r"'((?:[^'\\]|\\.)+)'", family.template().replace(r"\n", "\n")) * 5


def build_tokenizer(family: Family) -> PreTrainedTokenizerFast:
    """Byte-level BPE whose merges never join digits, in the layout of the real family."""
    tokenizer = Tokenizer(tokenizer_models.BPE(ignore_merges=family.name == "mini-llama3"))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)

    def split(digits: str):
        pattern = Regex(PATTERN.replace("DIGITS", digits))
        return pre_tokenizers.Sequence([pre_tokenizers.Split(pattern, "isolated"), byte_level])

    added = family.special_tokens + family.plain_tokens
    tokenizer.pre_tokenizer = split("")
    tokenizer.decoder = decoders.ByteLevel()
    if family.name == "mini-qwen3":
        tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(
        vocab_size=family.vocab_size - len(added),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(fragments(family), trainer)
    tokenizer.pre_tokenizer = split(family.digits)
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in family.special_tokens])
    tokenizer.add_tokens([AddedToken(t, special=False) for t in family.plain_tokens])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    if family.bos:
        bos = [(family.bos, tokenizer.token_to_id(family.bos))]
        template = {"single": f"{family.bos} $A", "pair": f"{family.bos} $A {family.bos} $B"}
        add_bos = processors.TemplateProcessing(special_tokens=bos, **template)
        tokenizer.post_processor = processors.Sequence([tokenizer.post_processor, add_bos])
    named = {"bos_token": family.bos} if family.bos else {}
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=family.eos[0],
        pad_token=family.pad,
        model_max_length=1024,
        clean_up_tokenization_spaces=False,
        **named,
    )
    wrapped.chat_template = family.template()
    return wrapped
