"""Drafts in the background, with the real worker: a refused film is not tried again at each start."""

from __future__ import annotations

import pytest

from tests import toy_model
from tests.unit.drafting.conftest import film_file
from workstation.settings import load_settings
from workstation.storage import log
from workstation.storage.store import Store
from workstation.ui.bridge import Bridge
from workstation.ui.drafts import Drafts
from workstation.workflow.intake import take_in
from workstation.workflow.reading import Reader

WAIT_MS = 300_000


@pytest.fixture
def start(home, qtbot):
    """Begin as a window does: bridge and drafts anew on the same store."""
    toy_model.install(home, seems="lateral chest")
    toy_model.install(home, "other")
    begun = []

    def call(model: str, *studies: str) -> Drafts:
        settings = load_settings(home).with_value("model", model).with_value("draft_when", "on arrival")
        store = Store.open(home)
        drafts = Drafts(store, Bridge(home), lambda: settings, lambda: Reader("r", "R", "Radiologist"))
        begun.append((drafts, store))
        ended = []
        drafts.failed.connect(lambda study, event: ended.append(study))
        drafts.done.connect(lambda study, draft: ended.append(study))
        drafts.progress.connect(lambda study, words: ended.append(study) if words == "no draft" else None)
        drafts.arrived(studies)
        qtbot.waitUntil(lambda: set(ended) >= set(studies), timeout=WAIT_MS)
        return drafts

    yield call
    for drafts, store in begun:
        drafts.close()
        drafts._bridge.close()
        store.close()


def requests(drafts) -> int:
    return len(list(log.events(drafts._store, kind="draft_requested")))


def test_a_refused_film_waits_for_another_model_or_the_readers_hand(home, tmp_path, start, qtbot):
    with Store.open(home) as store:
        paths = [film_file(tmp_path, f"{n}.dcm", StudyInstanceUID=f"2.25.{n}", PatientID=str(n)) for n in (1, 2)]
        one, two = (file.study_instance_uid for file in take_in(store, home, paths).files)
    assert requests(start("toy", one, two)) == 2
    again = start("toy", one, two)
    assert requests(again) == 2
    assert not again._bridge.running  # nothing was asked, no worker was needed
    with qtbot.waitSignal(again.failed, timeout=WAIT_MS):
        again.asked(one)
    assert requests(again) == 3
    other = start("other", one, two)
    assert requests(other) == 5
