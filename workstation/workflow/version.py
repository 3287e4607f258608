"""One signed version of a report as an immutable record, and its JSON in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from workstation.reporting.decision import Decision, Grade
from workstation.reporting.report import Signature

FINAL, ADDENDUM, WITHDRAWAL = "final", "addendum", "withdrawal"


@dataclass(frozen=True, slots=True)
class Version:
    """``difference`` is CONTRACT's ``diff`` against draft ``draft_id``; both None when there was no draft."""

    number: int
    kind: str  # final, addendum, withdrawal
    sections: Mapping[str, str]
    text: str
    text_sha256: str
    signature: Signature
    decision: Decision | None
    grade: Grade | None
    difference: Mapping[str, Any] | None
    draft_id: int | None
    signed_at: str
    research: bool = False  # the research mark stands on every page
    ai_statement: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)  # check -> reason
    note: str = ""  # the addendum's own text, or the reason of a withdrawal
    exports: tuple[Mapping[str, Any], ...] = ()  # who received it, for a withdrawal
    spans: Mapping[str, Any] = field(default_factory=dict)  # origin of the words at signing
    sop_instance_uids: tuple[str, ...] = ()  # the films that were read
    document: int = 0  # its number in the store

    def to_json(self) -> dict[str, Any]:
        out = asdict(self)
        del out["document"]
        return out

    @staticmethod
    def from_json(value: Mapping[str, Any], document: int = 0) -> Version:
        """The inverse of `to_json`; unknown keys are ignored so that newer versions open."""
        known = {name: value[name] for name in Version.__slots__ if name in value}
        known["signature"] = Signature(**value["signature"])
        known["decision"] = Decision(value["decision"]) if value["decision"] else None
        known["grade"] = Grade(value["grade"]) if value["grade"] else None
        for name in ("exports", "sop_instance_uids"):
            known[name] = tuple(value.get(name, ()))
        return Version(**{**known, "document": document})
