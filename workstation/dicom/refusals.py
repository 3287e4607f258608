"""Every reason a file is not taken as a film: a stable code becomes two plain sentences.

Never names the file, a value of it or what a library said: any of them may hold a patient's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workstation.errors import FilmRefused

_SEND_AGAIN = "Send or export the film again from where it came from."

REASONS: dict[str, tuple[str, str]] = {
    "missing": ("There is no such file.", "Check the path, or whether the disk or network folder is connected."),
    "folder": ("This is a folder, not a film.", "Choose the files in it, or import the folder as a whole."),
    "unreadable": ("The file cannot be read from the disk.", "Check its permissions and the disk, then try again."),
    "empty": ("The file is empty (0 bytes).", _SEND_AGAIN),
    "not_dicom": (
        "The file is neither DICOM nor a picture this program reads.",
        "Choose a DICOM, PNG, JPEG, TIFF or BMP file.",
    ),
    "truncated": ("The file ends before its film does: part of it is missing.", _SEND_AGAIN),
    "malformed": ("The file is damaged: its header cannot be read.", _SEND_AGAIN),
    "not_a_film": (
        "This DICOM object is no picture (for example a report, a directory or a worklist item).",
        "Choose the film itself; nothing is lost by leaving this file out.",
    ),
    "not_a_state": (
        "This DICOM object is no presentation state that is read here.",
        "Ask the sender for a grayscale softcopy presentation state.",
    ),
    "not_companion": (
        "This DICOM object is neither a presentation state, a measurement report nor a selection of key images.",
        "Nothing is lost by leaving this file out.",
    ),
    "too_complex": ("The object draws or says far more than any film needs, so it is not read.", _SEND_AGAIN),
    "no_pixels": ("The header describes a film, but there is no picture in the file.", _SEND_AGAIN),
    "zero_size": ("The film has no rows or no columns.", _SEND_AGAIN),
    "too_large": (
        "The film claims to be larger than 100 megapixels a picture, more than any radiograph.",
        "If it is real, have the sender split or reduce it; otherwise the file is damaged.",
    ),
    "bomb": (
        "The file would unpack to far more than it can honestly hold.",
        "Do not use this file; ask for the film again from a source you trust.",
    ),
    "lying_header": (
        "The header and the picture contradict each other, so the film cannot be shown safely.",
        _SEND_AGAIN,
    ),
    "unsupported_transfer_syntax": (
        "The film is compressed in a way this program does not read.",
        "Ask the sender for it uncompressed, or as JPEG Lossless, JPEG-LS, JPEG 2000 or RLE.",
    ),
    "unsupported_pixels": (
        "The film stores its grey values in a form this program does not show (floating point or over 16 bit).",
        "Ask the sender for a film of at most 16 bits a pixel.",
    ),
    "decode_failed": ("The compressed picture is damaged and cannot be unpacked.", _SEND_AGAIN),
    "no_such_frame": ("The film has no picture of that number.", "Choose a frame that the film has."),
    "memory": ("There is not enough memory free to open this film.", "Close other programs and try again."),
}


def refusal(code: str) -> FilmRefused:
    """The refusal of that code, ready to raise."""
    message, remedy = REASONS[code]
    return FilmRefused(message, remedy, code)


@contextmanager
def foreign_parser(code: str) -> Iterator[None]:
    """Whatever a library throws at damaged bytes becomes the refusal ``code``.

    The cause is dropped on purpose (``from None``): a parser's message quotes values, and values hold names.
    """
    try:
        yield
    except FilmRefused:
        raise
    except MemoryError:
        raise refusal("memory") from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # pydicom throws nearly everything, and a panic of a Rust codec is no Exception
        raise refusal(code) from None
