"""A reader's free question -> what a model of our own may be asked of it, or why it must not be.

Such a model judges the findings of its card and nothing else: asked for more it would answer all the same, with
something invented. The labels it learnt from hold no side, size, change, device, disease or patient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workstation.reporting.findings import mentions

NOT_ASSESSED = "Not assessed by this model."
_ALSO = {  # how questions name a finding where reports do not
    "cardiomegaly": r"\b(?:heart|cardiac)\b",
    "pleural effusion": r"\bfluid in the (?:pleura\w*|pleural space|chest)\b|\bpleural space\b",
    "pleural thickening": r"\bpleura (?:is |look\w* )?(?:thick\w*)|\bis the pleura thick\w*",
    "edema": r"\bcongest\w+\b",
}
_NAMED_ALSO = {finding: re.compile(pattern, re.IGNORECASE) for finding, pattern in _ALSO.items()}
# What no label of its training said, even of a finding that it knows.
_BEYOND = re.compile(
    r"\b(?:where|which (?:side|lobe|lung|zone|rib)|(?:on|at) (?:the )?(?:left|right)|left|right|bilateral\w*|unilateral"
    r"|upper|lower|middle|apex|apical|basal|how (?:large|big|small|much|many|old|severe|wide|deep|long|thick|far|bad)"
    r"|size of the (?!heart)|cm|mm|millimet\w+|centimet\w+|measure\w*|volume|sever\w+|mild|moderate|massive|large|small"
    r"|since|before|prior|previous|earlier|compar\w+|change[ds]?|new|old|older|worse\w*|better|improv\w+|progress\w*"
    r"|stable|resolv\w+|still|again|follow\W?up|acute|chronic|when|why|who|whose|treat\w*|therap\w+|drug|dose|surgery"
    r"|operat\w+|manage\w*|recommend\w*|should|prognos\w+|surviv\w+|benign|malignan\w*|cancer|tumou?r|tubercul\w+"
    r"|covid\S*|age|sex|gender|male|female|man|woman|name|normal|healthy|exclude\w*|rule out|sure|certain|confident"
    r"|probab\w+|percent\w*|chance|risk|tubes?|catheters?|lines?|devices?|pacemaker|tip|position(?:ed)?|ribs?|bones?"
    r"|spine|scolio\w+|aort\w+|hil\w+|mediastin\w+|diaphragm\w*|trachea\w*|pericard\w+|cause[sd]? by|due to)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:what (?:does|do|can|is|are|abnormalit\w+)\b.*\b(?:show|see|seen|find\w*|impression|abnormal\w*|wrong)"
    r"|what do you see|describe|summari[sz]e|summary|findings|impression|report on"
    r"|(?:any\w*|something) (?:wrong|abnormal\w*))\b",
    re.IGNORECASE,
)
_DIFFERENTIAL = re.compile(
    r"\b(?:differential\w*|diagnos[ei]s|which diseases?|what (?:else )?could (?:this|it|these|be|explain)|could explain"
    r"|what (?:could|might|may) be the cause)\b",
    re.IGNORECASE,
)


def about(question: str) -> tuple[str, ...]:
    """The findings that ``question`` names, in its own or in a report's words."""
    named = [finding for finding in mentions(question) if finding != "no finding"]
    named += [finding for finding, pattern in _NAMED_ALSO.items() if pattern.search(question) and finding not in named]
    return tuple(named)


def unknown(question: str, assessed: Sequence[str]) -> bool:
    """Whether a model that judges only ``assessed`` has learnt nothing from which it could answer."""
    if _DIFFERENTIAL.search(question):
        return False
    if _BEYOND.search(question):
        return True
    named = about(question)
    if named:
        return any(finding not in assessed for finding in named)
    return not _OPEN.search(question)


def refusal(assessed: Sequence[str]) -> str:
    """The sentence that is given instead of an answer."""
    return (
        f"{NOT_ASSESSED} It can be asked what the film shows, for a differential diagnosis, and whether it sees one of "
        f"these: {', '.join(assessed)}."
    )
