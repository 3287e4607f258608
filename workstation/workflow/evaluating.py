"""Cases, models and ready drafts -> the four files of an evaluation, each whole or not there, and what fell short.

Films are drafted by the worker process; everything else is counted here. Knows no model's insides and no metrics.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workstation.catalog import installed as catalog
from workstation.dicom.reader import looks_like_dicom, read_instance
from workstation.errors import EvaluationError, WorkstationError
from workstation.evaluation.cases import VIEWS, Cases, read_cases
from workstation.evaluation.drafts import DraftsFile, findings_of, probability_columns, read_drafts
from workstation.evaluation.ledger import MISSING, REFUSED, Ledger
from workstation.evaluation.page import page
from workstation.evaluation.published import published
from workstation.evaluation.score import SEED, score
from workstation.evaluation.tables import write_tables
from workstation.export.text import whole_file, write_text
from workstation.paths import Home
from workstation.settings import load_settings
from workstation.workflow.draftjournal import unwritable
from workstation.workflow.filmdrafts import FilmDrafts, Progress

FILES = ("index.html", "tables.csv", "results.json", "drafts.csv")
DRAFTING = "drafting"  # folder of drafts as they come, so that a stopped run goes on


@dataclass(frozen=True, slots=True)
class Evaluated:
    """``result`` as CONTRACT has it; ``shortfall`` says what was left out, or is None."""

    result: dict[str, Any]
    shortfall: EvaluationError | None


@dataclass(slots=True)
class Evaluation:
    """One evaluation on its way. ``drafts``: (name, path) of ready drafts; without any system the default model."""

    home: Home
    path: Path
    out: Path
    models: Sequence[str] = ()
    drafts: Sequence[tuple[str, Path]] = ()
    progress: Progress = lambda name, done, count, left: None
    command: Sequence[str] | None = None  # another worker than the program's own
    seed: int = SEED
    refused: list[dict[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def run(self) -> Evaluated:
        """Do it all; raises `WorkstationError` when nothing can be scored or written."""
        names = self._names()
        _writable(self.out)
        found = [model for model in (self._model(name) for name in names) if model is not None]
        ready = [(name, path) for name, path in self.drafts if self._usable(name, path)]
        cases = read_cases(self.path, _is_there if found else None)
        _fill_views(cases) if found else None
        drafted = [each for each in (self._drafted(model, cases) for model in found) if each is not None]
        ledgers = self._ledgers(cases, drafted, ready)
        return self._write(cases, ledgers)

    def _names(self) -> list[str]:
        names = list(self.models)
        if not names and not self.drafts:
            names = [catalog.default(self.home, load_settings(self.home)).manifest.id]
        every = [*names, *(name for name, _ in self.drafts)]
        twice = sorted({name for name in every if every.count(name) > 1})
        if twice:
            raise EvaluationError(
                f"Two systems are called {twice[0]}.", "Give each --model and --drafts a name of its own.", "same_name"
            )
        return names

    def _refuse(self, name: str, error: WorkstationError) -> None:
        self.refused.append({"system": name, "code": error.code, "message": error.message, "remedy": error.remedy})

    def _model(self, name: str) -> catalog.InstalledModel | None:
        try:
            return catalog.find(self.home, name)
        except WorkstationError as error:
            self._refuse(name, error)
            return None

    def _usable(self, name: str, path: Path) -> bool:
        try:
            probability_columns(path)
        except WorkstationError as error:
            self._refuse(name, error)
            return False
        return True

    def _drafted(self, model: catalog.InstalledModel, cases: Cases) -> FilmDrafts | None:
        drafts = FilmDrafts(self.home.create(), model, self.out / DRAFTING, self.command)
        if drafts.journal.set_aside:
            self.notices.append(
                f"The model {model.manifest.id} or the program has changed since this folder's drafts were made: they "
                f"are kept as {DRAFTING}/{drafts.journal.set_aside}, and the films are drafted anew."
            )
        try:
            drafts.run(cases, self.progress)
        except WorkstationError as error:
            drafts.close()
            self._refuse(model.manifest.id, error)
            return None
        except BaseException:
            drafts.close()
            raise
        return drafts

    def _ledgers(self, cases: Cases, drafted: Sequence[FilmDrafts], ready: Sequence[tuple[str, Path]]) -> list[Ledger]:
        """Every system's drafts, written to drafts.csv as they pass."""
        columns = {finding for drafts in drafted for finding in _probable(drafts)}
        for _, path in ready:
            columns |= set(probability_columns(path)[0].values())
        ledgers = []
        target = self.out / "drafts.csv"
        # its own drafts.csv may be among the inputs: it is replaced only at the end
        with whole_file(target) as part, open(part, "w", encoding="utf-8", newline="") as file:
            sheet = DraftsFile(file, findings_of(columns))
            for drafts in drafted:
                ledgers.append(_replayed(drafts, cases, sheet))
                drafts.close()
            for name, path in ready:
                ledger = Ledger(name, cases, sheet.write)
                try:
                    read_drafts(path, ledger)
                except WorkstationError as error:
                    self._refuse(name, error)
                    continue
                ledgers.append(ledger)
            if not ledgers:
                raise _none(self.refused)
        return ledgers

    def _write(self, cases: Cases, ledgers: Sequence[Ledger]) -> Evaluated:
        result = score(cases, ledgers, seed=self.seed)
        result["published"] = published()
        result |= {"refused": self.refused, "notices": self.notices}
        result["problems"] = [*cases.left_out.shown, *(each for ledger in ledgers for each in ledger.left_out.shown)]
        shortfall = _shortfall(cases, ledgers, self.refused, self.out)
        whole: dict[str, Any] = {"schema": 1, **result}
        if shortfall is not None:
            whole["error"] = {"code": shortfall.code, "message": shortfall.message, "remedy": shortfall.remedy}
        write_text(self.out / "results.json", json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n")
        with whole_file(self.out / "tables.csv") as part, open(part, "w", encoding="utf-8", newline="") as file:
            write_tables(file, result)
        write_text(self.out / "index.html", page(result))
        cases.references.close()
        return Evaluated(result, shortfall)


def _writable(out: Path) -> None:
    """Before hours of drafting: the folder exists and takes a file."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".writable"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise unwritable(out, error) from error


def _is_there(film: Path) -> bool:
    try:
        return film.is_file()
    except (OSError, ValueError):  # a name that no disk could hold
        return False


def _fill_views(cases: Cases) -> None:
    """AP or PA from the films' own headers where the CSV does not say."""
    for number, view in enumerate(cases.views):
        path = cases.path(number)
        with suppress(WorkstationError, OSError):
            if not view and looks_like_dicom(path):
                stated = read_instance(path).view_position.upper()
                cases.views[number] = stated if stated in VIEWS else ""


def _probable(drafts: FilmDrafts) -> set[str]:
    return {finding for entry in drafts.journal.entries() for finding in entry.get("probabilities", {})}


def _replayed(drafts: FilmDrafts, cases: Cases, sheet: DraftsFile) -> Ledger:
    """The journal's drafts of these cases, in the cases' order."""
    ledger = Ledger(drafts.model.manifest.id, cases, sheet.write)
    for number, image in enumerate(cases.images):
        entry = drafts.journal.entry(image)
        if entry is None:
            continue
        ledger.read += 1
        if "refused" in entry:
            ledger.refuse(number, entry["refused"])
        else:
            ledger.add(number, entry["text"], entry["probabilities"])
            ledger.model = entry["model"]
    for code, count in drafts.failed.items():
        for _ in range(count):
            ledger.left_out.add(
                f"the draft failed: {code}", ledger.name, 0, "Run the command again: it tries these films anew."
            )
    ledger.close()
    return ledger


def _none(refused: Sequence[dict[str, str]]) -> WorkstationError:
    first = refused[0]
    return EvaluationError(first["message"], first["remedy"], first["code"])


def _shortfall(
    cases: Cases, ledgers: Sequence[Ledger], refused: Sequence[dict[str, str]], out: Path
) -> EvaluationError | None:
    """One sentence about everything that was refused or invalid; None when nothing was."""
    parts = [f"{each['system']}: {each['message'].rstrip('.')}" for each in refused]
    if cases.left_out.invalid:
        parts.append(f"{cases.left_out.invalid} of {cases.read} cases left out")
    for ledger in ledgers:
        told = [(ledger.left_out.invalid, "drafts or values not used"), (_of(ledger, REFUSED), "films refused")]
        told.append((_of(ledger, MISSING), "cases without a draft"))
        parts += [f"{ledger.name}: {count} {what}" for count, what in told if count]
    if not parts:
        return None
    return EvaluationError(
        f"The evaluation is done, but not of everything: {'; '.join(parts)}.",
        f"Reasons and counts stand in {out / 'index.html'}; correct what they name and run the command again.",
        "incomplete",
    )


def _of(ledger: Ledger, state: int) -> int:
    return int((ledger.state == state).sum())
