"""Runs the local models: `python -m infra.local_models --host 127.0.0.1 --port 8090`."""

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    """Serves until told to stop; 1 when the models cannot be loaded or the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m infra.local_models", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--pace-ms", type=int, default=0, help="pause between streamed tokens of the scripted dialogue")
    parser.add_argument("--script", type=Path, action="append", default=[], help="one more dialogue, a YAML file")
    arguments = parser.parse_args()
    # Read by the BLAS library when numpy is imported, which is why the server is imported after it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from infra.local_models.server import serve

    try:
        serve(arguments.host, arguments.port, pace_ms=arguments.pace_ms, scripts=arguments.script)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"the local models cannot be served: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
