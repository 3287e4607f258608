"""Runs inside medspaCy's own environment: texts and target phrases on stdin -> ConText's answer for each text.

Sentences by PyRuSH, targets by patterns, context by the rules that the package brings; joined like ours (present wins
over uncertain, uncertain over absent; hypothetical, historical and family mentions do not count).
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

STRENGTH = {"absent": 1, "uncertain": 2, "present": 3}


def build(targets: list[list[str]], ignored: list[str]) -> Any:
    """The package's own pipeline with our phrases as its targets."""
    import medspacy
    from medspacy.target_matcher import TargetRule

    pipeline = medspacy.load(medspacy_enable={"medspacy_pyrush", "medspacy_target_matcher", "medspacy_context"})
    matcher = pipeline.get_pipe("medspacy_target_matcher")
    named = [(finding, pattern) for finding, pattern in targets] + [("", pattern) for pattern in ignored]
    matcher.add(
        [TargetRule(pattern, finding or "NOTHING", pattern=rf"(?i)\b(?:{pattern})\w*") for finding, pattern in named]
    )
    return pipeline


def presence(mention: Any) -> str | None:
    """What ConText says of one mention."""
    said = mention._
    if said.is_hypothetical or said.is_historical or said.is_family:
        return None
    return "absent" if said.is_negated else "uncertain" if said.is_uncertain else "present"


def main() -> None:
    asked = json.load(sys.stdin)
    findings = sorted({finding for finding, _ in asked["targets"]})
    pipeline = build(asked["targets"], asked["ignored"])
    answers, began = [], time.process_time()
    for text in asked["texts"]:
        found = dict.fromkeys(findings, "not mentioned")
        for mention in pipeline(text).ents:
            told = presence(mention) if mention.label_ in found else None
            if told and STRENGTH[told] > STRENGTH.get(found[mention.label_], 0):
                found[mention.label_] = told
        answers.append(found)
    print("\n@@" + json.dumps({"answers": answers, "seconds": time.process_time() - began}))


if __name__ == "__main__":
    main()
