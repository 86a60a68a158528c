"""Reads which providers a process may ask, port by port and in order: YAML (or JSON) named by CALLWARDEN_PROVIDERS."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, TypeAdapter, model_validator

from governance.errors import InputError
from infra import yaml_file
from infra.settings import Settings, secret_of
from infra.speech.chat_dialects import LONGEST_ANSWER_TOKENS
from infra.speech.links import WHOLE_MS
from schemas.base import Frozen
from schemas.residency import Place
from schemas.speech import Thinking

BEHIND_PIPECAT = ("soniox", "speechmatics", "cartesia", "elevenlabs", "inworld")
Bound = Annotated[int, Field(ge=50, le=600_000)]


class KeyReference(Frozen):
    """Where a key is kept; never the key."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _one(self) -> "KeyReference":
        if (self.env is None) == (self.file is None):
            raise ValueError("name an environment variable (env) or a file (file)")
        return self

    def read(self) -> SecretStr:
        """Give the key; raises InputError that names where it was looked for."""
        if self.env is not None:
            found = secret_of(self.env)
            if found is None:
                raise InputError(f"{self.env} is not set; it holds the key of a provider")
            return found
        try:
            return SecretStr(Path(self.file or "").read_text(encoding="utf-8").strip())
        except OSError as error:
            raise InputError(f"{self.file}: {error.strerror}; it holds the key of a provider") from None
        except UnicodeDecodeError:
            raise InputError(f"{self.file}: not UTF-8; it holds the key of a provider") from None


class Entry(Frozen):
    """One provider of a chain: `name` is who computes, as a policy and a call's record name it."""

    name: Place
    kind: str
    model: str
    region: Place
    url: str | None = None
    voice: str | None = None
    key: KeyReference | None = None
    first_ms: Bound = Field(default=2_000, description="until the first piece of an answer, and between two pieces")
    whole_ms: Bound = Field(default=WHOLE_MS, description="for a whole answer")
    thinking: Thinking | None = Field(default=None, description="how long a language model may think; absent: not sent")
    answer_tokens: int = Field(default=LONGEST_ANSWER_TOKENS, ge=16, le=8_000, description="thinking included")


class Keyed(Frozen):
    """An entry with its key, in memory only."""

    entry: Entry
    key: SecretStr | None = None


class Chains(Frozen):
    """The chain of each port, best first; with `speech_to_speech` the others serve where it does not."""

    speech_to_text: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=10)]
    language_model: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=10)]
    text_to_speech: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=10)]
    speech_to_speech: Annotated[tuple[Entry, ...], Field(max_length=10)] = ()
    small_language_model: Annotated[tuple[Entry, ...], Field(max_length=10)] = ()  # asked first for what is simple


class KeyedChains(Frozen):
    """The chains with their keys."""

    speech_to_text: tuple[Keyed, ...]
    language_model: tuple[Keyed, ...]
    text_to_speech: tuple[Keyed, ...]
    speech_to_speech: tuple[Keyed, ...] = ()
    small_language_model: tuple[Keyed, ...] = ()


_FILE = TypeAdapter(Chains)


def read_chains(path: Path) -> Chains:
    """Read a file; raises InputError that names the key that is wrong."""
    return yaml_file.read(path, _FILE, named_by="CALLWARDEN_PROVIDERS").content


def chains_of(settings: Settings) -> KeyedChains:
    """Give the file's chains with their keys, or chains of one from the single settings; raises InputError."""
    if settings.providers is not None:
        read = read_chains(settings.providers)
        return KeyedChains(
            speech_to_text=tuple(_keyed(one, settings) for one in read.speech_to_text),
            language_model=tuple(_keyed(one, settings) for one in read.language_model),
            text_to_speech=tuple(_keyed(one, settings) for one in read.text_to_speech),
            speech_to_speech=tuple(_keyed(one, settings) for one in read.speech_to_speech),
            small_language_model=tuple(_keyed(one, settings) for one in read.small_language_model),
        )
    return KeyedChains(
        speech_to_text=(_single(settings, settings.speech_to_text, settings.transcription_model),),
        language_model=(_single(settings, "openai", settings.chat_model),),
        text_to_speech=(_single(settings, settings.text_to_speech, settings.speech_model),),
        small_language_model=(_single(settings, "openai", settings.small_chat_model),)
        if settings.small_chat_model is not None else (),
    )


def _keyed(entry: Entry, settings: Settings) -> Keyed:
    if entry.kind == "local" and entry.url is None:
        return Keyed(entry=entry.model_copy(update={"url": settings.models_url}), key=settings.models_key)
    return Keyed(entry=entry, key=entry.key.read() if entry.key is not None else None)


def _single(settings: Settings, kind: str, model: str) -> Keyed:
    url: str | None = settings.models_url
    key: SecretStr | None = settings.models_key
    if kind == "deepgram":
        url, key = settings.deepgram_url, settings.deepgram_key
    elif kind in BEHIND_PIPECAT:
        url, key = settings.vendor_url, settings.vendor_key
    entry = Entry(
        name=kind, kind=kind, model=model, region=settings.provider_region, voice=settings.speech_voice, url=url,
        first_ms=settings.provider_timeout_ms, whole_ms=max(WHOLE_MS, 5 * settings.provider_timeout_ms),
    )
    return Keyed(entry=entry, key=key)
