"""Trains one run in a process of its own: `python -m core.training RUN_DIR`."""
