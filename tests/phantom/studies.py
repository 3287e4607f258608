"""The bundled sample studies, declared: fictitious people, fixed dates, what each film shows and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SamplePatient:
    """A person who does not exist."""

    key: str
    name: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class SampleFilm:
    """One film: the phantom's arguments and the header tags that differ from the ordinary."""

    file: str
    patient: SamplePatient
    study: str
    date: str
    time: str
    description: str
    seed: int
    view: str = "PA"
    findings: tuple[str, ...] = ()
    rows: int = 1040
    columns: int = 1000
    monochrome1: bool = False
    voi_lut: bool = False
    compress: bool = True
    hand: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


ANNA = SamplePatient("1", "SYNTHETIC^ANNA", "19580314", "F")
BORIS = SamplePatient("2", "SYNTHETIC^BORIS", "19490722", "M")
CHEN = SamplePatient("3", "SYNTHETIC^CHEN", "19910205", "M")
DIANA = SamplePatient("4", "SYNTHETIC^DIANA", "19731130", "F")
EMIL = SamplePatient("5", "SYNTHETIC^EMIL", "19840917", "M")
FATIMA = SamplePatient("6", "SYNTHETIC^FATIMA", "19410608", "F")
JOERG = SamplePatient("7", "SYNTHETIC^JÖRG", "19790501", "M")

DAY = "20260105"

FILMS = (
    SampleFilm("1-anna-prior.dcm", ANNA, "prior", "20240611", "101500", "Chest PA", 11),
    SampleFilm("1-anna.dcm", ANNA, "current", DAY, "074500", "Chest PA, follow-up", 11, findings=("pleural effusion",)),
    SampleFilm("2-boris-pa.dcm", BORIS, "current", DAY, "075200", "Chest PA and lateral", 21, "PA", ("cardiomegaly",)),
    SampleFilm(
        "2-boris-lateral.dcm", BORIS, "current", DAY, "075300", "Chest PA and lateral", 22, "LATERAL", ("cardiomegaly",)
    ),
    SampleFilm(
        "3-chen-monochrome1.dcm", CHEN, "current", DAY, "080100", "Chest PA, expiration", 31,
        findings=("pneumothorax",), monochrome1=True, tags={"RequestedProcedurePriority": "HIGH"},
    ),
    SampleFilm(
        "4-diana-voi-lut.dcm", DIANA, "current", DAY, "081000", "Chest PA", 41, "PA", ("consolidation",), voi_lut=True
    ),
    SampleFilm("5-emil-hand.dcm", EMIL, "current", DAY, "081900", "Left hand", 51, "AP", columns=800, hand=True),
    SampleFilm(
        "6-fatima-bedside.dcm", FATIMA, "current", DAY, "082600", "Chest AP bedside", 61, "AP", ("edema",),
        tags={"RequestedProcedurePriority": "STAT"},
    ),
    SampleFilm("7-joerg.dcm", JOERG, "current", DAY, "083300", "Chest PA", 71, compress=False),
)  # fmt: skip
