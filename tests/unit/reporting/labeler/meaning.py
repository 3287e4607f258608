"""What the labeler takes out of a wording, without what is not mentioned and without "no finding"."""

from workstation.reporting.labeler import label
from workstation.reporting.presence import Presence


def meant(text: str) -> dict[str, Presence]:
    found = label(text).findings
    said = {name: presence for name, presence in found.items() if presence is not Presence.NOT_MENTIONED}
    said.pop("no finding", None)
    return said
