"""The tactics that the settings ask for, opened once for a process."""

from datetime import timedelta

from infra.caller_context import CallerContext, HttpCallerContext
from infra.clock import now
from infra.settings import Settings
from infra.speech.openai_client import open_client
from infra.speech.openai_embedder import OpenAIEmbedder
from streams.detection import Detection
from streams.voice.kept_answers import KeptAnswers
from streams.voice.knowing import Lookup, nobody_knows
from streams.voice.providers import Providers
from streams.voice.start import Setup
from streams.voice.tactics import Clean, Tactics, Window
from streams.voice.warming import Warming

EMBED_WITHIN_MS = 150  # a caller waits for it in vain where it finds nothing


def open_tactics(settings: Settings, providers: Providers, detection: Detection) -> Tactics:
    """Open what is switched on; raises InputError."""
    return Tactics(
        answers=_answers(settings), clean=_clean(detection), small=providers.small_language_model,
        window=Window(settings.window_messages, settings.window_tokens, settings.window_summary),
        lookup=_lookup(settings), warming=Warming() if settings.warm_connections else None,
        phrases=settings.stream_phrases, interims=settings.act_on_interims, rail=settings.output_rail,
    )


def looked_up(context: CallerContext) -> Lookup:
    """Ask by the caller's pseudonym; who hides her number is not asked for."""

    async def lookup(setup: Setup) -> tuple[str, ...]:
        if setup.caller is None:
            return ()
        return await context.facts(tenant=setup.tenant, call_id=setup.call_id, caller=setup.caller)

    return lookup


def _answers(settings: Settings) -> KeptAnswers | None:
    if settings.answer_cache == "off":
        return None
    embedder = None
    if settings.answer_cache == "similar":
        client = open_client(
            base_url=settings.models_url, api_key=settings.models_key.get_secret_value(), timeout_ms=EMBED_WITHIN_MS
        )
        embedder = OpenAIEmbedder(
            client, model=settings.embedding_model, region=settings.provider_region, timeout_ms=EMBED_WITHIN_MS
        )
    return KeptAnswers(
        now=now, ttl=timedelta(seconds=settings.answer_cache_ttl_s), embedder=embedder,
        most=settings.answer_cache_size, threshold=settings.answer_cache_threshold,
    )


def _clean(detection: Detection) -> Clean:
    async def clean(text: str, language: str) -> bool:
        return not await detection.detect(text, context=None, language=language)

    return clean


def _lookup(settings: Settings) -> Lookup:
    if settings.caller_context_url is None:
        return nobody_knows
    return looked_up(HttpCallerContext(
        url=settings.caller_context_url, timeout_ms=settings.caller_context_timeout_ms,
        key=settings.caller_context_key,
    ))
