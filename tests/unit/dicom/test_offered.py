"""Every transfer syntax that is read has a decoder with a name."""

from workstation.dicom.offered import offered
from workstation.dicom.soundness import ENCAPSULATED, NATIVE


def test_every_syntax_that_is_read_has_a_decoder():
    found = offered()
    assert set(found) == NATIVE | ENCAPSULATED
    assert all(found.values())
