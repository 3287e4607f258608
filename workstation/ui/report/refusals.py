"""Why an earlier draft of a study did not come, in words: the log keeps the code, and a reader opens the study later.

Clinical-safety 3: what the film seems to be, and that a draft can be asked for anyway.
"""

from __future__ import annotations

from workstation.storage import log
from workstation.workflow.reading import Reading

# What the program refuses for the film's sake, and the reader may overrule.
ABOUT_THE_FILM = {
    "lateral": "This seems to be a lateral film, and the model reads frontal films only.",
    "not_chest": "This seems to be no frontal chest film.",
    "view": "This film is taken in a view that the model does not read.",
    "age": "The patient's age is not one that the model was made for.",
}
ANYWAY = "Write the report yourself, or ask for a draft anyway and read it with care."
_PASSING = ("closed", "made_way", "worker_died", "stopped")


def last_refusal(reading: Reading) -> tuple[str, str, str] | None:
    """Code, message and remedy of the last failed draft; None when there was none that still counts."""
    codes = [event.payload.get("code", "") for event in log.events(reading.store, reading.study_key, "draft_failed")]
    if not codes or codes[-1] in _PASSING:
        return None
    code = codes[-1]
    if code in ABOUT_THE_FILM:
        return code, ABOUT_THE_FILM[code], ANYWAY
    return code, "The last draft of this study failed.", "Ask for a new one, or write the report yourself."
