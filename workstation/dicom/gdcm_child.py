"""Run as a program of its own: small DICOM files become uncompressed ones, one after another.

gdcm ends its whole process on damaged JPEG data, so it never runs in ours. Knows gdcm and nothing of this
program. Called with the folder that holds gdcm; each line on stdin is a file and, after a tab, where to write its
pixels; answers "bits signed samples planar", or an empty line for what gdcm cannot read.
"""

import sys


def main(folder: str) -> int:
    """Serve until stdin ends."""
    sys.path.append(folder)
    import gdcm

    raw = gdcm.TransferSyntax(gdcm.TransferSyntax.ExplicitVRLittleEndian)
    for line in sys.stdin:
        source, _, target = line.rstrip("\n").partition("\t")
        print(unpack(gdcm, raw, source, target), flush=True)
    return 0


def unpack(gdcm, raw, source, target):  # type: ignore[no-untyped-def]  # its names come with the folder
    """Write the pixels; through a file, because gdcm hands bytes to Python as text, which takes as long again."""
    reader = gdcm.ImageReader()
    reader.SetFileName(source)
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(raw)
    if not reader.Read():
        return ""
    change.SetInput(reader.GetImage())
    if not change.Change():
        return ""
    image = change.GetOutput()
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(image)
    writer.SetFileName(target)
    form = image.GetPixelFormat()
    facts = (form.GetBitsAllocated(), form.GetPixelRepresentation(), form.GetSamplesPerPixel())
    return " ".join(str(fact) for fact in (*facts, image.GetPlanarConfiguration())) if writer.Write() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
