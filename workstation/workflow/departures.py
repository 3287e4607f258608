"""What of a study left this program besides its report: noted in the log by format and fingerprint, never by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workstation.storage import log, studies
from workstation.storage.store import Store
from workstation.workflow.reading import Reader


def note(store: Store, study_instance_uid: str, facts: Mapping[str, Any], reader: Reader) -> None:
    """One event; ``facts`` are codes and numbers (format, sha256, what was on it)."""
    study = studies.find_study(store, study_instance_uid)
    key = study.study_key if study else None
    log.append(store, "picture_exported", facts, key, reader.id or None)
