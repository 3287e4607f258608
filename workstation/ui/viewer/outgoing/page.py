"""A view's film becomes one page: its picture, who and when above, how it is shown below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workstation.ui.viewer.facts import examination_lines, patient_lines, turned_words, window_line
from workstation.ui.viewer.outgoing.portrait import Wish, expose, printed
from workstation.ui.viewer.outgoing.printing import Sheet

if TYPE_CHECKING:
    from workstation.ui.viewer.film_view import FilmView


def page_of(view: FilmView) -> Sheet:
    """A page for one film: who and when above, how it is windowed below."""
    film, shown = view.film, view.presentation
    assert film is not None and shown is not None
    exposed = expose(view, Wish())
    assert not isinstance(exposed, np.ndarray)
    who = patient_lines(film.instance, view.legend.date_format)
    what = examination_lines(film.instance, view.legend.date_format)
    turned = turned_words(view.orientation, view.legend.turned_by)
    below = [window_line(shown, film.colour is not None), turned, view.picture.enhancement if view.picture else ""]
    return Sheet(
        printed(exposed), "   ".join(each for each in (*who, *what[:2]) if each), "   ".join(b for b in below if b)
    )
