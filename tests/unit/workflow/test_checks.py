"""What speaks against signing."""

import pytest

from workstation.workflow.checks import objections
from workstation.workflow.wording import Facts
from workstation.workflow.working import Working


def failed(findings):
    facts = Facts(None, [], [])  # type: ignore[arg-type]
    found = objections(Working({"Findings": findings, "Impression": "Effusion."}), facts, None, True)
    return {each.check: each for each in found}


@pytest.mark.parametrize("text", ["Small [right/left] effusion.", "[Middle lobe/lingula] atelectasis."])
def test_a_side_that_is_still_open_cannot_be_signed(text):
    assert not failed(text)["side_not_chosen"].can_override


def test_a_chosen_side_can():
    assert failed("Small left effusion [sic].") == {}
