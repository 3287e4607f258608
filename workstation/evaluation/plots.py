"""A result -> its plots as SVG: F1 with intervals, ROC curves with the texts' own points, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workstation.evaluation.metrics import Metric

_AVERAGES = {
    "micro": "micro, all",
    "macro": "macro, all",
    "micro_paper6": "micro, paper's six",
    "macro_paper6": "macro, paper's six",
}
_THIN = "<p class='said'>A thin line is the exact interval of the counts, where no resample differs from another.</p>"
FEW = "* fewer than 10 cases of a class: the interval is Hanley and McNeil's, and the value is not ranked."
_HINT = "Fewer than 100 positives calibrate a finding only roughly; bars are Wilson's intervals of what was observed."


def forest_f1(result: Mapping[str, Any]) -> str:
    """F1 of every finding and of the averages, every system."""
    from workstation.figures.forest import forest

    systems = result["systems"]
    findings = list(next(iter(systems.values()))["findings"])
    series = {
        name: [_point(system["findings"][finding]["f1"]) for finding in findings]
        + [_point(system[key]) for key in _AVERAGES]
        for name, system in systems.items()
    }
    return forest("forest", [*findings, *_AVERAGES.values()], series, "F1, 95 % interval", len(findings)) + _THIN


def _point(told: Metric) -> tuple[float | None, float | None, float | None, bool]:
    return told["value"], told["low"], told["high"], "interval" in told


def roc_panels(result: Mapping[str, Any]) -> str:
    """ROC curves of the probabilities; marks are the texts. Empty where no system gives probabilities."""
    from workstation.figures.panels import roc

    systems = result["systems"]
    curves = {name: _curves(system) for name, system in systems.items()}
    findings = [f for f in next(iter(systems.values()))["findings"] if any(f in found for found in curves.values())]
    if not findings:
        return ""
    operating = {name: _operating(system, findings) for name, system in systems.items()}
    few = any(label.endswith("*") for found in curves.values() for _, label in found.values())
    note = f"<p class='said'>Lines: probabilities. Marks: what the text itself says. {FEW if few else ''}</p>"
    return roc("roc", findings, curves, operating) + note


def _curves(system: Mapping[str, Any]) -> dict[str, tuple[list[list[float]], str]]:
    return {
        finding: (points, f"{system['findings'][finding]['auroc']['value']:.2f}"
                  + ("" if system["findings"][finding]["auroc"]["ranked"] else " *"))
        for finding, points in system["roc"].items()
    }  # fmt: skip


def _operating(system: Mapping[str, Any], findings: list[str]) -> dict[str, tuple[float, float]]:
    found = {}
    for finding in findings:
        told = system["findings"][finding]
        sensitivity, specificity = told["sensitivity"]["value"], told["specificity"]["value"]
        if sensitivity is not None and specificity is not None:
            found[finding] = (1 - specificity, sensitivity)
    return found


def calibration_panels(result: Mapping[str, Any]) -> str:
    """Predicted against observed; empty where no finding has enough cases."""
    from workstation.figures.panels import calibration

    bins = {
        name: {finding: told["bins"] for finding, told in system["calibration"].items()}
        for name, system in result["systems"].items()
        if system["calibration"]
    }
    findings = list(dict.fromkeys(finding for found in bins.values() for finding in found))
    return calibration("calibration", findings, bins) + f"<p class='said'>{_HINT}</p>" if findings else ""
