"""Settings survive the file, and a bad file costs no more than its bad lines."""

import pytest

from workstation.errors import SettingsError
from workstation.paths import Home
from workstation.settings import SETTINGS, Settings, load_settings


def test_every_value_survives_the_file(tmp_path):
    home = Home(tmp_path)
    settings = (
        Settings({})
        .with_value("reader_name", 'Dr. "Ü" \\ 김\n')
        .with_value("drag_sensitivity", 2)
        .with_value("ask_grade", False)
    )
    settings.save(home)
    loaded = load_settings(home)
    assert (loaded["reader_name"], loaded["drag_sensitivity"], loaded["ask_grade"]) == ('Dr. "Ü" \\ 김\n', 2.0, False)
    assert loaded["reveal"] == "at once"
    assert loaded.problems == ()


def test_one_bad_line_costs_that_line(tmp_path):
    (tmp_path / "settings.toml").write_text('reveal = "never heard of"\nidle_after_s = 30\nfuture = "kept"\n')
    loaded = load_settings(Home(tmp_path))
    assert loaded["reveal"] == "at once"
    assert loaded["idle_after_s"] == 30
    assert len(loaded.problems) == 1
    loaded.save(Home(tmp_path))
    assert 'future = "kept"' in (tmp_path / "settings.toml").read_text()


def test_a_damaged_file_is_told_and_not_fatal(tmp_path):
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe = [")
    assert load_settings(Home(tmp_path)).problems


@pytest.mark.parametrize(
    ("name", "value"),
    [("reveal", "x"), ("idle_after_s", 1), ("ask_grade", "yes"), ("nothing", 1), ("idle_after_s", True)],
)
def test_wrong_values_are_refused_with_a_remedy(name, value):
    with pytest.raises(SettingsError) as caught:
        Settings({}).with_value(name, value)
    assert caught.value.remedy


def test_every_setting_explains_itself():
    assert all(setting.help.endswith(".") and setting.group for setting in SETTINGS)
