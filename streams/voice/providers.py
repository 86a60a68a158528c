"""The chains of speech and language providers that the settings name, opened once and shared by a process's calls."""

from dataclasses import dataclass

from infra.provider_chains import chains_of
from infra.settings import Settings
from infra.speech.kinds import CONVERSES, HEARS, SPEAKS, WRITES, open_chain
from infra.speech.links import Link
from infra.speech.ports import LanguageModel, SpeechToSpeech, SpeechToText, TextToSpeech


@dataclass(frozen=True, slots=True)
class Providers:
    """What a process speaks with, best first."""

    speech_to_text: tuple[Link[SpeechToText], ...]
    text_to_speech: tuple[Link[TextToSpeech], ...]
    language_model: tuple[Link[LanguageModel], ...]
    speech_to_speech: tuple[Link[SpeechToSpeech], ...] = ()
    small_language_model: tuple[Link[LanguageModel], ...] = ()

    async def close(self) -> None:
        """Give connections back."""
        heard = (self.speech_to_text, self.text_to_speech, self.speech_to_speech)
        for links in (*heard, self.language_model, self.small_language_model):
            for link in links:
                await link.port.close()


def open_providers(settings: Settings) -> Providers:
    """Open what the settings name; raises InputError for a name that nobody has, or a key that is not there."""
    chains = chains_of(settings)
    return Providers(
        open_chain(chains.speech_to_text, HEARS, port="speech_to_text"),
        open_chain(chains.text_to_speech, SPEAKS, port="text_to_speech"),
        open_chain(chains.language_model, WRITES, port="language_model"),
        open_chain(chains.speech_to_speech, CONVERSES, port="speech_to_speech"),
        open_chain(chains.small_language_model, WRITES, port="small_language_model"),
    )
