"""What the reader sees: the only home of Qt (``export.page`` alone prints with QtGui)."""
