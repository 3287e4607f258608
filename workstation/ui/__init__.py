"""What the reader sees: the only home of Qt (``export.page`` alone prints with QtGui)."""

from workstation.ui.immortal import keep_constants

keep_constants()
