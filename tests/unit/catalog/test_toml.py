"""What is written as TOML is read back equal by the standard library."""

import datetime
import tomllib

from workstation.catalog import toml

ODD = {
    "text": 'quote " backslash \\ line\nnew\ttab \x7f \x00 \u2028 é 모델',
    "numbers": [1, -2, 1.5, 1e300, 1e-7],
    "flags": [True, False],
    "day": datetime.date(2026, 1, 2),
    "instant": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
    "runs": [{"name": "a b", "loss": 0.5}, {"deep": {"x": []}}],
    "table": {"a.b": 1, "": 2, "empty": {}, "inner": {"spaced key": "v"}},
    "last": "after a table",
}


def test_every_kind_of_value_comes_back():
    assert tomllib.loads(toml.dumps(ODD)) == ODD


def test_what_is_undefined_is_left_out():
    assert tomllib.loads(toml.dumps({"a": None, "b": 1})) == {"b": 1}
