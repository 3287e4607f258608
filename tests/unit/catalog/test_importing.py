"""A folder becomes a model whole or not at all, whatever is wrong with it and whenever the work ends."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
import tomllib

import pytest

from tests.conftest import ROOT
from workstation.catalog import importing, installed
from workstation.catalog.candidate import examine, safe_id
from workstation.catalog.importing import Order, take
from workstation.errors import ModelError

VALUES = {"name": "Toy", "terms": "none", "preprocess": {"side": 32, "method": "letterbox"}, "note": {"a b": [1, 2.5]}}
SILENT = {"progress": lambda what, share: None, "stop": lambda: False}


@pytest.fixture
def folder(tmp_path):
    """What `catalog` sees of a published folder: names and bytes."""
    made = tmp_path / "CXR LLaVA (v2)"
    made.mkdir()
    (made / "config.json").write_text('{"model_type": "CXR-LLAVA"}')
    (made / "model-1.safetensors").write_bytes(os.urandom(9 << 20))
    (made / "tokenizer.model").write_bytes(b"words")
    (made / "pytorch_model.bin").write_bytes(b"\x80")
    (made / "code.py").write_text("raise SystemExit\n")
    return made


def order(folder, **wishes):
    return Order(examine(folder), VALUES, **wishes)


def left_in(home):
    return sorted(path.name for path in home.models.iterdir())


def refusal(home, given, accepted=False, **hooks):
    with pytest.raises(ModelError) as caught:
        take(home, given if isinstance(given, Order) else order(given), accepted, **{**SILENT, **hooks})
    assert caught.value.message.endswith(".") and caught.value.remedy.endswith(".")
    assert left_in(home) == []
    return caught.value


def test_every_file_is_copied_and_its_hash_written_down(home, folder):
    taken = take(home, order(folder), False, **SILENT)
    assert (taken.model.manifest.id, taken.already, taken.model.status) == ("cxr-llava-v2", False, "ready")
    written = tomllib.loads((taken.model.folder / "manifest.toml").read_text(encoding="utf-8"))
    assert set(written["files"]) == {"config.json", "model-1.safetensors", "tokenizer.model"}
    for name, about in written["files"].items():
        data = (folder / name).read_bytes()
        assert (taken.model.folder / name).read_bytes() == data
        assert about == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    assert written["note"] == {"a b": [1, 2.5]}
    assert left_in(home) == ["cxr-llava-v2"]


def test_what_stays_behind_is_named_with_its_reason(folder):
    reasons = dict(examine(folder).left_out)
    assert "never opened" in reasons["pytorch_model.bin"] and "never run" in reasons["code.py"]


def test_the_first_load_need_not_hash_again(home, folder):
    assert installed.remembered(home, take(home, order(folder), False, **SILENT).model)


def test_the_same_files_are_taken_once(home, folder, tmp_path):
    take(home, order(folder), False, **SILENT)
    folder.rename(tmp_path / "other name")
    again = take(home, order(tmp_path / "other name", wished_id="mine"), False, **SILENT)
    assert (again.already, again.model.manifest.id, left_in(home)) == (True, "cxr-llava-v2", ["cxr-llava-v2"])


def test_another_model_of_the_same_name_gets_another_id(home, folder):
    take(home, order(folder), False, **SILENT)
    (folder / "tokenizer.model").write_bytes(b"wordz")
    assert take(home, order(folder), False, **SILENT).model.manifest.id == "cxr-llava-v2-2"
    (folder / "tokenizer.model").write_bytes(b"worda")
    with pytest.raises(ModelError) as caught:
        take(home, order(folder, wished_id="cxr-llava-v2"), False, **SILENT)
    assert caught.value.code == "id_taken"
    assert take(home, order(folder, wished_id="mine.3"), False, **SILENT).model.manifest.id == "mine.3"


@pytest.mark.parametrize("name", ["../up", "UPPER", "a b", ".hidden", "-dash", "x" * 57])
def test_an_id_that_is_no_folder_name_is_refused(home, folder, name):
    assert refusal(home, order(folder, wished_id=name)).code == "id"


@pytest.mark.parametrize(
    ("name", "id_"), [("CXR-LLAVA-v2", "cxr-llava-v2"), ("../..", "model"), ("모델 é", "model"), ("a" * 99, "a" * 56)]
)
def test_a_folders_name_becomes_a_safe_id(name, id_):
    assert safe_id(name) == id_


# terms


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("README.md", "---\nlicense: cc-by-nc-4.0\ntags: [x]\n---\n# T\n", "cc-by-nc-4.0"),
        ("README.md", "---\r\nlicense: other\r\nlicense_name: own-terms\r\n---\r\n", "other own-terms"),
        ("README.md", "---\nlicense:\n- mit\n- apache-2.0\n---\n", "mit, apache-2.0"),
        ("LICENSE", "\n   Attribution-NonCommercial 4.0\n\ntext", "Attribution-NonCommercial 4.0"),
    ],
)
def test_terms_are_read_named_and_must_be_accepted(home, folder, file, text, said):
    (folder / file).write_bytes(text.encode())
    refused = refusal(home, folder)
    assert refused.code == "terms" and said in refused.message and "--accept-terms" in refused.remedy
    model = take(home, order(folder), True, **SILENT).model
    assert "terms_accepted" in tomllib.loads((model.folder / "manifest.toml").read_text(encoding="utf-8"))


def test_a_name_that_differs_in_capitals_only_is_taken(home, folder):
    (home.models / "CXR-LLaVA-V2").mkdir()
    assert take(home, order(folder), False, **SILENT).model.manifest.id == "cxr-llava-v2-2"


@pytest.mark.parametrize("text", ["# No front matter\nlicense: mit\n", "---\nlicense:\n---\n"])
def test_a_folder_without_terms_is_unknown_not_free(folder, text):
    (folder / "README.md").write_text(text)
    assert examine(folder).terms == "unknown"


# what is refused before a byte is copied


def _link_out(folder):
    (folder.parent / "elsewhere").write_bytes(b"secret")
    (folder / "tokenizer.model").unlink()
    (folder / "tokenizer.model").symlink_to(folder.parent / "elsewhere")


def _pipe(folder):
    (folder / "tokenizer.model").unlink()
    os.mkfifo(folder / "tokenizer.model")


def _dangle(folder):
    (folder / "tokenizer.model").unlink()
    (folder / "tokenizer.model").symlink_to(folder / "absent")


def _pointer(folder):
    (folder / "model-1.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")


def _only_pickle(folder):
    (folder / "model-1.safetensors").unlink()
    (folder / "config.json").unlink()


def _empty(folder):
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes need rights there")
@pytest.mark.parametrize(
    ("harm", "code", "said"),
    [
        (_link_out, "model_format", "outside the folder"),
        (_dangle, "model_missing", "missing"),
        (_pipe, "model_format", "is not a file"),
        (_pointer, "model_damaged", "git-lfs pointer"),
        (_only_pickle, "model_format", "pickle"),
        (_empty, "model_missing", "holds no model"),
    ],
)
def test_a_folder_that_is_not_what_it_seems_is_refused(home, folder, harm, code, said):
    harm(folder)
    refused = refusal(home, folder)
    assert refused.code == code and said in refused.message


def test_an_encoder_alone_is_told_how_to_go_on(home, folder):
    (folder / "config.json").write_text('{"model_type": "cxr-llava"}')
    assert "manifest.toml" in refusal_of(folder).message
    (folder / "run.json").write_text("{}")
    assert "no language model" in refusal_of(folder).message and "train align" in refusal_of(folder).remedy


def refusal_of(folder):
    with pytest.raises(ModelError) as caught:
        examine(folder)
    return caught.value


def test_files_and_absent_folders_are_no_folders(home, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\x80")
    (tmp_path / "a.safetensors").write_bytes(b"")
    assert "pickle" in refusal(home, tmp_path / "a.bin").message
    assert refusal(home, tmp_path / "a.safetensors").code == refusal(home, tmp_path / "none").code == "model_missing"


def test_a_manifest_that_lies_about_a_hash_leaves_nothing(home, folder):
    lines = ['id = "other"', "[preprocess]", 'side = 32\nmethod = "letterbox"']
    for name in ("config.json", "model-1.safetensors"):
        data = (folder / name).read_bytes()
        digest = hashlib.sha256(data + b"!" * (name != "config.json")).hexdigest()
        lines += [f'[files."{name}"]', f'sha256 = "{digest}"', f"bytes = {len(data)}"]
    (folder / "manifest.toml").write_text("\n".join(lines))
    refused = refusal(home, folder)
    assert refused.code == "model_damaged" and "model-1.safetensors has other bytes" in refused.message


@pytest.mark.parametrize("number", ["inf", "1e400", "nan", '"x"', "[]"])
def test_a_manifest_of_impossible_numbers_is_refused(home, folder, number):
    lines = ['id = "other"', "[preprocess]", 'side = 32\nmethod = "letterbox"', '[files."config.json"]']
    lines += [f'sha256 = "{"0" * 64}"', f"bytes = {number}"]
    (folder / "manifest.toml").write_text("\n".join(lines))
    assert refusal(home, folder).code == "manifest"


# the work ends early


def test_a_disk_without_room_is_told_before(home, folder, monkeypatch):
    usage = type("Usage", (), {"free": 5 << 20})
    monkeypatch.setattr(importing.shutil, "disk_usage", lambda path: usage)
    refused = refusal(home, folder)
    assert refused.code == "disk" and "GB" in refused.message


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
def test_a_disk_that_fills_on_the_way_leaves_nothing(home, folder):
    import resource

    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, old[1][1]))  # the system itself refuses the fifth megabyte
    try:
        refused = refusal(home, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old[1])
        signal.signal(signal.SIGXFSZ, old[0])
    assert refused.code == "disk"


def test_a_disk_that_fails_leaves_nothing(home, folder, monkeypatch):
    def fail(handle):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    assert refusal(home, folder).code == "import"


@pytest.mark.parametrize("after", range(5))
def test_a_stop_at_any_piece_leaves_nothing(home, folder, after):
    asked = iter(range(100))
    assert refusal(home, folder, stop=lambda: next(asked) >= after).code == "stopped"


def test_a_number_that_must_not_pass_ends_the_copy(home, folder):
    def watch(path):
        def look(offset, piece):
            if offset:
                raise ModelError("The weight x holds numbers that are not finite.", "Again.", "model_damaged")

        return look

    assert refusal(home, order(folder, watch=watch)).code == "model_damaged"


KILLED = """
import os, signal, sys
from pathlib import Path
from workstation.catalog.candidate import examine
from workstation.catalog.importing import Order, take
from workstation.paths import Home
seen = []
def hear(what, share):
    seen.append(share)
    if len(seen) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
