"""A film's record comes back from the store as it went in, and older rows are read with today's defaults."""

from __future__ import annotations

import dataclasses
import json

from workstation.dicom.records import Instance, LookupTable, Window
from workstation.storage import studies
from workstation.storage.store import Store

FILM = Instance(
    path="film.dcm",
    kind="dicom",
    sop_instance_uid="2.25.1",
    sop_class_uid="",
    transfer_syntax_uid="",
    study_instance_uid="2.25.2",
    series_instance_uid="2.25.3",
    patient_orientation=("L", "F"),
    windows=(Window(100.0, 50.0, explanation="LUNG"),),
    voi_luts=(LookupTable(0, 8, (0, 255)),),
    presentation_lut=LookupTable(0, 8, (0, 200, 255)),
    pixel_spacing_mm=(0.1, 0.2),
    lossy_image_compression_ratio=(12.0,),
    lossy_image_compression_method=("ISO_10918_1",),
    warnings=("A sentence.",),
)


def test_a_record_comes_back_as_it_went_in(home):
    store = Store.open(home)
    with store.transaction():
        studies.add_film(store, FILM, "0" * 64)
    (found,) = studies.instances(store, FILM.study_instance_uid)
    assert dataclasses.replace(found, path=FILM.path) == FILM
    store.close()


def test_an_older_row_lacks_fields_and_is_read(home):
    store = Store.open(home)
    with store.transaction():
        studies.add_film(store, FILM, "0" * 64)
        (row,) = store.rows("SELECT header FROM instance", [])
        older = {name: value for name, value in json.loads(row["header"]).items() if "presentation" not in name}
        store.execute("UPDATE instance SET header = ?", [json.dumps(older)])
    (found,) = studies.instances(store, FILM.study_instance_uid)
    assert found.presentation_lut is None and found.windows == FILM.windows
    store.close()
