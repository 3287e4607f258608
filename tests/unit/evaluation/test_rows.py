"""Tables of any making: what can be read is read, what cannot is said with a remedy."""

import pytest

from workstation.errors import EvaluationError
from workstation.evaluation.rows import LONGEST_CELL, read_rows


def rows(path, content, required=("image", "labels")):
    path.write_bytes(content)
    return [row for row in read_rows(path, required) if row.line]


@pytest.mark.parametrize(
    "content",
    [
        b"image,labels\na.png,edema;mass\n",
        b"\xef\xbb\xbfimage,labels\r\na.png,edema;mass\r\n",
        b'image;labels\na.png;"edema;mass"\n',
        b"image\tlabels\na.png\tedema;mass\n",
        b"\n Image , LABELS \na.png,edema;mass\n\n",
        b'labels,image,other\n"edema;mass",a.png,"x\ny, z"\n',
    ],
    ids=["plain", "mark and Windows ends", "Excel's semicolons", "tabs", "capitals and blanks", "line break in a cell"],
)
def test_what_programs_write_is_read(tmp_path, content):
    (row,) = rows(tmp_path / "x.csv", content)
    assert (row.cells["image"], row.cells["labels"], row.problem) == ("a.png", "edema;mass", "")


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", "empty_file", "empty"),
        (b"\n\n", "empty_file", "empty"),
        (b"image,text\na,b\n", "columns", "labels"),
        (b"image,labels,Image\na,b,c\n", "columns", "twice"),
        ("image,labels\na,b\n".encode("utf-16"), "encoding", "UTF-8"),
        ("image,läbels\na,b\n".encode("latin-1"), "encoding", "UTF-8"),
        (b"\0\0\1\2", "encoding", "UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, content, code, word):
    with pytest.raises(EvaluationError) as refused:
        rows(tmp_path / "x.csv", content)
    assert refused.value.code == code and word in str(refused.value) and refused.value.remedy


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(EvaluationError):
            list(read_rows(path, ("image",)))


def test_a_bad_row_spoils_no_other(tmp_path):
    content = b"image,labels\ngood,edema\n"
    content += "bad,ödem\n".encode("latin-1") + b"nul,ede\0ma\nshort\nlong,edema,x\n"
    content += b'huge,"' + b"x" * (LONGEST_CELL + 9) + b'"\nlast,edema\n'
    found = rows(tmp_path / "x.csv", content)
    problems = {row.cells.get("image", "huge"): row.problem for row in found}
    assert problems["good"] == problems["last"] == ""
    assert "UTF-8" in problems["bad"] and "NUL" in problems["nul"]
    assert "fewer" in problems["short"] and "more" in problems["long"] and "too long" in problems["huge"]


def test_an_open_quotation_mark_ends_in_a_reason_not_in_memory(tmp_path):
    found = rows(tmp_path / "x.csv", b'image,labels\na,"edema\n' + b"b,mass\n" * 300_000)
    assert any("quotation" in row.problem for row in found)
