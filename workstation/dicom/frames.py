"""One frame of several becomes pixel data of its own, so that stepping through a film costs a frame and not the film.

Where a file does not say which of its fragments belong to which frame, all of them are handed on.
"""

from __future__ import annotations

import dataclasses

from pydicom.encaps import encapsulate

from workstation.dicom.codestream import frame_size
from workstation.dicom.fragments import beginning, fragments
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.soundness import NATIVE, native_frame_bytes
from workstation.dicom.source import UNDEFINED_LENGTH, Source


def counted(source: Source, instance: Instance) -> tuple[Instance, list[str]]:
    """The record with no more frames than the file has fragments for, and what was corrected."""
    if instance.number_of_frames == 1:
        return instance, []
    there = len(fragments(source))
    if instance.number_of_frames <= there:
        return instance, []
    return dataclasses.replace(instance, number_of_frames=there), [
        f"The header promises {instance.number_of_frames} pictures, the file holds {there}."
    ]


def pixel_data(source: Source, instance: Instance, frame: int) -> tuple[bytes, Instance, int]:
    """Pixel data, the record that describes it, and where in it the frame now is.

    Raises
    ------
    FilmRefused
        truncated, lying_header when the frame's own fragment says another size than the film.
    """
    if instance.number_of_frames == 1:
        return source.pixel_bytes(), instance, 0
    alone = dataclasses.replace(instance, number_of_frames=1)
    if source.transfer_syntax_uid in NATIVE and source.pixel_length != UNDEFINED_LENGTH:
        start, size = frame * native_frame_bytes(instance), native_frame_bytes(instance)
        even = start % 2 == 0  # bytes may be swapped in pairs
        return (source.pixel_bytes(start, size), alone, 0) if even else (source.pixel_bytes(), instance, frame)
    places = fragments(source)
    if len(places) != instance.number_of_frames:
        return source.pixel_bytes(), instance, frame
    data = beginning(source, places[frame], places[frame][1])
    if frame_size(data[:65536]) not in (None, (instance.rows, instance.columns)):
        raise refusal("lying_header")
    return encapsulate([data]), alone, 0
