"""Films beside each other, by real keys and mouse: hanging, priors and what they are called, linked films, sides."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from tests.synthetic import chest
from tests.ui.viewer.hands import drag, pixels_of
from workstation.ui import style
from workstation.ui.viewer.hanging import Earlier
from workstation.ui.viewer.kits.comparing import Comparing
from workstation.ui.viewer.kits.measuring import COVERED, EARLIER, MeasuringKit
from workstation.ui.viewer.kits.overlaying import Overlaying
from workstation.ui.viewer.kits.strip import Thumbnails

SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 10_000


@pytest.fixture
def films(film_file):
    """The current frontal and lateral film and the prior's, each with pixels of its own."""
    small = {"rows": 260, "columns": 250}
    return {
        "pa": film_file(chest(11, findings=("pleural effusion",), **small), StudyDate="20260105", ViewPosition="PA"),
        "lateral": film_file(chest(12, view="LATERAL", **small), StudyDate="20260105", ViewPosition="LL"),
        "prior": film_file(chest(11, **small), StudyDate="20250805", ViewPosition="PA"),
        "prior lateral": film_file(chest(13, view="LATERAL", **small), StudyDate="20250805", ViewPosition="LL"),
        "older": film_file(chest(14, **small), StudyDate="20200101", ViewPosition="PA"),
    }


@pytest.fixture
def compare(reading, films, qtbot):
    """The study in the pane, with its priors offered; ``hung`` waits for the prior's film."""

    class Comparison:
        def __init__(self):
            self.pane = reading(films["pa"], films["lateral"])
            self.kit = self.pane.kit(Comparing)
            self.told = []
            self.pane.acted.connect(lambda kind, facts: self.told.append((kind, facts)))

        def offer(self, *, proven=("prior",), possible=(), at_once=False):
            self.kit._at_once = at_once
            made = {name: self.earlier(name, name in proven) for name in (*proven, *possible)}
            self.kit.offer([made[name] for name in proven], [made[name] for name in possible], "20260105")
            return made

        def earlier(self, name, proven):
            taken = "20200101" if name == "older" else "20250805"
            of_study = [films[name], *([films["prior lateral"]] if name == "prior" else [])]
            return Earlier(name, f"key {name}", taken, tuple(of_study), proven, "CANARY")

        def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
            qtbot.keyClick(self.pane.view, key, modifier)

        def hung(self):
            qtbot.waitUntil(lambda: self.prior is not None and self.prior.prepared is not None, timeout=WAIT_MS)
            return self.prior

        def shows(self, name):
            there = lambda: self.prior.holds(films[name]) and self.prior.view.film is not None  # noqa: E731
            qtbot.waitUntil(there, timeout=WAIT_MS)

        @property
        def prior(self):
            return self.pane.stage.prior

        def words(self, slot):
            return slot.band.words

    return Comparison()


def test_shift_p_hangs_the_prior_marked_in_amber_beside_the_film_and_puts_it_away(compare, films):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior = compare.hung()
    assert prior.isVisible() and prior.view.film.instance.sop_instance_uid == films["prior"].sop_instance_uid
    assert compare.words(prior) == "PRIOR 2025-08-05, 5 months earlier"
    assert compare.words(compare.pane.stage.of_study) == "CURRENT 2026-01-05"
    amber = np.array([0xE0, 0xA8, 0x4A])
    assert (np.abs(pixels_of(prior.band).astype(int) - amber).max(axis=2) < 12).sum() > 100
    assert (
        prior.mapToGlobal(prior.rect().topLeft()).x()
        > compare.pane.stage.of_study.mapToGlobal(prior.rect().topLeft()).x()
    )
    compare.key(Qt.Key.Key_P, SHIFT)
    assert not prior.isVisible() and compare.kit.hung is None and prior.view.film is None
    assert compare.words(compare.pane.stage.of_study) == ""
    kinds = [facts for kind, facts in compare.told if kind == "prior"]
    assert kinds[0]["proven"] and kinds[0]["study"] == "key prior" and kinds[-1] == {"shown": False}


