"""UIDs under 2.25 are valid, the same for the same digest, and never twice the same by chance."""

from __future__ import annotations

import hashlib

from pydicom.uid import UID

from workstation.dicom.uid import new_uid, uid_from_digest


def test_a_digest_gives_a_valid_uid_of_its_own():
    digests = [hashlib.sha256(bytes([at])).hexdigest() for at in range(50)]
    uids = [uid_from_digest(each) for each in digests]
    assert len(set(uids)) == 50 and uids == [uid_from_digest(each) for each in digests]
    assert all(UID(each).is_valid and each.startswith("2.25.") and len(each) <= 64 for each in uids)


def test_new_uids_are_new_and_valid():
    uids = {new_uid() for _ in range(50)}
    assert len(uids) == 50 and all(UID(each).is_valid for each in uids)
