"""Speed and memory beside a peer in the same run; never part of pytest. `python -m tests.benchmarks` runs them."""
