"""Opens ONNX models that other packages carry, without importing those packages."""

import importlib.util
from pathlib import Path

import onnxruntime as ort


class MissingModel(RuntimeError):
    """Says which package has to be installed for a model to be there."""


def packaged_file(package: str, relative: str) -> Path:
    """Finds a data file of an installed package; the package's own code does not run."""
    spec = importlib.util.find_spec(package)
    for root in (spec.submodule_search_locations or []) if spec else []:
        path = Path(root) / relative
        if path.is_file():
            return path
    raise MissingModel(f"{relative} is not installed (it comes with the package {package})")


def open_session(model: Path | bytes, *, threads: int) -> ort.InferenceSession:
    """Loads a model, from a file or as it is, for the CPU; its threads sleep while there is nothing to do."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = model if isinstance(model, bytes) else str(model)
    return ort.InferenceSession(source, sess_options=options, providers=["CPUExecutionProvider"])
