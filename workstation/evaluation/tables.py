"""A result -> rows: every number of it in one long table, and the paper's Tables 2-4, published figures beside ours.

Published figures are marked in a column of their own. Knows no page.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from workstation.evaluation.counting import FOUR, JOINT_DEFINITE, PRIMARY, UNCERTAIN_ABSENT
from workstation.evaluation.metrics import RATES

COLUMNS = (
    "table", "protocol", "group", "system", "published", "finding", "metric", "value", "low", "high", "n", "p",
    "source",
)  # fmt: skip
SUMMARY = ("micro", "macro", "micro_paper6", "macro_paper6", "auroc_macro", "auroc_paper6")
WHOLE = (*SUMMARY, "bleu4", "rouge_l", "omissions")
COUNTS = ("n", "positives", "coverage", "tp", "fp", "fn", "tn")
_COMPLEMENTS = (UNCERTAIN_ABSENT, JOINT_DEFINITE, "with_refused")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows of one of the paper's tables: findings and pooled averages, in its order."""

    title: str
    tables: tuple[int, ...]
    rows: tuple[str, ...]


LAYOUTS = (
    Layout("Tables 2 and 4", (2, 4), (*FOUR, "average of 4", "pneumonia", "pneumothorax", "overall of 6")),
    Layout(
        "Table 3",
        (3,),
        (*FOUR, "average of 4", "atelectasis", "average of 5", "lung opacity", "support devices", "overall of 7"),
    ),
)


def cell(block: Mapping[str, Any], row: str, metric: str) -> Mapping[str, Any] | None:
    """A finding's or pooled average's metric in one protocol's block; None where it is not judged."""
    if row in block["pools"]:
        pool = block["pools"][row]
        return pool if metric == "f1" else pool.get(metric)  # type: ignore[no-any-return]
    finding = block["findings"].get(row)
    return finding[metric] if finding else None


def write_tables(file: IO[str], result: Mapping[str, Any]) -> None:
    """tables.csv: every number of the result and the published ones, a row each."""
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(_rows(result))


def _rows(result: Mapping[str, Any]) -> Iterator[Row]:
    for name, system in result["systems"].items():
        yield from _block(system, {"table": "system", "protocol": PRIMARY, "system": name})
        for protocol in _COMPLEMENTS:
            if system[protocol]:
                yield from _block(system[protocol], {"table": "system", "protocol": protocol, "system": name})
        for kind in ("sources", "views"):
            for group, block in system[kind].items():
                start = {"table": kind, "protocol": PRIMARY, "group": group, "system": name}
                yield from _block(block, start)
    yield from _layouts(result)
    for pair in result["pairs"]:
        told = {"value": pair["difference"], "low": pair["low"], "high": pair["high"], "p": pair["p"]}
        yield {
            "table": "pairs",
            "protocol": PRIMARY,
            "system": f"{pair['a']} - {pair['b']}",
            "metric": pair["metric"],
        } | told


def _block(block: Mapping[str, Any], start: Row) -> Iterator[Row]:
    for finding, told in block["findings"].items():
        for name in COUNTS:
            yield {**start, "finding": finding, "metric": name, "value": _shown(told[name])}
        for name in (*RATES, "auroc"):
            if name in told:
                yield {**start, "finding": finding, "metric": name, **_metric(told[name])}
    for name in WHOLE:
        if name in block:
            yield {**start, "metric": name, **_metric(block[name])}


def _layouts(result: Mapping[str, Any]) -> Iterator[Row]:
    for layout in LAYOUTS:
        label = " and ".join(map(str, layout.tables))
        for protocol in (PRIMARY, JOINT_DEFINITE):
            for name, system in result["systems"].items():
                block = system if protocol == PRIMARY else system[protocol]
                for row in layout.rows:
                    for metric in RATES:
                        told = cell(block, row, metric)
                        start = {"table": label, "protocol": protocol, "system": name, "finding": row}
                        yield {**start, "metric": metric, **(_metric(told) if told else {})}
    for figure in result["published"]:
        start = {"table": figure["table"], "protocol": JOINT_DEFINITE, "group": figure["films"]}
        start |= {key: figure[key] for key in ("system", "finding", "metric", "source", "n")}
        yield {**start, "published": "published", **{key: _shown(figure[key]) for key in ("value", "low", "high")}}


def _metric(told: Mapping[str, Any]) -> Row:
    return {key: _shown(told[key]) for key in ("value", "low", "high", "n")}


def _shown(value: float | None) -> float | str:
    return "" if value is None else value


def published_of(result: Mapping[str, Any], layout: Layout) -> dict[tuple[str, str], dict[tuple[str, str], Row]]:
    """(films, system) -> (row, metric) -> figure, for the columns that stand beside ours."""
    found: dict[tuple[str, str], dict[tuple[str, str], Row]] = {}
    for figure in result["published"]:
        if figure["table"] in layout.tables and figure["finding"] in layout.rows:
            column = found.setdefault((f"{figure['films']}, n = {figure['n']:,}", figure["system"]), {})
            column[figure["finding"], figure["metric"]] = figure
    return found
