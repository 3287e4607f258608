"""Measured tables -> manifest.toml and CARD.md. Every number comes from a table; the sentences around it are ours."""

# ruff: noqa: E501 (lines of a Markdown page)

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from workstation.catalog import manifest as catalogue
from workstation.reporting.findings import PAPER_SIX
from workstation.vlm.config import ModelConfig
from workstation.vlm.config import read as read_config
from workstation.vlm.training import manifest, policy, quantisations, questions
from workstation.vlm.training.data import LABELS
from workstation.vlm.training.gatekeeper import CAUGHT, REFUSED

Table = Mapping[str, Any]
SELDOM = 0.3


class Measured(Protocol):
    """What the card is written from: the build's tables and the model's folder."""

    out: Path

    def read(self, name: str) -> Any: ...


def write(build: Measured, note: str = "") -> None:
    """manifest.toml and CARD.md into the model's folder; ``note`` = what a reader of the card must know of this run."""
    tables = {
        name: build.read(name)
        for name in (
            "policy",
            "calibration",
            "findings",
            "macros",
            "members",
            "views",
            "gate",
            "oof_text",
            "agreement",
            "test",
            "looks",
        )
    }
    sizes = read_config(build.out / "config.json")
    manifest.write(build.out, _facts(tables, sizes))
    (build.out / "CARD.md").write_text(_card(tables, build.out, f"\n\n{note}" if note else ""), encoding="utf-8")


def _facts(tables: Table, sizes: ModelConfig) -> dict[str, Any]:
    allowed = policy.from_json(tables["policy"])
    return {
        "id": "cxr-llava-mini",
        "name": "CXR-LLaVA mini",
        "version": "0.2.0",
        "kind": "cxr-llava",
        "clinical": False,
        "description": "CXR-LLaVA's architecture in small, with convolutional companions, trained from scratch on public films.",
        "statement": _statement(tables),
        "terms": "Weights: Apache-2.0. Training films: NIH Clinical Center (attribution), RSNA (attribution), "
        "Kermany et al. (CC BY 4.0), Hannover Medical School (CC BY 3.0). See CARD.md.",
        "source": "python -m workstation.vlm.training build",
        "prompt": sizes.report_prompt,
        "findings": list(allowed),
        "deniable": list(policy.deniable(list(allowed), allowed)),
        "paper_findings": list(PAPER_SIX),
        "needs_bytes": 700_000_000,
        "backends": ["torch", "llama.cpp"],
        "quantisations": ["F32", "F16", "Q8_0", "Q4_K_M"],
        "tasks": ["report", "differential", "question"],
        "preprocess": {"side": sizes.vision.image_size, "method": "letterbox"},
        "accepts": {"views": ["PA", "AP"], "age_years": [18, 100], "modalities": ["CR", "DX"]},
        "gate": tables["gate"]["thresholds"],
        "decoding": {"temperature": 0.2, "top_p": 0.8, "top_k": 50, "max_new_tokens": 160},
        "thresholds": {name: limits.possible for name, limits in allowed.items()},
        "calibration": {
            name: {"slope": pair[0], "offset": pair[1]}
            for name, pair in tables["calibration"].items()
            if name in sizes.findings
        },
        "macro": {
            name.replace(" ", "_"): {key.replace(" ", "_"): value for key, value in table.items()}
            for name, table in tables["macros"].items()
        },
        "scores": {name: _score(tables, name) for name in tables["findings"] if name != "no finding"},
    }


def _statement(tables: Table) -> str:
    macro = tables["macros"]["paper six"]
    return (
        f"Demonstration model, weak: out of fold its AUROC over the paper's six findings is {macro['ours']:.2f}. "
        "It misses and invents findings; do not rely on it."
    )


