"""A store is opened, shared, refused and quarantined as a person would expect."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.readings import take
from workstation.errors import StoreError
from workstation.paths import Home
from workstation.storage import schema
from workstation.storage.failure import explain_os, refuse_network
from workstation.storage.store import Store
from workstation.workflow.worklist import worklist


def plain(home: Home) -> sqlite3.Connection:
    return sqlite3.connect(home.database, isolation_level=None)


def test_a_new_store_is_in_wal_mode_with_its_schema_version(home: Home) -> None:
    Store.open(home).close()
    with plain(home) as witness:
        assert witness.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert witness.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION


def test_opening_again_keeps_what_is_there(home: Home, tmp_path: Path) -> None:
    with Store.open(home) as store:
        uid = take(store, home, tmp_path)
    with Store.open(home) as store:
        assert [row.study_instance_uid for row in worklist(store)] == [uid]


def test_a_moved_home_finds_its_films(home: Home, tmp_path: Path) -> None:
    from workstation.workflow.worklist import films

    with Store.open(home) as store:
        uid = take(store, home, tmp_path)
    moved = Home(tmp_path / "elsewhere")
    home.root.rename(moved.root)
    with Store.open(moved) as store:
        assert Path(films(store, uid)[0].path).is_file()


def test_a_newer_schema_is_refused_and_left_alone(home: Home) -> None:
    Store.open(home).close()
    with plain(home) as witness:
        witness.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(StoreError) as refusal:
        Store.open(home)
    assert refusal.value.code == "newer_schema"
    with plain(home) as witness:
        assert witness.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION + 1


def test_somebody_elses_database_is_refused(home: Home) -> None:
    with plain(home) as witness:
        witness.execute("CREATE TABLE songs (name TEXT)")
    with pytest.raises(StoreError) as refusal:
        Store.open(home)
    assert refusal.value.code == "foreign"


def test_a_file_that_is_no_database_is_quarantined_once_and_kept_as_it_was(home: Home) -> None:
    home.database.write_bytes(b"not a database at all " * 200)
    for _ in range(2):
        with pytest.raises(StoreError) as refusal:
            Store.open(home)
        assert refusal.value.code == "corrupt"
    copies = list(home.root.glob("store.damaged-*.sqlite"))
    assert len(copies) == 1 and copies[0].name in refusal.value.message
    assert copies[0].read_bytes() == home.database.read_bytes() == b"not a database at all " * 200


def test_a_page_of_rubbish_inside_the_database_is_found_at_opening(home: Home, tmp_path: Path) -> None:
    with Store.open(home) as store:
        take(store, home, tmp_path)
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(home.database.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = b"\xff" * 2000
    home.database.write_bytes(content)
    with pytest.raises(StoreError) as refusal:
        Store.open(home)
    assert refusal.value.code == "corrupt"
    assert next(iter(home.root.glob("store.damaged-*.sqlite"))).read_bytes() == bytes(content)


def test_a_store_locked_by_another_program_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workstation.storage.store.BUSY_TIMEOUT_S", 0.05)
    with Store.open(home) as store:
        other = plain(home)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as refusal:
            store.check_writable()
        other.execute("ROLLBACK")
        other.close()
        assert refusal.value.code == "locked"
        store.check_writable()


def test_a_database_that_may_not_grow_is_told_as_a_full_disk(home: Home) -> None:
    with Store.open(home) as store:
        pages = store.execute("PRAGMA page_count").fetchone()[0]
        store.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError) as refusal, store.transaction():
            store.execute("INSERT INTO meta VALUES ('big', ?)", ["x" * 100_000])
        assert refusal.value.code == "full"
        assert store.row("SELECT * FROM meta WHERE name = 'big'") is None


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes of its own (needs the right to mount)."""
    point = tmp_path / "disk"
    point.mkdir()
    if (
        os.name != "posix"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(point)], capture_output=True
        ).returncode
    ):
        pytest.skip("this test needs the right to mount a small file system")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


def test_a_full_disk_is_told_before_the_reader_types(tiny_disk: Path) -> None:
    home = Home(tiny_disk / "home")
    with Store.open(home) as store, pytest.raises(StoreError) as refusal:
        store.check_writable()
    assert refusal.value.code == "full"


