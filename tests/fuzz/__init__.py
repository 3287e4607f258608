"""Films damaged on purpose, each shown in a process of its own: no crash, no hang, no blank lie.

`python -m tests.fuzz --files 10000 --seed 1` is the large run; a small one is part of the tests.
"""