def _score(tables: Table, name: str) -> dict[str, Any]:
    keys = ("positives", "films", "auroc", "auroc_low", "auroc_high", "sensitivity", "sensitivity_low", "sensitivity_high",
            "specificity", "denial_sensitivity", "denial_sensitivity_low", "denial_specificity", "calibration_error",
            "brier", "brier_of_prevalence")  # fmt: skip
    facts = tables["findings"][name]
    limits = tables["policy"].get(name)
    return {key: facts[key] for key in keys if key in facts} | ({"threshold": limits["possible"]} if limits else {})


def _card(tables: Table, folder: Path, note: str) -> str:
    parts = [_opening(tables), _data(), _rules(tables), _head(tables), _views(tables), _text(tables), _answers(tables),
             _gate(tables), _test(tables), *_forms(folder), _weak(tables), _rebuild(folder, note)]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _opening(tables: Table) -> str:
    macros, members = tables["macros"], tables["members"]
    rows = [
        ("this model", "ours", macros, None),
        ("a half-width ResNet18, same folds, films and schedule", "resnet", macros, "over resnet"),
        ("age, sex and AP/PA alone", "metadata", macros, "over metadata"),
        ("of this model: the vision transformer by itself", "vit", members, "over vit"),
        ("of this model: the companion with a first stage by itself", "conv", members, "over conv"),
    ]
    table = "\n".join(_macro_row(title, key, facts, away) for title, key, facts, away in rows)
    return f"""# CXR-LLaVA mini

A demonstration model, not for clinical use. A small CXR-LLaVA (vision transformer on one-channel films, linear projector,
LLaMA decoder) trained from scratch by this program on public films, with reports written by our own grammar from labels.
Beside the transformer stand two convolutional companions (half-width ResNet18), whose tokens make its tokens wider: the
finding head is the mean of all three. The second companion is, by itself, the ResNet that the model is measured against.
It is weak. It accepts one frontal film (PA or AP, CR or DX) of an adult (18 to 100 years), without prior or clinical question.

Every number here was written by `python -m workstation.vlm.training card`.

| macro AUROC out of fold, NIH train + val, patient-disjoint 5 folds | {macros["all"]["findings"]} labels with at least 10 positives | this model's lead | the paper's six | this model's lead |
|---|---|---|---|---|
{table}

Intervals: 95 %, bootstrap by patient, paired for the lead. The ResNet: random start, labels alone, the same augmentation,
40 epochs, weights averaged, mirror image averaged."""


def _macro_row(title: str, key: str, facts: Table, away: str | None) -> str:
    cells = [
        cell for name in ("all", "paper six")
        for cell in (_span(facts[name], key), _span(facts[name], away, 3) if away else "")
    ]  # fmt: skip
    return f"| {title} | {' | '.join(cells)} |"


def _data() -> str:
    return """## Data, attribution, terms

- **NIH ChestX-ray14**, 1,277 films of the train and val rows: findings. Provided by the NIH Clinical Center
  (https://nihcc.app.box.com/v/ChestXray-NIHCC); Wang X. et al., ChestX-ray8, IEEE CVPR 2017, 3462-3471. Use without
  restriction, attribution required. Labels were mined from text and are noisy; films were chosen by class, so
  positives are far more frequent here than in a hospital.
- **RSNA Pneumonia Detection Challenge 2018** (Shih G. et al., Radiology: AI 2019;1(1):e180041), films read as normal, and its
  readings of the NIH films ("lung opacity"): age, sex, view and the gate; never as normals of the finding head.
- **Kermany D. et al.**, Mendeley Data v2, doi:10.17632/rscbjbr9sj.2, CC BY 4.0: children; first stage and the gate's class "child".
- **COVID-19 Image Repository, Hannover Medical School** (Winther H.B. et al.), doi:10.6084/m9.figshare.12275009, CC BY 3.0:
  the gate's adults and unlabelled films for the language stage.
- No sentence of any radiologist: all training text comes from `grammar.py` and `questions.py` in `workstation/vlm/training`."""


