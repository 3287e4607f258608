"""Whether names may be part of a film's own pixels: what its header says, or lets one fear. Looks at no pixel."""

from __future__ import annotations

from workstation.dicom.records import Instance

SECONDARY_CAPTURES = tuple(f"1.2.840.10008.5.1.4.1.1.7{last}" for last in ("", ".1", ".2", ".3", ".4"))
OFTEN_WRITTEN_ON = ("SC", "OT", "US", "XC", "ES", "GM", "DOC")

SAID = "The header says that words are burnt into this film: a name may be among them."
SECONDARY = "This film is a secondary capture: a name may be part of the picture itself."
PICTURE = "This picture has no header: a name may be part of the picture itself."


def burnt_in(instance: Instance) -> str:
    """A sentence when names may be burnt in, or ""; Burned In Annotation NO is believed (PS3.3 C.7.6.1.1.6)."""
    declared = instance.burned_in_annotation.upper()
    if declared in ("YES", "NO"):
        return SAID if declared == "YES" else ""
    if instance.kind != "dicom":
        return PICTURE
    copied = instance.sop_class_uid in SECONDARY_CAPTURES or instance.modality in OFTEN_WRITTEN_ON
    return SECONDARY if copied or instance.samples_per_pixel == 3 else ""
