"""What leaves the film pane: pictures, prints, DICOM; and what the reader is told before it does."""