def _rules(tables: Table) -> str:
    allowed = tables["policy"]
    assessed, deniable = ", ".join(allowed), ", ".join(n for n, t in allowed.items() if t["deny"] > 0) or "none"
    silent = ", ".join(name for name in (*LABELS, "lung opacity") if name not in allowed) or "none"
    return f"""## What it may write

- **Assessed** (at least {policy.ASSESSED_POSITIVES} out-of-fold positives and a lower bound of the AUROC of at least
  {policy.ASSESSED_AUROC_LOW:.2f}): {assessed}.
- **May be denied** (at least {policy.DENIABLE_POSITIVES} out-of-fold positives; at the threshold of denial, set on the other
  folds, the lower Wilson bound of the sensitivity is at least {policy.DENIABLE_SENSITIVITY_LOW:.2f} and at least
  {policy.DENIABLE_SPECIFICITY:.0%} of the negatives are denied): {deniable}. "No ..." still misses about one in ten.
- Trained but too weak to be written: {silent}. Everything else (devices, fractures, sides, sizes, change) it never mentions.
- "There is ..." where out-of-fold precision is at least {policy.CERTAIN_PRECISION:.0%}; else "may", "possible".
- A finding is named from a calibrated score half-way (as a ratio) between its own best F1 and the one score that gives all
  assessed findings together their best F1; at most {policy.MOST_POSSIBLE} findings are "possible", the likeliest.
- A film with nothing to name gets a sentence that says so and excludes nothing.
- Questions: what the film shows, whether an assessed finding is there, the differential diagnosis of what is named. Everything
  else is answered by "{questions.NOT_ASSESSED}\""""


