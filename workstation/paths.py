"""Where things lie: the user's home folder and the parts that ship with the program.

Knows folder names only; it creates nothing but the home's own folders.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from workstation.errors import WorkstationError

PROGRAM = Path(__file__).resolve().parent.parent
HOME_VARIABLE = "CXR_WORKSTATION_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """One user's store, inbox, models, logs and settings under one folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "store.sqlite"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.toml"

    def create(self) -> Home:
        """Make the folders; raises `WorkstationError` when the disk refuses."""
        try:
            for folder in (self.root, self.inbox, self.models, self.logs, self.cache):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkstationError(
                f"The home folder {self.root} cannot be created ({error.strerror}).",
                "Free the disk, change its permissions, or choose another folder with --home.",
                "home",
            ) from error
        return self


def resolve_home(given: str | None = None) -> Home:
    """``--home``, else CXR_WORKSTATION_HOME, else the platform's data folder."""
    if given or os.environ.get(HOME_VARIABLE):
        return Home(Path(given or os.environ[HOME_VARIABLE]).expanduser().absolute())
    import platformdirs

    return Home(Path(platformdirs.user_data_dir("cxr-workstation", appauthor=False)))


def bundled_models() -> Path:
    """``models/`` of the program."""
    return PROGRAM / "models"


def samples() -> Path:
    """``resources/samples/`` of the program."""
    return PROGRAM / "resources" / "samples"


def resources() -> Path:
    """``resources/`` of the program."""
    return PROGRAM / "resources"
