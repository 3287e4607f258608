"""Anatomy drawn in centimetres: what `tests.synthetic` makes films of. It knows no DICOM and no room."""