def _head(tables: Table) -> str:
    rows = ["## Finding head, out of fold", "",
            "| finding | positives | AUROC | named: sensitivity | specificity | denied: sensitivity kept | negatives denied "
            "| calibration error | Brier (of the bare prevalence) |",
            "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, facts in tables["findings"].items():
        points = "| | | | |"
        if "sensitivity" in facts:
            points = (f"| {_span(facts, 'sensitivity')} | {_span(facts, 'specificity')} | "
                      f"{_span(facts, 'denial_sensitivity')} | {_two(facts['denial_specificity'])} |")  # fmt: skip
        trust = f" {facts['calibration_error']:.3f} | {facts['brier']:.3f} ({facts['brier_of_prevalence']:.3f}) |"
        rows.append(f"| {name} | {facts['positives']} of {facts['films']} | {_span(facts, 'auroc')} {points}{trust}")
    return "\n".join([*rows, "", "Operating points are cross-fitted: each fold is judged at thresholds set on the others. "
                      "`lung opacity` is known only where RSNA's radiologists read the film.", "",
                      "Probabilities are calibrated by Platt's two numbers a finding (in the manifest, and inside the head's "
                      "weights), fitted on the out-of-fold logits; their error above is cross-fitted. They hold for this mix of "
                      "films, where disease is far more frequent than in a hospital: read them as bands."])  # fmt: skip


def _views(tables: Table) -> str:
    views = tables["views"]
    rows = [
        "## Within AP and within PA (AUROC; fewer than 10 positives: no figure)",
        "",
        "| finding | AP | PA |",
        "|---|---|---|",
    ]
    rows += [f"| {name} | {_two(views['AP'][name])} | {_two(views['PA'][name])} |" for name in LABELS]
    for title, names in (("mean, all labels", LABELS), ("mean, the paper's six", PAPER_SIX)):
        rows.append(f"| {title} | {_two(_mean(views['AP'], names))} | {_two(_mean(views['PA'], names))} |")
    return "\n".join(rows)


def _mean(column: Table, names: Sequence[str]) -> float:
    kept = [column[name] for name in names if math.isfinite(column[name])]
    return sum(kept) / len(kept) if kept else math.nan


_RIVALS = (
    ("the labels of the most similar other film, raw pixels", "retrieval"),
    ("findings drawn by their frequency", "label prior"),
    ("always normal", "always normal"),
)


def _text(tables: Table) -> str:
    text = tables["oof_text"]
    rows = [
        "## What naming by the scores is worth out of fold (the finding head printed, thresholds set on the other folds)",
        "",
        "| | micro F1, paper's six | micro F1, all labels | lead of the printed head, six | findings named a film |",
        "|---|---|---|---|---|",
        _naming_row("the finding head printed", text, None),
        *(_naming_row(title, text["rivals"][key], text[f"over {key}"]) for title, key in _RIVALS),
    ]
    return "\n".join(
        [*rows, "", '"Possible" counts as named, omission as absent; the prevalence here is not a hospital\'s.']
    )


def _naming_row(title: str, facts: Table, away: Table | None) -> str:
    lead = _span(away, "micro F1, paper six", 3) if away else ""
    six, every = _span(facts, "micro F1, paper six"), _span(facts, "micro F1, all")
    return f"| {title} | {six} | {every} | {lead} | {_two(facts['named a film'])} |"


def _answers(tables: Table) -> str:
    found = tables["agreement"]
    return f"""## Do the words follow the finding head?

On {found["films"]} NIH training films, greedy: a report says of an assessed finding what the head's thresholds would in
{found["report"]:.1%} of the cases; the answer to "Is there ...?" does in {found["answer"]:.1%} of the films; "Is there a fracture?" is
answered by "{questions.NOT_ASSESSED}" in {found["not assessed"]:.1%}. Distinct reports: {found["distinct"]}."""


def _gate(tables: Table) -> str:
    gate = tables["gate"]
    limits = ", ".join(f"{name} from {value:.2f}" for name, value in gate["thresholds"].items())
    rows = [f"| {name} | {facts['refused']} of {facts['films']} |" for name, facts in gate["out of fold"].items()]
    return "\n".join([
        "## Gate: films it refuses", "",
        f"A small net of its own scores adult frontal chest, child, other. Refused: {limits} (set so that {REFUSED:.1%} of NIH's "
        f"adults are taken for something else and {CAUGHT:.0%} of the children for children; a header's age overrules it). It was "
        "taught by turned, inverted and cut-out films and drawn shapes, no foreign pictures and no real lateral films: "
        "laterals are told by the header. Refused out of fold (two fifths of the patients):", "",
        "| films | refused |", "|---|---|", *rows,
    ])  # fmt: skip


def _test(tables: Table) -> str:
    test, looks = tables["test"], len(tables["looks"])
    six, text = test["macros"]["paper six"], test["text"]
    rows = [
        f"| {name} | {f['positives']} | {_span(f, 'auroc')} |" for name, f in test["findings"].items() if name in LABELS
    ]
    return "\n".join([
        f"## NIH test split, opened {looks} time{'s' if looks > 1 else ''} for these weights", "",
        f"{text['films']} films, greedy text. Macro AUROC, labels with at least 10 positives: "
        f"{_span(test['macros']['all'], 'ours')}; the paper's six (those with 10): {_span(six, 'ours')}. Noise instead of the "
        f"film: {_span(test['noise macros']['all'], 'ours')} and {_span(test['noise macros']['paper six'], 'ours')}.", "",
        "| text | micro F1, paper's six | micro F1, all labels | lead of the language model, six | findings named a film |",
        "|---|---|---|---|---|",
        _naming_row("written by the language model", text, None),
        _naming_row("a rule that prints the finding head", test["rivals"]["head printed"], text["over head printed"]),
        *(_naming_row(title, test["rivals"][key], text[f"over {key}"]) for title, key in _RIVALS),
        _naming_row("the language model with another film's embeddings", test["other film's embeddings"], None),
        _naming_row("the language model with noise instead of the film", test["noise"], None), "",
        f"Distinct reports: {text['distinct']} of {text['films']} (noise: {test['noise']['distinct']}; the rule: "
        f"{test['head printed']['distinct']}). With another film's embeddings and the finding head held fixed the findings "
        f"change in {test['changed by another film']} of {text['films']} films. Median time of a whole draft here: "
        f"{test['median seconds']:.2f} s.", "",
        _denials(text), "",
        "| finding | positives | AUROC of the head |", "|---|---|---|", *rows,
    ])  # fmt: skip


def _denials(text: Table) -> str:
    counts = {name: f for name, f in text["findings"].items() if f["denied"]}
    said = "; ".join(f"{name} {f['denied wrongly']} of {f['denied']}" for name, f in counts.items())
    return f"Denied although labelled, of all denials: {said or 'no denial was written'}."


def _forms(folder: Path) -> list[str]:
    """What `quantisations` measured of these very weights; nothing where it has not."""
    path = folder / quantisations.FILE
    facts = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if facts.get("weights") != catalogue.read(folder).sha256:
        return []
    rows = [
        "## What each form of the language model costs",
        "",
        f"Greedy reports on {facts['split']} films, {facts['threads']} thread(s); torch F32 is what the others are compared with. "
        "The encoder was trained on these films: the F1 compares forms and is no score of the model.",
        "",
        "| form | micro F1, paper's six | same text | largest difference of logits | tokens/s | file, MB |",
        "|---|---|---|---|---|---|",
    ]
    rows += [_form_row(name, form) for name, form in facts.items() if isinstance(form, Mapping)]
    return ["\n".join(rows)]


def _form_row(name: str, form: Table) -> str:
    six, megabytes = _span(form, "micro_f1_paper_six"), form["file_bytes"] / 1e6
    return (
        f"| {name} | {six} | {form['same_text']:.0%} | {form['largest_logit_difference']:g} | "
        f"{form['tokens_per_second']:.0f} | {megabytes:.1f} |"
    )


def _weak(tables: Table) -> str:
    findings = {n: f for n, f in tables["findings"].items() if n in LABELS and math.isfinite(f["auroc"])}
    worst = sorted(findings, key=lambda name: findings[name]["auroc"])[:4]
    named = ", ".join(f"{name} ({findings[name]['auroc']:.2f})" for name in worst)
    silent = [f"{name} ({findings[name]['sensitivity']:.2f})" for name in tables["policy"]
              if findings.get(name, {}).get("sensitivity", 1.0) < SELDOM]  # fmt: skip
    return f"""## What is weak

- Weakest findings by out-of-fold AUROC: {named}.
- Named in fewer than {SELDOM:.0%} of the films that have it (sensitivity): {", ".join(silent) or "none"}. What is not named is not excluded.
- Few films, one hospital, mined labels; part of every score is age, sex and view (see AP and PA above).
- 128 x 128 pixels: small nodules, thin pneumothorax lines and fine interstitial change are below what it can see.
- No other hospital has been measured; probabilities hold for this mix of films alone.
- It answers only the questions named above; another one gets a sentence that may be about something else.
- The gate knows drawn shapes, not the world: a picture of another kind may pass."""


def _rebuild(folder: Path, note: str) -> str:
    size = (folder / "model.safetensors").stat().st_size
    return f"""## Rebuild

`python -m workstation.vlm.training build --data DATA --work SCRATCH` (2 to 3 hours on 2 free CPU cores; it may be killed
and started again at any time). Weights: {size:,}
bytes, float16. Diary with the failures: `models/EXPERIMENTS.md`.{note}"""


def _span(facts: Table, key: str, digits: int = 2) -> str:
    value = f"{facts[key]:.{digits}f}" if math.isfinite(facts[key]) else "-"
    low, high = facts.get(f"{key}_low"), facts.get(f"{key}_high")
    if low is None or high is None or not math.isfinite(low):
        return value
    return f"{value} ({low:.{digits}f} to {high:.{digits}f})"


def _two(value: float) -> str:
    return f"{value:.2f}" if value is not None and math.isfinite(value) else "-"