def test_a_film_that_does_not_fit_leaves_nothing_half(tiny_disk: Path, tmp_path: Path) -> None:
    from workstation.storage import inbox

    home = Home(tiny_disk / "home").create()
    big = tmp_path / "big.dcm"
    big.write_bytes(b"x" * (3 << 20))
    with pytest.raises(StoreError) as refusal:
        inbox.take(home, big)
    assert refusal.value.code == "full"
    assert [path for path in home.inbox.rglob("*") if path.is_file()] == []


def test_a_read_only_disk_is_told(tiny_disk: Path) -> None:
    home = Home(tiny_disk / "home")
    Store.open(home).close()
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    with pytest.raises(StoreError) as refusal:
        Store.open(home)
    assert refusal.value.code == "read_only"


@pytest.mark.skipif(os.name != "posix", reason="needs users and their rights")
def test_a_folder_of_somebody_else_is_told_as_read_only() -> None:
    root = Path(__file__).resolve().parents[3]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        Store.open(home).close()
        os.chmod(folder, 0o755)
        os.chmod(home.root, 0o755 if os.getuid() == 0 else 0o555)
        become = "import os; os.getuid() or os.setuid(65534)\n"
        script = become + (
            "import sys; sys.path.insert(0, sys.argv[2])\n"
            "from pathlib import Path; from workstation.paths import Home\n"
            "from workstation.storage.store import Store\n"
            "try:\n    Store.open(Home(Path(sys.argv[1]))).check_writable()\n"
            "except Exception as error:\n    print(error.code)\n"
        )
        found = subprocess.run(
            [sys.executable, "-c", script, str(home.root), str(root)], capture_output=True, text=True, cwd="/"
        )
        os.chmod(home.root, 0o755)
    if "PermissionError" in found.stderr or "ModuleNotFoundError" in found.stderr:
        pytest.skip("the program's own folder is closed to other users")
    assert found.stdout.strip() == "read_only", found.stderr


def test_a_network_file_system_is_refused_with_the_reason(home: Home, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"rootfs / ext4 rw 0 0\nserver:/x {home.root} nfs4 rw 0 0\n")
    with pytest.raises(StoreError) as refusal:
        refuse_network(home, str(mounts))
    assert refusal.value.code == "network_file_system"
    mounts.write_text(f"rootfs / nfs4 rw 0 0\n/dev/sda {home.root} ext4 rw 0 0\n")
    refuse_network(home, str(mounts))


def test_what_the_system_says_becomes_a_sentence(home: Home) -> None:
    assert explain_os(OSError(28, "No space left on device"), home).code == "full"
    assert explain_os(OSError(30, "Read-only file system"), home).code == "read_only"
    assert explain_os(OSError(5, "Input/output error"), home).code == "home"


def _fail_halfway(store: Store) -> None:
    with store.transaction():
        store.execute("INSERT INTO meta VALUES ('half', '1')")
        store.execute("INSERT INTO no_such_table VALUES (1)")


def test_a_verb_that_fails_halfway_leaves_nothing(home: Home) -> None:
    with Store.open(home) as store:
        with pytest.raises(StoreError):
            _fail_halfway(store)
        assert store.row("SELECT * FROM meta WHERE name = 'half'") is None


def test_durable_verbs_run_at_synchronous_full_and_others_do_not(home: Home) -> None:
    with Store.open(home) as store:
        with store.transaction(durable=True):
            assert store.execute("PRAGMA synchronous").fetchone()[0] == 2
        with store.transaction():
            assert store.execute("PRAGMA synchronous").fetchone()[0] == 1


def test_each_thread_has_its_own_store_and_both_write(home: Home) -> None:
    from workstation.storage import log

    def write() -> None:
        with Store.open(home) as own:
            for _ in range(50):
                log.append(own, "viewer", {"n": 1})

    Store.open(home).close()
    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(home) as store:
        assert log.head(store).events == 150
        assert [event.row for event in log.events(store)] == list(range(1, 151))


def test_importing_the_store_imports_no_heavy_library() -> None:
    script = "import sys, workstation.storage.store, workstation.workflow.reading\n"
    script += "print([m for m in ('sqlite_utils', 'torch', 'PySide6', 'pydicom', 'cv2') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
