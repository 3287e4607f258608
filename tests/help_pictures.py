"""`python -m tests.help_pictures [FOLDER]`: the help's pictures, taken from the running window on the bundled samples.

Every act is done by its key or by the mouse, as a reader does it; each picture is brought to few colours, so that all
of them together stay small.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.paths import Home, resources, samples
from workstation.settings import Settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from PIL import Image
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

LONGEST_S, GREYS = 60.0, 28
SIZE, WINDOW = (900, 620), (1280, 800)


class Sitting:
    """The window, furnished, with the samples in it; `key`, `drag` and `click` are the reader's hands."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from workstation.ui import application, style

        home = Home(folder).create()
        settings = Settings({}).with_value("reader_name", "Dr A. Reader").with_value("reader_id", "ar")
        settings.with_value("draft_when", "by hand").save(home)
        self.program = QApplication.instance() or QApplication([])
        assert isinstance(self.program, QApplication)
        style.apply(self.program)
        self.place = application.build(self.program, home, [str(samples())])
        self.place.window.resize(*WINDOW)
        self.place.window.show()
        self.until(lambda: self.place.furniture is not None and bool(self.place.furniture.desk.study))
        self.rest()

    @property
    def film(self) -> Any:
        assert self.place.furniture is not None
        return self.place.furniture.film

    def until(self, true: Callable[[], bool]) -> None:
        begun = time.monotonic()
        while not true() and time.monotonic() - begun < LONGEST_S:
            self.program.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float = 0.6) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def open(self, name: str, day: str = "20260105") -> None:
        """The study of a sample person."""
        assert self.place.furniture is not None
        rows = self.place.window.worklist.rows.all_rows()
        row = next(row for row in rows if name in row.patient_name and row.study_date == day)
        self.place.furniture.desk.open(row.study_instance_uid)
        self.until(lambda: self.film.view.film is not None)
        self.do("film.tool_window")
        self.rest()

    def do(self, *acts: str) -> None:
        """Each act by the key it has."""
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        from workstation.ui import actions

        for act in acts:
            self.place.window.activateWindow()
            self.until(lambda: QApplication.activeWindow() is self.place.window)
            self.film.view.setFocus()
            pressed = QKeySequence(actions.keys(act)[0])[0]  # type: ignore[index]
            QTest.keyClick(self.film.view, pressed.key(), pressed.keyboardModifiers())
            self.rest(0.2)

    def at(self, across: float, down: float) -> Any:
        """A place of the film's view in parts of its size."""
        from PySide6.QtCore import QPoint

        view = self.film.view
        return QPoint(round(across * view.width()), round(down * view.height()))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        left = Qt.MouseButton.LeftButton
        QTest.mousePress(self.film.view, left, pos=self.at(*start))
        for part in (0.3, 0.6, 1.0):
            place = tuple(one + part * (other - one) for one, other in zip(start, end, strict=True))
            QTest.mouseMove(self.film.view, self.at(*place))
        QTest.mouseRelease(self.film.view, left, pos=self.at(*end))
        self.rest(0.2)

    def click(self, *places: tuple[float, float]) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        for place in places:
            QTest.mouseMove(self.film.view, self.at(*place))
            QTest.mouseClick(self.film.view, Qt.MouseButton.LeftButton, pos=self.at(*place))
            self.rest(0.1)

    def shot(self, widget: QWidget | None = None) -> QImage:
        self.rest(0.4)
        return (widget or self.film).grab().toImage()


def window(sitting: Sitting) -> QImage:
    sitting.open("BORIS")
    sitting.drag((0.5, 0.5), (0.54, 0.47))
    return sitting.shot()


def filters(sitting: Sitting) -> QImage:
    sitting.open("DIANA")
    sitting.do("film.preset_mediastinum", "film.filter_sharpen")
    picture = sitting.shot()
    sitting.do("film.filter_sharpen", "film.reset")
    return picture


def moving(sitting: Sitting) -> QImage:
    from PySide6.QtTest import QTest

    sitting.open("ANNA")
    sitting.do("film.rotate_right")
    QTest.mouseMove(sitting.film.view, sitting.at(0.45, 0.4))
    sitting.do("film.lens")
    QTest.mouseMove(sitting.film.view, sitting.at(0.46, 0.42))
    picture = sitting.shot()
    sitting.do("film.lens", "film.reset")
    return picture


def comparing(sitting: Sitting) -> QImage:
    sitting.open("ANNA")
    sitting.rest(1.0)
    return sitting.shot()


def measuring(sitting: Sitting) -> QImage:
    sitting.open("BORIS")
    sitting.do("film.layout", "measure.length")
    sitting.drag((0.44, 0.2), (0.56, 0.2))
    sitting.do("measure.ellipse")
    sitting.drag((0.26, 0.4), (0.34, 0.5))
    sitting.do("measure.ratio")
    sitting.click((0.365, 0.7), (0.795, 0.73), (0.19, 0.78), (0.81, 0.78))
    sitting.do("film.tool_window")
    picture = sitting.shot()
    sitting.do("film.layout")
    return picture


def pictures(sitting: Sitting) -> QImage:
    sitting.open("CHEN")
    return sitting.shot(sitting.place.window)


def keys(sitting: Sitting) -> QImage:
    from PySide6.QtWidgets import QWidget

    sitting.place.personal.show_keys()
    page = sitting.place.personal.keys
    assert isinstance(page, QWidget)
    page.search.setText("window")
    picture = sitting.shot(page)
    page.hide()
    return picture


def display(sitting: Sitting) -> QImage:
    furniture = sitting.place.furniture
    assert furniture is not None
    sitting.do("view.display_check")
    sitting.until(lambda: furniture.display.window is not None)
    page = furniture.display.window
    picture = sitting.shot(page)
    page.close()
    return picture


PICTURES: dict[str, Callable[[Sitting], QImage]] = {
    made.__name__: made for made in (window, filters, moving, comparing, measuring, pictures, keys, display)
}


def save(picture: QImage, path: Path) -> None:
    """Brought to `SIZE` at most and to few colours."""
    from PIL import Image
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage as Picture

    small = picture.scaled(*SIZE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    small = small if picture.width() > SIZE[0] or picture.height() > SIZE[1] else picture
    plain = small.convertToFormat(Picture.Format.Format_RGB888)
    image = Image.frombuffer(
        "RGB", (plain.width(), plain.height()), bytes(plain.constBits()), "raw", "RGB", plain.bytesPerLine(), 1
    )
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(path, optimize=True)


def _palette() -> Image.Image:
    """Greys for the film, and every colour of the program's own."""
    from PIL import Image

    from workstation.ui.palette import NIGHT

    greys = [round(255 * n / (GREYS - 1)) for n in range(GREYS)]
    named = [getattr(NIGHT, name) for name in NIGHT.__slots__]
    colours = [level for grey in greys for level in (grey,) * 3]
    colours += [int(each[at : at + 2], 16) for each in dict.fromkeys(named) for at in (1, 3, 5)]
    holder = Image.new("P", (1, 1))
    holder.putpalette(colours)
    return holder


def main(folder: Path, names: list[str]) -> int:
    """Take all pictures, or those named."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        sitting = Sitting(Path(home))
        for name in names or list(PICTURES):
            save(PICTURES[name](sitting), folder / f"{name}.png")
            print(name, (folder / f"{name}.png").stat().st_size)
        sitting.place.window.close()
    return 0


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(main(Path(asked[0]) if asked else resources() / "help", asked[1:]))
