"""The local models as a process of their own, one for a test session."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STOP_S = 30


@pytest.fixture(scope="session")
def local_models() -> Iterator[str]:
    """Start the real models; gives the base URL."""
    command = [sys.executable, "-m", "infra.local_models", "--port", "0"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        yield line.removeprefix("ready ").strip()
    finally:
        process.terminate()
        process.wait(timeout=STOP_S)