def test_the_rule_hangs_a_prior_at_once_where_two_films_have_room(compare, qtbot):
    compare.offer(at_once=True)
    assert compare.hung().isVisible()
    compare.pane.resize(600, 500)
    compare.pane.clear()
    compare.offer(at_once=True)
    assert compare.kit.hung is None


def test_frontal_hangs_beside_frontal_and_lateral_beside_lateral(compare, films, qtbot):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    compare.hung()
    compare.key(Qt.Key.Key_Right)
    compare.shows("prior lateral")
    assert compare.pane.view.film.instance.view_position == "LL"
    assert compare.prior.view.film.instance.sop_instance_uid == films["prior lateral"].sop_instance_uid
    compare.key(Qt.Key.Key_Left)
    compare.shows("prior")


def test_a_possible_prior_hangs_only_by_a_press_and_is_called_not_proven(compare, qtbot):
    compare.offer(proven=(), possible=("older",), at_once=True)
    assert compare.kit.hung is None
    assert "1 possible prior, identity not proven, not hung: CANARY, 2020-01-01" in compare.kit.line.possible.text()
    compare.key(Qt.Key.Key_P, SHIFT)
    assert compare.kit.hung is None
    qtbot.mouseClick(compare.kit.line.open_possible, Qt.MouseButton.LeftButton)
    prior = compare.hung()
    assert compare.words(prior).startswith("POSSIBLE PRIOR 2020-01-01") and "NOT PROVEN" in compare.words(prior)
    assert ("prior", False) in [(kind, facts.get("proven")) for kind, facts in compare.told]
    compare.pane.view.setFocus()
    compare.key(Qt.Key.Key_P, SHIFT)
    assert compare.kit.hung is None


def test_several_priors_are_chosen_by_their_buttons(compare, films, qtbot):
    compare.offer(proven=("prior", "older"))
    assert [button.text().split(",")[0] for button in compare.kit.line.buttons] == [
        "Prior 2025-08-05",
        "Prior 2020-01-01",
    ]
    qtbot.mouseClick(compare.kit.line.buttons[1], Qt.MouseButton.LeftButton)
    compare.shows("older")
    assert compare.kit.line.buttons[1].isChecked() and not compare.kit.line.buttons[0].isChecked()
    compare.kit.made["compare.next_prior"].trigger()
    compare.shows("prior")


def test_zoom_pan_and_window_of_the_prior_follow_by_as_much_until_j_parts_them(compare):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior, view = compare.hung(), compare.pane.view
    assert compare.kit.linked
    fits = view.transform.zoom, prior.view.transform.zoom
    before = view.linear_window(), prior.view.linear_window()
    compare.key(Qt.Key.Key_Plus)
    drag(view, (150, 150), (40, 25), Qt.MouseButton.MiddleButton)
    drag(view, (150, 150), (30, -20))
    after = view.linear_window(), prior.view.linear_window()
    assert view.transform.zoom > fits[0] and after[0] != before[0]
    assert prior.view.transform.zoom / fits[1] == pytest.approx(view.transform.zoom / fits[0], rel=1e-3)
    assert after[1].width / before[1].width == pytest.approx(after[0].width / before[0].width, rel=1e-3)
    assert (after[1].center - before[1].center) / before[1].width == pytest.approx(
        (after[0].center - before[0].center) / before[0].width, abs=1e-3
    )
    assert middle(prior.view) == pytest.approx(middle(view), abs=0.02)
    compare.key(Qt.Key.Key_J)
    stays = prior.view.transform, prior.view.presentation
    compare.key(Qt.Key.Key_Plus)
    drag(view, (150, 150), (30, -20))
    assert (prior.view.transform, prior.view.presentation) == stays
    compare.key(Qt.Key.Key_J)
    compare.key(Qt.Key.Key_F)
    assert prior.view.fits and view.fits


