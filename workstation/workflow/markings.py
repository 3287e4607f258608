"""What the reader drew on a study's films, kept with the study: read back on opening, saved after each change.

Each save is a document of its own that is never changed; the last one stands. The log holds counts only, and says
when a drawing was made after the report was signed. No Qt.
"""

from __future__ import annotations

from collections import Counter

from workstation.imaging.annotation import Markings
from workstation.storage import log, reports
from workstation.storage.store import Store
from workstation.workflow import worklist
from workstation.workflow.reading import Reader

DOCUMENT = "markings"


def load(store: Store, study_instance_uid: str) -> Markings:
    """The markings last saved; empty when there are none. Raises `StoreError` (unknown_study)."""
    content = reports.last_document(store, worklist.study(store, study_instance_uid).study_key, DOCUMENT)
    return Markings.from_json(content) if content else Markings()


def save(store: Store, study_instance_uid: str, markings: Markings, reader: Reader) -> None:
    """Keep the markings as they stand now, with one event of counts; raises `StoreError` (unknown_study)."""
    with store.transaction():
        study = worklist.study(store, study_instance_uid)
        document = log.add_document(store, DOCUMENT, study.study_key, markings.to_json())
        facts = {**counts(markings), "after_signature": study.signed}
        log.append(store, "marked", facts, study.study_key, reader.id or None, document)


def counts(markings: Markings) -> dict[str, object]:
    """How many drawings of which kind, calibrations by hand and key images."""
    kinds = Counter(one.kind.value for one in markings.annotations)
    return {
        "annotations": dict(sorted(kinds.items())),
        "calibrations": len(markings.calibrations),
        "key_images": len(markings.key_images),
    }
