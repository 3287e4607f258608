"""Digests and chance become DICOM UIDs under 2.25 (PS3.5 B.2): ``2.25.`` and a UUID as one decimal number.

Knows nothing of films.
"""

from __future__ import annotations

import uuid


def uid_from_digest(digest: str) -> str:
    """The UID that belongs to a hexadecimal digest of at least 32 digits; the same digest, the same UID."""
    return f"2.25.{uuid.UUID(hex=digest[:32], version=5).int}"


def new_uid() -> str:
    """A UID that nobody else has."""
    return f"2.25.{uuid.uuid4().int}"