def middle(view):
    """(row, column) in the middle of the view, in parts of the film."""
    on = view.on_screen
    row, col = on.to_film(view.width() / 2, view.height() / 2)
    return row / on.rows, col / on.columns


def test_shift_q_swaps_the_sides_and_back(compare):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior, own = compare.hung(), compare.pane.stage.of_study
    assert own.x() < prior.x()
    compare.key(Qt.Key.Key_Q, SHIFT)
    compare.pane.stage.layout().activate()
    assert own.x() > prior.x()
    compare.key(Qt.Key.Key_Q, SHIFT)
    compare.pane.stage.layout().activate()
    assert own.x() < prior.x()


def test_j_links_two_films_of_one_study_too_and_a_reset_holds_for_both(compare):
    compare.pane.stage.together = True
    compare.pane.stage.arrange()
    first, second = (slot.view for slot in compare.pane.stage.slots[:2])
    compare.key(Qt.Key.Key_J)
    fits = first.transform.zoom, second.transform.zoom
    compare.key(Qt.Key.Key_Plus)
    drag(first, (150, 150), (30, -20))
    assert second.transform.zoom / fits[1] == pytest.approx(first.transform.zoom / fits[0], rel=1e-3)
    assert second.presentation != compare.pane.stage.slots[1].prepared.presentation
    compare.key(Qt.Key.Key_Escape)
    assert second.fits and second.linear_window().width == pytest.approx(
        compare.pane.stage.slots[1].prepared.presentation.window.width, rel=1e-6
    )


def test_in_a_tall_room_the_two_stand_one_above_the_other(compare):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior, own = compare.hung(), compare.pane.stage.of_study
    compare.pane.resize(600, 1400)
    compare.pane.stage.layout().activate()
    assert own.y() < prior.y() and own.x() == prior.x()
    compare.key(Qt.Key.Key_Q, SHIFT)
    compare.pane.stage.layout().activate()
    assert own.y() > prior.y()
    compare.pane.resize(1200, 700)
    compare.pane.stage.layout().activate()
    assert own.x() > prior.x() and own.y() == prior.y()


def test_a_prior_in_hand_is_windowed_but_is_never_the_films_that_are_read(compare, films, qtbot):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior = compare.hung()
    compare.key(Qt.Key.Key_J)  # each for itself
    qtbot.mouseClick(prior.view, Qt.MouseButton.LeftButton)
    assert compare.pane.view is prior.view
    compare.pane.view.setFocus()
    before = compare.pane.stage.of_study.view.presentation
    compare.key(Qt.Key.Key_I)
    assert prior.view.presentation.invert and compare.pane.stage.of_study.view.presentation == before
    assert compare.pane.instance.sop_instance_uid == films["pa"].sop_instance_uid
    compare.pane.set_tool("length")
    assert prior.view.tool == "window" and set(prior.view.tools) == {"window", "pan", "zoom"}
    qtbot.mouseClick(compare.pane.stage.of_study.view, Qt.MouseButton.LeftButton)
    assert compare.pane.view is compare.pane.stage.of_study.view


def test_the_next_study_takes_the_prior_away(compare, films):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior = compare.hung()
    compare.pane.show_study([films["older"]])
    assert compare.kit.hung is None and not prior.isVisible() and prior.view.film is None
    assert not compare.kit.line.isVisible()


def test_page_keys_ask_for_the_next_and_the_previous_study(compare):
    asked = []
    compare.kit.told.study_asked.connect(asked.append)
    compare.key(Qt.Key.Key_PageDown)
    compare.key(Qt.Key.Key_PageUp)
    assert asked == [1, -1]


def test_the_marks_colour_is_the_amber_of_care():
    assert style.contrast(style.AMBER, "#000000") > 7


@pytest.fixture
def laid(compare, qtbot):
    """The overlaying kit, with the prior offered; ``come`` waits until it is registered."""
    compare.offer()
    kit = compare.pane.kit(Overlaying)
    kit.come = lambda: qtbot.waitUntil(lambda: kit._laid is not None, timeout=WAIT_MS)
    yield kit
    kit.end()


