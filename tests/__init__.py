"""The checks of the house; `tests.synthetic` makes the films they stand on."""
