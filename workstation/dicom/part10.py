"""The first bytes of a file become: is this DICOM, in which transfer syntax, and where its dataset begins (PS3.10 7.1).

Reads bytes already in memory; knows no pydicom and no dataset.
"""

from __future__ import annotations

import struct

from workstation.dicom.refusals import refusal

META_LIMIT = 65536  # bytes in which the meta header must end
LONG_VRS = {b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN", b"SQ", b"UT", b"UC", b"UR", b"SV", b"UV"}


def plausible(head: bytes) -> bool:
    """PS3.10 7.1, or a first element of group 0002 or 0008 that could begin a dataset."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 12 or head[:1] in (b"{", b"<", b"%"):
        return False
    for order in ("<", ">"):
        group, element = struct.unpack(order + "HH", head[:4])
        implicit_length = struct.unpack(order + "I", head[4:8])[0]
        explicit = head[4:6].isalpha() and head[4:6].isupper()
        if group in (2, 8) and element <= 0x0100 and (explicit or (order == "<" and implicit_length <= 256)):
            return True
    return False


def meta_transfer_syntax(head: bytes) -> tuple[str, int]:
    """Transfer Syntax UID (0002,0010) and the offset of the dataset; ("", 0) where there is no meta header."""
    at = 132 if head[128:132] == b"DICM" else 0
    syntax = ""
    while head[at : at + 2] == b"\x02\x00" and at + 12 <= len(head):
        long_form = head[at + 4 : at + 6] in LONG_VRS
        length = struct.unpack_from("<I", head, at + 8)[0] if long_form else struct.unpack_from("<H", head, at + 6)[0]
        value = at + (12 if long_form else 8)
        if head[at + 2 : at + 4] == b"\x10\x00":
            syntax = head[value : value + length].rstrip(b"\0 ").decode("ascii", "replace")
        at = value + length
    if at > len(head):
        raise refusal("truncated" if len(head) < META_LIMIT else "malformed")
    return syntax, at
