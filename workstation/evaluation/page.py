"""A result -> one HTML page that needs nothing else: tables, plots as SVG, what each figure means, fit for print.

Everything on it stands in results.json too. Knows no cases and no texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from workstation.evaluation import plots, tables, wording
from workstation.evaluation.counting import JOINT_DEFINITE, POOLS, UNCERTAIN_ABSENT
from workstation.evaluation.markup import Cell, interval, plain, table, whole
from workstation.evaluation.metrics import RATES
from workstation.evaluation.style import STYLE

_HEADLINES = {
    "micro": "micro F1",
    "macro": "macro F1",
    "micro_paper6": "micro F1, paper's six",
    "macro_paper6": "macro F1, paper's six",
    "auroc_macro": "macro AUROC",
    "auroc_paper6": "AUROC, paper's six",
    "omissions": "omissions",
    "bleu4": "BLEU-4",
    "rouge_l": "ROUGE-L",
}
_PAIRED = ("micro", "macro", "micro_paper6", "macro_paper6", "auroc_macro", "auroc_paper6", "bleu4", "rouge_l")
_MACROS = (("macro, all", "macro", "auroc_macro"), ("macro, paper's six", "macro_paper6", "auroc_paper6"))
_FINDING_HEAD = ("", "n", "positive", "tp", "fp", "fn", "tn", "coverage", "F1", *RATES[1:], "AUROC")
Result = Mapping[str, Any]


def page(result: Result) -> str:
    """The whole page."""
    systems = list(result["systems"])
    body = [
        _head(result),
        _section("Summary", _summary(result), "primary"),
        _section("F1 by finding", plots.forest_f1(result), "undefined"),
        _section("Every finding", "".join(_findings(result, name) for name in systems), "averages"),
        _section("Other protocols", _protocols(result)),
        _section("Paired comparison", _pairs(result), "comparison") if len(systems) > 1 else "",
        _section("Discrimination", plots.roc_panels(result), "auroc"),
        _section("Calibration", plots.calibration_panels(result)),
        _section("By source and view", _groups(result)),
        _section("Beside the published figures", _published(result)),
        _section("How it was counted", _counted(result)),
    ]
    title = f"Evaluation: {', '.join(systems)}"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n{''.join(body)}\n</main>\n</body>\n</html>\n"
    )


def _section(title: str, content: str, protocol: str = "") -> str:
    if not content:
        return ""
    said = f'<p class="said">{escape(wording.PROTOCOLS[protocol])}</p>' if protocol else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{said}{content}\n</section>\n"


def _head(result: Result) -> str:
    cases, boot = result["cases"], result["bootstrap"]
    facts = [(f"{cases['used']:,}", "films judged"), (f"{cases['read'] - cases['used']:,}", "left out")]
    if cases["patients"] is not None:
        facts.append((f"{cases['patients']:,}", "patients"))
    if cases["sources"] is not None:
        facts.append((f"{cases['sources']:,}", "sources"))
    facts.append((f"{boot['n']:,}", f"resamples by {boot['unit']}"))
    boxes = "".join(f"<div><b>{value}</b><span>{escape(what)}</span></div>" for value, what in facts)
    left_out = "; ".join(f"{each['count']:,} × {each['reason']}" for each in cases["left_out"])
    lines = [f"<p class='said'><strong>Left out:</strong> {escape(left_out)}.</p>"] if left_out else []
    lines += [f"<p class='said'>{escape(note)}</p>" for note in cases["notes"]]
    lines += [
        f"<p class='alarm'><strong>{escape(each['system'])} was not scored:</strong> {escape(each['message'])}</p>"
        for each in result.get("refused", ())
    ]
    return (
        "<header>\n<p class='mark'>RESEARCH, NOT FOR CLINICAL USE</p>\n<h1>Drafted reports against the reference</h1>\n"
        f"<div class='facts'>{boxes}</div>\n{''.join(lines)}</header>\n"
    )


def _summary(result: Result) -> str:
    rows = [
        [Cell(name, "name"), *(interval(system[key]) for key in _HEADLINES)]
        for name, system in result["systems"].items()
    ]
    told = "".join(f"<p class='said'>{_drafts(name, system)}</p>" for name, system in result["systems"].items())
    few = any(system[key].get("ranked") is False for system in result["systems"].values() for key in _HEADLINES)
    note = f"<p class='said'>{escape(plots.FEW)}</p>" if few else ""
    return (
        table(["system", *_HEADLINES.values()], rows, "What stands for each system, with 95 % intervals") + note + told
    )


def _drafts(name: str, system: Result) -> str:
    drafts = system["drafts"]
    parts = [f"{drafts['used']:,} drafts", f"{drafts['distinct']:,} different texts"]
    parts += [
        f"{drafts[key]:,} {what}" for key, what in (("empty", "empty"), ("missing", "cases without one")) if drafts[key]
    ]
    parts += [f"{each['count']:,} refused ({each['reason']})" for each in drafts["refused"]]
    parts += [f"{each['count']:,} × {each['reason']}" for each in drafts["left_out"]]
    model = system["model"]
    what = f" Model {model['id']}, {model['sha256'][:12]}, {model['backend']} on {model['device']}." if model else ""
    return f"<strong>{escape(name)}:</strong> {escape(', '.join(parts))}.{escape(what)}"


def _findings(result: Result, name: str) -> str:
    system = result["systems"][name]
    rows = []
    for finding, told in system["findings"].items():
        counts = [whole(told[key]) for key in ("n", "positives", "tp", "fp", "fn", "tn")]
        rates = [interval(told[key]) for key in (*RATES, "auroc")]
        rows.append([Cell(finding, "name"), *counts, plain(told["coverage"]), *rates])
    pools = [("micro, all", system["micro"]), ("micro, paper's six", system["micro_paper6"])]
    for label, told in pools:
        counts = [whole(told.get("n")), Cell(""), *(whole(told.get(key)) for key in ("tp", "fp", "fn", "tn"))]
        rates = [interval(told), *(interval(told.get(key)) for key in RATES[1:])]
        rows.append([Cell(label, "name sum"), *counts, Cell(""), *rates, Cell("")])
    for label, key, mean in _MACROS:
        rates = [interval(system[key]), Cell(""), Cell(""), Cell(""), interval(system[mean])]
        rows.append([Cell(label, "name sum"), *[Cell("")] * 7, *rates])
    undefined = ", ".join(system["macro"].get("undefined", ()))
    note = f"<p class='said'>F1 undefined, so not in the macro average: {escape(undefined)}.</p>" if undefined else ""
    return table(_FINDING_HEAD, rows, name) + note


def _protocols(result: Result) -> str:
    rows = []
    for name, system in result["systems"].items():
        blocks = [("omission = absent, uncertain = present (primary)", system)]
        blocks.append(("omission = absent, uncertain = absent", system[UNCERTAIN_ABSENT]))
        if system["with_refused"]:
            blocks.append(("primary, refused films as silence", system["with_refused"]))
        blocks.append(("joint-definite, as the paper", system[JOINT_DEFINITE]))
        for i, (label, block) in enumerate(blocks):
            first = [Cell(name if not i else "", "name"), Cell(label, "words"), plain(block["coverage"])]
            rows.append([*first, *(interval(block[key]) for key in _PAIRED[:4])])
    head = ["system", "protocol", "pairs counted", *(_HEADLINES[key] for key in _PAIRED[:4])]
    caution = f"<p class='said'>{escape(wording.REWARDS_SILENCE)}</p>"
    return table(head, rows, "The same drafts counted otherwise") + caution


def _pairs(result: Result) -> str:
    shown = (*_PAIRED, "f1", "auroc")
    rows = [_pair(pair) for pair in result["pairs"] if pair["metric"].split()[0] in shown]
    refused = [f"{each['a']} and {each['b']}, {each['metric']}: {each['reason']}" for each in result["pairs_refused"]]
    note = f"<p class='said'><strong>Not compared:</strong> {escape('; '.join(refused))}.</p>" if refused else ""
    head = ["a", "b", "metric", "a - b", "p", "p (Holm)"]
    return table(head, rows, "Differences on the same films") + note


def _pair(pair: Result) -> list[Cell]:
    told = {"value": pair["difference"], "low": pair["low"], "high": pair["high"]}
    sure = "sure" if pair["p_holm"] is not None and pair["p_holm"] < 0.05 else ""
    label = _HEADLINES.get(pair["metric"], pair["metric"].replace("f1 ", "F1 ").replace("auroc ", "AUROC "))
    return [
        Cell(pair["a"], "name"),
        Cell(pair["b"], "name"),
        Cell(label, "words"),
        interval(told, signed=True, kind=sure),
        plain(pair["p"], 3),
        plain(pair["p_holm"], 3),
    ]


def _groups(result: Result) -> str:
    found = ""
    for kind, label in (("sources", "source"), ("views", "view")):
        rows = [
            _group(name, group, block)
            for name, system in result["systems"].items()
            for group, block in system[kind].items()
        ]
        if rows:
            head = ["system", label, "films", *(_HEADLINES[key] for key in tables.SUMMARY)]
            found += table(head, rows, f"Within each {label}: telling one {label} from another does not help here")
    return found


def _group(name: str, group: str, block: Result) -> list[Cell]:
    figures = (interval(block[key]) for key in tables.SUMMARY)
    return [Cell(name, "name"), Cell(group, "words"), whole(block["cases"]), *figures]


def _published(result: Result) -> str:
    return f"<p class='said'>{escape(wording.PUBLISHED)}</p>" + "".join(
        _layout(result, layout, metric) for layout in tables.LAYOUTS for metric in RATES
    )


def _layout(result: Result, layout: tables.Layout, metric: str) -> str:
    published = tables.published_of(result, layout)
    ours = [(name, protocol) for name in result["systems"] for protocol in ("primary", "joint-definite")]
    head = ["", *(f"{name}\n{protocol}{_coverage(result, name, protocol)}" for name, protocol in ours)]
    head += [f"{system}\n{films}\npublished" for films, system in published]
    rows = []
    for row in layout.rows:
        cells = []
        for name, protocol in ours:
            system = result["systems"][name]
            block = system if protocol == "primary" else system[JOINT_DEFINITE]
            cells.append(_whole_or_part(tables.cell(block, row, metric), block, row))
        for figures in published.values():
            cells.append(interval(figures.get((row, metric)), kind="published"))
        rows.append([Cell(row, "name sum" if row.startswith(("average", "overall")) else "name"), *cells])
    return table(head, rows, f"{metric.capitalize()}, in the layout of {layout.title}")


def _coverage(result: Result, name: str, protocol: str) -> str:
    told = result["systems"][name][JOINT_DEFINITE]["coverage"]
    return "" if protocol == "primary" or told is None else f"\ncoverage {told:.2f}"


def _whole_or_part(told: Result | None, block: Result, row: str) -> Cell:
    """An average over fewer findings than the paper's says so."""
    cell, pool = interval(told), POOLS.get(row, ())
    judged = block["pools"][row].get("findings", ()) if pool else ()
    if cell.kind.startswith("none") or len(judged) == len(pool):
        return cell
    return cell._replace(text=f"{cell.text} ({len(judged)} of {len(pool)})")


def _counted(result: Result) -> str:
    said = result["protocols"].items()
    lines = "".join(f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(text)}</dd>" for name, text in said)
    boot = result["bootstrap"]
    seed = f"Bootstrap: {boot['n']:,} resamples by {boot['unit']}, seed {boot['seed']}."
    return f"<dl>{lines}</dl>{_problems(result.get('problems', ()))}<p class='said'>{escape(seed)}</p>"


def _problems(problems: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [Cell(each["file"], "name"), whole(each["line"]), Cell(each["reason"], "words"), Cell(each["remedy"], "words")]
        for each in problems[:40]
    ]
    if not rows:
        return ""
    return table(["file", "line", "what is wrong", "what to do"], rows, "Rows that were not used, at most the first 40")
