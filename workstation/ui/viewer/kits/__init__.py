"""What a reader can do with films, kit by kit; each kit brings its own acts, painters and tools to the pane.

To add one: write it beside `kit.Kit`, name it in KITS, declare its acts in ``ui/acts``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ui.viewer.kits.comparing import Comparing
from workstation.ui.viewer.kits.display import Display
from workstation.ui.viewer.kits.exchange import ExchangeKit
from workstation.ui.viewer.kits.foreign import ForeignKit
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.ui.viewer.kits.moving import Moving
from workstation.ui.viewer.kits.overlaying import Overlaying
from workstation.ui.viewer.kits.planes import Planes
from workstation.ui.viewer.kits.strip import Thumbnails
from workstation.ui.viewer.kits.windowing import Windowing

if TYPE_CHECKING:
    from workstation.ui.viewer.kits.kit import Kit

KITS: tuple[type[Kit], ...] = (
    Moving,
    Planes,
    Display,
    Windowing,
    MeasuringKit,
    ExchangeKit,
    ForeignKit,
    Comparing,
    Overlaying,
    Thumbnails,
)
