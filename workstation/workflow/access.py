"""Who may sign under a name: the local register, and the secret that a registered reader proves it with.

A reader who is not in the register signs as before; one who is, signs under the register's own name and role and only
with the secret (21 CFR 11.100, 11.200). It binds the program, not somebody who opens the database.
"""

from __future__ import annotations

import unicodedata

from workstation.errors import ReportError
from workstation.storage import log, readers
from workstation.storage.readers import RegisteredReader
from workstation.storage.store import Store

SHORTEST_SECRET = 8


def register(store: Store, reader: str, name: str, role: str, credentials: str, secret: str) -> RegisteredReader:
    """Enter a reader. Raises `ReportError` (reader_known, reader_unknown, weak_secret)."""
    if not (reader.strip() and name.strip()):
        raise ReportError("A reader needs an id and a name.", "Give both.", "reader_unknown")
    _refuse_weak(secret)
    with store.transaction(durable=True):
        if any(_folded(one.id) == _folded(reader) for one in readers.readers(store)):
            raise ReportError("There is a reader with this id already.", "Choose another id.", "reader_known")
        entered = RegisteredReader(reader.strip(), name.strip(), credentials.strip(), role.strip(), store.clock.now())
        readers.add(store, entered, secret)
        log.append(store, "reader_registered", {"reader": entered.id, "act": "entered"}, None, entered.id)
    return entered


def change_secret(store: Store, reader: str, old: str, new: str) -> None:
    """Another secret; raises `ReportError` as `prove` does, and weak_secret."""
    prove(store, reader, old)
    _refuse_weak(new)
    with store.transaction(durable=True):
        readers.set_secret(store, reader, new)
        log.append(store, "reader_registered", {"reader": reader, "act": "secret changed"}, None, reader)


def registered(store: Store, reader: str) -> RegisteredReader | None:
    """The register's entry of this id, if it has one."""
    return readers.find(store, reader) if reader else None


def register_of(store: Store) -> list[RegisteredReader]:
    """Everybody in it."""
    return readers.readers(store)


def prove(store: Store, reader: str, secret: str) -> None:
    """Nothing if the secret is that reader's; raises `ReportError` (reader_unknown, secret_wrong: logged)."""
    if readers.find(store, reader) is None:
        raise ReportError(
            "This reader is not in the register.", "Check the id: reader list shows it.", "reader_unknown"
        )
    if not readers.matches(store, reader, secret):
        log.append(store, "secret_refused", {"reader": reader}, None, reader)
        raise ReportError("The secret is not right.", "Type it again.", "secret_wrong")


def refuse_unproved(store: Store, reader: str, name: str, proved: bool) -> RegisteredReader | None:
    """The register's entry under whose name the signature stands; raises `ReportError` (secret_needed).

    An id or a name that only looks like one of the register is refused: it would stand under a report as if proved.
    """
    found = registered(store, reader)
    if found is None and _looks_registered(store, reader, name):
        raise ReportError(
            "This id or name is that of a reader in the register, who signs only with the secret.",
            "Sign under the id that reader list shows, or under a name of your own.",
            "secret_needed",
        )
    if found is not None and not proved:
        raise ReportError(
            "This reader is in the register and signs only with the secret.", "Give the secret.", "secret_needed"
        )
    return found


def _looks_registered(store: Store, *given: str) -> bool:
    taken = {_folded(words) for one in readers.readers(store) for words in (one.id, one.name, _with_credentials(one))}
    return any(_folded(words) in taken for words in given)


def _with_credentials(reader: RegisteredReader) -> str:
    return f"{reader.name}, {reader.credentials}"


def _folded(words: str) -> str:
    """Letters and digits alone, without case or width: what an eye takes for the same."""
    return "".join(one for one in unicodedata.normalize("NFKC", words).casefold() if one.isalnum())


def _refuse_weak(secret: str) -> None:
    if len(secret) < SHORTEST_SECRET:
        raise ReportError(
            f"The secret is shorter than {SHORTEST_SECRET} characters.", "Choose a longer one.", "weak_secret"
        )