def laid_words(kit):
    return kit._slot.band.words


def of_current_film(slot):
    """The place as it is with nothing laid over its film."""
    laid, hidden = slot.view.overlays.pop(), slot.view.legend.hidden
    slot.view.legend.hidden = False
    seen = pixels_of(slot.view)
    slot.view.overlays.append(laid)
    slot.view.legend.hidden = hidden
    return seen


def test_flicker_shows_the_registered_prior_in_the_films_place_and_the_film_again(compare, laid):
    slot = compare.pane.stage.of_study
    compare.key(Qt.Key.Key_J, SHIFT)
    laid.come()
    alone = of_current_film(slot)
    assert "PRIOR 2025-08-05, 5 months earlier" in laid_words(laid) and "\nregistered, overlap" in laid_words(laid)
    prior = pixels_of(slot.view)
    effusion = slice(slot.view.height() // 2, slot.view.height() * 4 // 5)
    assert np.abs(prior[effusion].astype(int) - alone[effusion]).max() > 60
    compare.key(Qt.Key.Key_J, SHIFT)
    assert laid_words(laid) == "CURRENT 2026-01-05"
    assert np.array_equal(pixels_of(slot.view), alone)
    compare.key(Qt.Key.Key_J, SHIFT)
    assert np.array_equal(pixels_of(slot.view), prior)


def test_while_the_prior_is_seen_in_the_films_place_no_tool_draws_and_no_corner_lies(compare, laid):
    view = compare.pane.stage.of_study.view
    own = view.tools
    compare.key(Qt.Key.Key_J, SHIFT)
    laid.come()
    assert set(view.tools) == {"window", "pan", "zoom"} and view.guest is None and view.legend.hidden
    compare.key(Qt.Key.Key_J, SHIFT)
    assert view.tools is own and not view.legend.hidden


@pytest.mark.parametrize("key", [Qt.Key.Key_J, Qt.Key.Key_R])
def test_a_film_under_its_prior_is_neither_marked_nor_measured_and_that_is_said(compare, laid, key):
    measuring, study = compare.pane.kit(MeasuringKit), compare.pane.stage.of_study.instance.study_instance_uid
    said: list[str] = []
    measuring.voice.said.connect(said.append)
    compare.key(key, SHIFT)
    laid.come()
    compare.key(Qt.Key.Key_K)
    compare.key(Qt.Key.Key_D)
    assert said == [COVERED, COVERED] and not measuring.markings_of(study).key_images
    assert not measuring.made["measure.key_image"].isChecked() and not measuring.made["measure.length"].isChecked()
    laid.end()
    compare.key(Qt.Key.Key_K)
    assert len(measuring.markings_of(study).key_images) == 1


def test_the_overlay_is_half_and_half_then_in_colours_then_away(compare, laid, qtbot):
    slot = compare.pane.stage.of_study
    compare.key(Qt.Key.Key_R, SHIFT)
    laid.come()
    assert "Registered overlay" in laid_words(laid) and "not for measuring; overlap" in laid_words(laid)
    half = pixels_of(slot.view)
    assert laid.bar.isVisible()
    slider = laid.bar.slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 20, slider.height() // 2))
    assert slider.value() > 50 and not np.array_equal(pixels_of(slot.view), half)
    compare.pane.view.setFocus()
    compare.key(Qt.Key.Key_R, SHIFT)
    colours = pixels_of(slot.view).astype(int)
    middle = colours[slot.view.height() // 3 : slot.view.height() * 3 // 4]
    assert (np.abs(middle[..., 0] - middle[..., 1]) > 40).mean() > 0.01  # the effusion
    assert np.array_equal(middle[..., 1], middle[..., 2])
    compare.key(Qt.Key.Key_R, SHIFT)
    assert laid.mode == "" and not laid.bar.isVisible()


def test_drawings_keep_their_ink_over_the_mixed_films_and_are_covered_by_the_flickered_prior(compare, laid):
    class Mark:
        """A drawing in one ink, in the middle of the film."""

        def paint(self, painter, area, on):
            painter.fillRect(area.center().x() - 9, area.center().y() - 9, 18, 18, QColor("#80ff20"))

        def forget(self):
            pass

    view = compare.pane.stage.of_study.view
    view.overlays.append(Mark())

    def ink():
        pixels = pixels_of(view)
        return tuple(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2])

    drawn = ink()
    compare.key(Qt.Key.Key_R, SHIFT)
    laid.come()
    assert ink() == drawn
    compare.key(Qt.Key.Key_R, SHIFT)
    assert ink() == drawn
    compare.key(Qt.Key.Key_R, SHIFT)
    compare.key(Qt.Key.Key_J, SHIFT)
    assert ink() != drawn


def test_a_prior_that_cannot_be_registered_is_not_overlaid_and_flickers_as_unregistered(
    compare, films, laid, film_file
):
    noise = np.random.default_rng(1).integers(0, 4096, (260, 250)).astype(np.uint16)
    strange = film_file(noise, StudyDate="20250101", ViewPosition="PA")
    compare.kit.offer([Earlier("strange", "key", "20250101", (strange,), True)], [], "20260105")
    compare.key(Qt.Key.Key_R, SHIFT)
    laid.come()
    assert "could not be registered: the two films are too different" in compare.pane.view.legend.notice
    assert laid.mode == "" and not laid.bar.isVisible()
    compare.key(Qt.Key.Key_J, SHIFT)
    assert "not registered" in laid_words(laid)


def test_the_window_of_the_laid_prior_follows_the_films(compare, laid):
    view = compare.pane.stage.of_study.view
    compare.key(Qt.Key.Key_J, SHIFT)
    laid.come()
    before = pixels_of(view).mean()
    drag(view, (200, 200), (0, 120))
    assert abs(pixels_of(view).mean() - before) > 5


def strip_of(pane):
    return pane.kit(Thumbnails).strip


def test_the_strip_shows_the_studys_films_and_its_priors_and_a_click_brings_them(compare, films, qtbot):
    compare.offer()
    compare.key(Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    strip = strip_of(compare.pane)
    assert strip.isVisible()
    assert [thumb.text() for thumb in strip.thumbs] == [
        "PA", "Lat", "PRIOR 2025-08-05 PA", "PRIOR 2025-08-05 Lat",
    ]  # fmt: skip
    qtbot.waitUntil(lambda: all(thumb.has_picture for thumb in strip.thumbs), timeout=WAIT_MS)
    assert pixels_of(strip.thumbs[2]).std() > 20
    qtbot.mouseClick(strip.thumbs[1], Qt.MouseButton.LeftButton)
    assert compare.pane.view.film.instance.view_position == "LL" and strip.thumbs[1].isChecked()
    qtbot.mouseClick(strip.thumbs[2], Qt.MouseButton.LeftButton)
    compare.shows("prior")
    qtbot.keyClick(strip.thumbs[2], Qt.Key.Key_Right)
    assert strip.thumbs[3].hasFocus()
    qtbot.keyClick(strip.thumbs[3], Qt.Key.Key_Return)
    compare.shows("prior lateral")
    qtbot.keyClick(compare.pane, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert not strip.isVisible()


def test_no_key_image_and_no_measurement_while_the_prior_is_in_hand(compare, qtbot):
    compare.offer()
    compare.key(Qt.Key.Key_P, SHIFT)
    prior = compare.hung()
    measuring = compare.pane.kit(MeasuringKit)
    said: list[str] = []
    measuring.voice.said.connect(said.append)
    qtbot.mouseClick(prior.view, Qt.MouseButton.LeftButton)
    compare.pane.view.setFocus()
    compare.key(Qt.Key.Key_K)
    compare.key(Qt.Key.Key_D)
    assert said == [EARLIER, EARLIER] and compare.pane.tool == "window"
    assert not any(book.markings.key_images for book in measuring.books.values())
