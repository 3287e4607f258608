"""Run as a program of its own: one small DICOM file becomes its raw pixels on stdout.

gdcm ends its whole process on damaged JPEG data, so it never runs in ours. Knows gdcm and nothing of this
program. Called with the folder that holds gdcm and the file; answers "bits signed samples", a line end, the bytes.
"""

import sys


def main(folder: str, path: str) -> int:
    """Returns 1 when gdcm cannot read the file."""
    sys.path.append(folder)
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    if not reader.Read():
        return 1
    image = reader.GetImage()
    form = image.GetPixelFormat()
    pixels = image.GetBuffer().encode("utf-8", "surrogateescape")
    facts = f"{form.GetBitsAllocated()} {form.GetPixelRepresentation()} {form.GetSamplesPerPixel()}\n"
    sys.stdout.buffer.write(facts.encode() + pixels)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
