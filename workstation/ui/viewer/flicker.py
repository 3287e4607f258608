"""The registered prior laid over the film: in its place, half through it, or as a difference in colour.

A painter of one view. It takes a film whose pixels are already warped onto the current film's, shows it where that one
stands, with a window that follows; words say which film is seen. For looking, never for measuring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QWidget

from workstation.ui import style
from workstation.ui.viewer.links import changed_as
from workstation.ui.viewer.picture import Picture

if TYPE_CHECKING:
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import OnScreen
    from workstation.imaging.screen import Sampler
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.film_view import FilmView

PRIOR, CURRENT, BLEND, COLOURS = "prior", "current", "blend", "colours"


class LaidPrior:
    """Nothing at first; `lay` gives it a film, ``mode`` says how it is seen ("" = not at all)."""

    def __init__(self, view: FilmView) -> None:
        self._view = view
        self.mode = ""
        self.share = 0.5  # of the prior in a blend
        self._picture: Picture | None = None
        self._first: tuple[Presentation, Presentation] | None = None

    def lay(self, film: Film, sampler: Sampler, shown: Presentation, own: Presentation) -> None:
        """``film``, warped; ``shown`` while the current film is shown as ``own``, changed with it afterwards."""
        self._picture, self._first = Picture(film, sampler), (own, shown)

    def forget(self) -> None:
        """Another film comes, or none."""
        self.mode, self._picture, self._first = "", None, None

    @property
    def lies(self) -> bool:
        return self._picture is not None

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        """Over everything else that lies on the film."""
        if self._picture is None or self.mode in ("", CURRENT):
            return
        self._picture.turn(on.orientation)
        self._light_alike(self._picture)
        width, height = round(area.width() * on.scale), round(area.height() * on.scale)
        found = self._picture.image(on.transform, self._shown(), width, height)
        painter.setWorldTransform(QTransform.fromScale(1 / on.scale, 1 / on.scale))
        if found is not None:
            self._lay_over(painter, *found)

    def _light_alike(self, picture: Picture) -> None:
        """Both films go through this monitor's curve, or neither."""
        own = self._view.picture
        if own is not None and picture.levels is not own.levels:
            picture.levels = own.levels
            picture.relight()

    def _lay_over(self, painter: QPainter, x: int, y: int, image: QImage) -> None:
        if self.mode == COLOURS:  # the current film in cyan, the prior added in red: what is equal is grey
            over = QRect(x, y, image.width(), image.height())
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(over, QColor("#00ffff"))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            painter.drawImage(x, y, _red(image))
            return
        painter.setOpacity(1.0 if self.mode == PRIOR else self.share)
        painter.drawImage(x, y, image)

    def _shown(self) -> Presentation:
        """The prior's window, changed as the current film's has been."""
        from dataclasses import replace

        from workstation.ui.viewer.windowing import linear_window, with_window

        assert self._first is not None and self._picture is not None
        own, shown = self._first
        now, film, other = self._view.presentation, self._view.film, self._picture.film
        if now is None or film is None or now == own:
            return shown
        if film.colour is None and (now.window, now.voi_lut) != (own.window, own.voi_lut):
            opposite = film.instance.inverted != other.instance.inverted
            windows = linear_window(film, own), linear_window(film, now), linear_window(other, shown)
            shown = with_window(shown, changed_as(*windows, opposite))
        return replace(shown, invert=shown.invert != (now.invert != own.invert))


def _red(image: QImage) -> QImage:
    """The picture in red alone."""
    red = image.copy()
    painter = QPainter(red)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.fillRect(red.rect(), QColor("#ff0000"))
    painter.end()
    return red


class OverlayBar(QWidget):
    """How much of each film is seen; the mouse's way, while the film keeps the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel("Registered overlay: not for measuring")
        style.set_role(self.words, "careful")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setValue(50)
        self.slider.setMaximumWidth(220)
        self.slider.setAccessibleName("Share of the prior")
        self.colours = QCheckBox("Colours: current cyan, prior red")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        for widget in (self.words, QLabel("Current"), self.slider, QLabel("Prior"), self.colours):
            row.addWidget(widget)
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addStretch()