values = {"preprocess": {"side": 32, "method": "letterbox"}}
take(Home(Path(sys.argv[1])), Order(examine(Path(sys.argv[2])), values), False, hear, lambda: False)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
@pytest.mark.parametrize("at", [1, 3, 5])
def test_what_a_killed_import_left_is_no_model_and_goes_with_the_next(home, folder, at):
    command = [sys.executable, "-c", KILLED, str(home.root), str(folder), str(at)]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert left_in(home) and all(name.startswith(".") for name in left_in(home))
    assert [m for m in installed.installed(home) if not m.bundled] == [] == installed.broken(home)
    take(home, order(folder), False, **SILENT)
    assert left_in(home) == ["cxr-llava-v2"]


def test_an_import_at_work_is_neither_listed_nor_swept(home, folder):
    def meanwhile(what, share):
        importing.sweep(home)
        assert [m for m in installed.installed(home) if not m.bundled] == []
        assert any(name.endswith(".part") for name in left_in(home))

    assert take(home, order(folder), False, meanwhile, lambda: False).model.status == "ready"


def test_two_imports_at_once_give_one_model(home, folder):
    meet, taken = threading.Barrier(2), []

    def slowly(what, share):
        if share == 1.0 and not meet.broken:
            meet.wait(20)

    def work():
        taken.append(take(home, order(folder), False, slowly, lambda: False))

    both = [threading.Thread(target=work) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(each.already for each in taken) == [False, True]
    assert left_in(home) == ["cxr-llava-v2"]
