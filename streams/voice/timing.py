"""Asks a voice for a phrase, with the times of its words where the voice knows them."""

from collections.abc import AsyncGenerator

from infra.speech.ports import Samples, TextToSpeech, TimesWords
from schemas.turns import Word
from streams.voice.spoken import Phrase


async def audio_of(voice: TextToSpeech, phrase: Phrase) -> AsyncGenerator[Samples, None]:
    """Give the phrase's audio; its words get their times as they come."""

    def timed(words: tuple[Word, ...]) -> None:
        phrase.words = words

    text = phrase.text.strip()
    audio = voice.speak_timed(text, timed=timed) if isinstance(voice, TimesWords) else voice.speak(text)
    async for samples in audio:
        yield samples
