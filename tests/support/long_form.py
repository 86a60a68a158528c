"""How often a fault is tried: a few times in the whole suite, many times in `make faults`."""

import os


def rounds(short: int, long: int) -> int:
    """Choose by FAULTS=long, which `make faults` sets."""
    return long if os.environ.get("FAULTS") == "long" else short
