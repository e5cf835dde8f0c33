"""`swivel pull` and the Python huggingface_hub share one cache: each finds what the other fetched.

Both talk to the small Hub of tests/hub on loopback (`hub_tests serve FOLDER`). SWIVEL names the
program; SWIVEL_HUB_SERVER the test program, by default tests/hub_tests beside it.
"""

import json
import os
import pathlib
import subprocess
import sys

import pytest

SWIVEL = os.environ.get("SWIVEL", "")
SERVER = os.environ.get(
    "SWIVEL_HUB_SERVER", str(pathlib.Path(SWIVEL).parent / "tests" / "hub_tests")
)

pytestmark = pytest.mark.skipif(
    not (os.path.exists(SWIVEL) and os.path.exists(SERVER)),
    reason="needs SWIVEL and hub_tests",
)

FILES = {
    "config.json": b'{"model_type": "tiny"}',
    "README.md": b"---\nlicense: apache-2.0\n---\nA model.\n",
    "additional_chat_templates/tool_use.jinja": b"{{ messages }}",
    "model.safetensors": bytes(range(256)) * 2000,
    "tokenizer.json": b"{}",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    root = tmp_path_factory.mktemp("repositories")
    for name, content in FILES.items():
        path = root / "org" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    process = subprocess.Popen(
        [SERVER, "serve", str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    endpoint = process.stdout.readline().strip()

    def requests():
        process.stdin.write("requests\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield endpoint, requests
    process.stdin.close()
    process.wait(timeout=30)


def environment(endpoint, home, **more):
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("HF_", "HUGGINGFACE_", "HUGGING_FACE_")) and "proxy" not in key.lower()
    }
    return {**kept, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), **more}


def swivel(arguments, env):
    return subprocess.run([SWIVEL, *arguments], env=env, capture_output=True, text=True, timeout=120)


def python(code, env):
    """Runs `code` with huggingface_hub imported as h; the last printed line is its result."""
    done = subprocess.run(
        [sys.executable, "-c", "import huggingface_hub as h\n" + code],
        env=env, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def contents(folder):
    folder = pathlib.Path(folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_python_finds_what_swivel_pulled(hub, tmp_path):
    endpoint, requests = hub
    env = environment(endpoint, tmp_path)
    done = swivel(["pull", "org/tiny"], env)
    assert done.returncode == 0, done.stderr
    before = requests()
    offline = environment(endpoint, tmp_path, HF_HUB_OFFLINE="1")
    folder = python("print(h.snapshot_download('org/tiny', local_files_only=True))", offline)
    assert contents(folder) == FILES
    found = python("print(h.try_to_load_from_cache('org/tiny', 'config.json'))", offline)
    assert pathlib.Path(found).read_bytes() == FILES["config.json"]
    assert requests() == before


def test_python_fetches_no_file_again(hub, tmp_path):
    endpoint, _ = hub
    env = environment(endpoint, tmp_path)
    assert swivel(["pull", "org/tiny"], env).returncode == 0
    blobs = tmp_path / "hub" / "models--org--tiny" / "blobs"
    before = {p.name: p.stat().st_mtime_ns for p in blobs.iterdir()}
    folder = python("print(h.snapshot_download('org/tiny'))", env)
    assert contents(folder) == FILES
    assert {p.name: p.stat().st_mtime_ns for p in blobs.iterdir()} == before


def test_the_cache_scan_of_python_sees_a_sound_repository(hub, tmp_path):
    endpoint, _ = hub
    env = environment(endpoint, tmp_path)
    assert swivel(["pull", "org/tiny"], env).returncode == 0
    report = json.loads(python(
        "import json\n"
        "info = h.scan_cache_dir()\n"
        "repo, = info.repos\n"
        "revision, = repo.revisions\n"
        "print(json.dumps([len(info.warnings), repo.repo_id, repo.size_on_disk,\n"
        "                  sorted(revision.refs), sorted(f.file_name for f in revision.files)]))",
        env,
    ))
    assert report == [
        0, "org/tiny", sum(map(len, FILES.values())), ["main"],
        sorted(pathlib.Path(name).name for name in FILES),
    ]


def test_swivel_finds_what_python_fetched(hub, tmp_path):
    endpoint, requests = hub
    env = environment(endpoint, tmp_path)
    python("print(h.snapshot_download('org/tiny'))", env)
    listed = swivel(["list", "--json"], {**env, "SWIVEL_MODELS": str(tmp_path / "none")})
    model, = json.loads(listed.stdout)["models"]
    assert model["name"] == "org/tiny"
    assert model["whole"] is True
    assert model["model_type"] == "tiny"
    before = requests()
    done = swivel(["pull", "org/tiny", "--json"], env)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "plan"
    assert events[0]["bytes_to_fetch"] == 0
    assert {file["state"] for file in events[0]["files"]} == {"there"}
    assert events[-1]["event"] == "done"
    assert requests() == before + 1  # the list of files


def test_swivel_continues_what_python_left_half_done(hub, tmp_path):
    endpoint, _ = hub
    env = environment(endpoint, tmp_path)
    python("print(h.hf_hub_download('org/tiny', 'config.json'))", env)
    done = swivel(["pull", "org/tiny"], env)
    assert done.returncode == 0, done.stderr
    offline = environment(endpoint, tmp_path, HF_HUB_OFFLINE="1")
    folder = python("print(h.snapshot_download('org/tiny', local_files_only=True))", offline)
    assert contents(folder) == FILES


def test_rm_leaves_nothing_that_python_stumbles_over(hub, tmp_path):
    endpoint, _ = hub
    env = environment(endpoint, tmp_path)
    python("print(h.snapshot_download('org/tiny'))", env)
    assert swivel(["pull", "org/tiny"], env).returncode == 0
    refused = swivel(["rm", "org/tiny"], env)
    assert refused.returncode == 2 and "--yes" in refused.stderr
    done = swivel(["rm", "org/tiny", "--yes"], env)
    assert done.returncode == 0, done.stderr
    report = python(
        "info = h.scan_cache_dir()\nprint(len(info.repos), len(info.warnings))", env
    )
    assert report == "0 0"
    assert swivel(["rm", "org/tiny", "--yes"], env).returncode == 3
