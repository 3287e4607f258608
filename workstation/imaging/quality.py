"""What a header says about a film becomes the reasons for which a model must not draft from it.

Clinical safety 3: lateral films, other body parts and other ages are refused with what the film seems to be. A
header that is silent refuses nothing here; the model's own gate looks at the pixels. Knows no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from workstation.dicom.records import Instance

_ANYWAY = "Choose the right film, or draft anyway if you are sure; that is logged."
_LATERAL_VIEWS = {"LL", "RL", "LLAT", "RLAT", "LAT", "LATERAL", "LATERALS", "SEITLICH"}
_LATERAL_WORDS = re.compile(r"\b(lat|lateral|laterale|laterales|lateralis|seitlich|profil|profile|perfil)\b", re.I)
_FRONTAL_WORDS = re.compile(r"\b(pa|ap|p\.a|a\.p|frontal|postero ?anterior|antero ?posterior|face)\b", re.I)
_CHEST_WORDS = re.compile(
    r"(chest|thora[xkc]|t[oó]rax|torac|lungs?\b|pulmo|poumon|heart|cardia[ck]|cxr|胸|폐|грудн|легк|лёгк|θώρακ)", re.I
)
_OTHER_WORDS = re.compile(
    r"(abdom|pelvi|\bhips?\b|femur|thigh|knee|tibia|fibula|lower ?leg|\blegs?\b|ankle|\bfoot\b|\bfeet\b|\btoes?\b|"
    r"calcane|shoulder|clavic|scapul|humer|elbow|forearm|radius|ulna|wrist|\bhands?\b|fingers?|thumb|skull|\bhead\b|"
    r"brain|\bface\b|facial|orbit|sinus|mandib|jaw|dental|teeth|\bneck\b|cervical|\bc-?spine\b|\bt-?spine\b|lumbar|"
    r"\bl-?spine\b|lspine|tspine|cspine|spine|sacr|coccyx|breast|mamm|\bribs?\b|sternum|whole ?body|extremity|"
    r"kidney|ureter|bladder|\bkub\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Accepts:
    """Which films a model's card names: DICOM view positions, ages in years (both ends included), modalities."""

    views: tuple[str, ...] = ("PA", "AP")
    age_years: tuple[float, float] = (18.0, 120.0)
    modalities: tuple[str, ...] = ("CR", "DX", "DR", "RG", "RF", "XA", "XR", "OT", "SC")


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason not to draft: a stable code (CONTRACT) and two plain sentences."""

    code: str
    message: str
    remedy: str


def header_objections(instance: Instance, accepts: Accepts | None = None) -> list[Objection]:
    """Every reason in the header not to draft, the weightiest first; empty when it names none."""
    accepts = accepts or Accepts()
    found = (_part(instance), _modality(instance, accepts), _view(instance, accepts), _age(instance, accepts))
    return [each for each in found if each is not None]


def header_warnings(instance: Instance, accepts: Accepts | None = None) -> list[str]:
    """What the header leaves open and the reader should look at before trusting a draft."""
    open_questions = []
    if age_in_years(instance) is None:
        open_questions.append("The patient's age is not in the header; the model is meant for adults only.")
    if not instance.view_position:
        open_questions.append("The view (PA, AP, lateral) is not in the header.")
    if len(instance.patient_orientation) != 2:
        open_questions.append("The header does not say which side is left; check the side marker on the film.")
    return open_questions


def age_in_years(instance: Instance) -> float | None:
    """Patient Age (AS), else from the birth date to the day of the film; None when neither is usable."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*([DWMY]?)\s*", instance.patient_age.upper())
    if match and (match[1].strip("0") or match[2] not in ("", "Y")):
        return int(match[1]) / {"D": 365.25, "W": 52.18, "M": 12.0}.get(match[2], 1.0)
    born = _day(instance.patient_birth_date)
    taken = _day(instance.acquisition_date) or _day(instance.study_date)
    if born is None or taken is None or taken < born:
        return None
    years = (taken - born).days / 365.25
    return years if years < 130 else None


def is_lateral(instance: Instance) -> bool:
    """Whether view position, orientation or series description say lateral; a stated PA or AP outweighs the rest."""
    view = instance.view_position.upper()
    if view:
        return view in _LATERAL_VIEWS
    if instance.patient_orientation and instance.patient_orientation[0][:1] in ("A", "P"):
        return True
    for text in (instance.series_description, instance.study_description):
        if _FRONTAL_WORDS.search(_words(text)):
            return False
        if _LATERAL_WORDS.search(_words(text)) and not re.search(r"decub", text, re.I):
            return True
    return False


def _part(instance: Instance) -> Objection | None:
    """The first of body part, series and study description that names a part of the body decides."""
    for text in (instance.body_part_examined, instance.series_description, instance.study_description):
        if _CHEST_WORDS.search(_words(text)):
            return None
        other = _OTHER_WORDS.search(_words(text))
        if other:
            part = other[0].strip().lower()
            return Objection("not_chest", f"The header says this is no chest film ({part}).", _ANYWAY)
    return None


def _modality(instance: Instance, accepts: Accepts) -> Objection | None:
    if not instance.modality or instance.modality in accepts.modalities:
        return None
    shown = instance.modality[:4] if instance.modality.isalnum() else "unknown"
    return Objection("not_chest", f"This is no radiograph but another kind of picture ({shown}).", _ANYWAY)


def _view(instance: Instance, accepts: Accepts) -> Objection | None:
    if is_lateral(instance):
        return Objection("lateral", "This is a lateral film; the model reads frontal films only.", _ANYWAY)
    view = instance.view_position.upper()
    if not view or view in accepts.views or _FRONTAL_WORDS.fullmatch(view):
        return None
    return Objection("view", "The film is taken in a view that the model does not read.", _ANYWAY)


def _age(instance: Instance, accepts: Accepts) -> Objection | None:
    years = age_in_years(instance)
    low, high = accepts.age_years
    if years is None or low <= years < high + 1:
        return None
    who = "a child" if years < 18 else "a person"
    return Objection(
        "age", f"The film is of {who} of an age that the model was not made for ({low:g} to {high:g} years).", _ANYWAY
    )


def _words(text: str) -> str:
    """Underscores and camel case of device menus as separate words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("_", " ").replace("/", " "))


def _day(text: str) -> date | None:
    digits = text.replace(".", "").replace("-", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
