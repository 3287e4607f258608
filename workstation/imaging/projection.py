"""How the patient stood before the detector, as far as the header says, and what that does to the heart's width.

A ratio measured on an AP, supine or rotated film is not comparable with the norm of a PA film, and an unstated
projection is not taken for PA. Knows no drawing.
"""

from __future__ import annotations

import re

from workstation.dicom.records import Instance
from workstation.imaging.quality import is_lateral

_AP = re.compile(r"\b(ap|a\.p|antero ?posterior)\b", re.I)
_PA = re.compile(r"\b(pa|p\.a|postero ?anterior)\b", re.I)
_SUPINE = re.compile(r"\b(supine|liegend|couch[eé]|decubit\w*|lying)\b", re.I)
_BEDSIDE = re.compile(r"\b(bedside|portable|mobile|bett(?:aufnahme|lunge|thorax)?|au lit)\b", re.I)
_ROTATED = re.compile(r"\b(rotated|rotation|oblique|verdreht|lao|rao)\b", re.I)
NOT_COMPARABLE = "not comparable with the PA norm"


def projection(instance: Instance) -> str:
    """ "PA", "AP", "lateral", or "" when the header does not say."""
    if is_lateral(instance):
        return "lateral"
    for text in (instance.view_position, instance.series_description, instance.study_description):
        if _AP.search(_words(text)):
            return "AP"
        if _PA.search(_words(text)):
            return "PA"
    return ""


def comparability(instance: Instance, rotated: bool = False) -> str:
    """What stands in brackets behind a cardiothoracic ratio; ``rotated`` when the reader says so."""
    view, position = projection(instance), _position(instance)
    if rotated or _ROTATED.search(_words(f"{instance.series_description} {instance.view_position}")):
        position = [*position, "patient rotated"]
    named = ", ".join([f"{view} projection" if view else "projection not stated", *position])
    if view == "AP" or "supine" in position or "bedside film" in position:
        return f"{named}: heart magnified, {NOT_COMPARABLE}"
    if position:
        return f"{named}: {NOT_COMPARABLE}"
    return named if view == "PA" else f"{named}: comparable with the norm only if it is PA"


def _position(instance: Instance) -> list[str]:
    text = _words(f"{instance.series_description} {instance.study_description}")
    if _SUPINE.search(text):
        return ["supine"]
    return ["bedside film"] if _BEDSIDE.search(text) else []


def _words(text: str) -> str:
    return text.replace("_", " ").replace("/", " ")
