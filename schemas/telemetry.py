"""Registry of span names and attributes (OpenTelemetry messaging, GenAI and CloudEvents conventions).

What is not here is not exported; what is marked `pii` is known, and never exported either. Renders docs/telemetry.md.
"""

from pathlib import Path
from typing import Self

PAGE = Path("docs/telemetry.md")


class SpanName(str):
    """First word of a span's name; the rest names its object, e.g. `process call.raw`."""

    about: str

    def __new__(cls, word: str, about: str) -> Self:
        """Name a kind of span."""
        made = super().__new__(cls, word)
        made.about = about
        return made


class Attribute(str):
    """Key of an attribute; `pii` says that its value could tell about a person."""

    about: str
    pii: bool

    def __new__(cls, key: str, about: str, *, pii: bool = False) -> Self:
        """Name an attribute."""
        made = super().__new__(cls, key)
        made.about = about
        made.pii = pii
        return made


# Spans
SEND = SpanName("send", "records handed to the broker; object: the topic")
PROCESS = SpanName("process", "one record answered by one room; object: the topic it came from")
TURN = SpanName("turn", "one turn of a call, from the caller's first word to the last sample played")
CALL = SpanName("call", "a live call from its first to its last record")
CHAT = SpanName("chat", "a language model asked; object: the model")
SPEECH_TO_TEXT = SpanName("speech_to_text", "speech transcribed; object: the model")
TEXT_TO_SPEECH = SpanName("text_to_speech", "text spoken; object: the model")
REALTIME_INFERENCE = SpanName("realtime_inference", "a speech-to-speech session; object: the model")
EMBEDDINGS = SpanName("embeddings", "text embedded; object: the model")
APPLY_GUARDRAIL = SpanName("apply_guardrail", "policy asked before speech; object: the component")
REQUEST = SpanName("request", "one HTTP request served; object: the route")

# Every span
ERROR_TYPE = Attribute("error.type", "kind of failure: the name of an error class, never its message")
CONVERSATION_ID = Attribute("gen_ai.conversation.id", "the call id")
TENANT = Attribute("callwarden.tenant", "whose call it is")
ROOM = Attribute("callwarden.room", "the room that answered")
TURN_NUMBER = Attribute("callwarden.turn", "the turn, counted from 1; 0 is before the first")
EXCEPTION_TYPE = Attribute("exception.type", "class of an exception")
EXCEPTION_MESSAGE = Attribute("exception.message", "message of an exception", pii=True)
EXCEPTION_STACKTRACE = Attribute("exception.stacktrace", "its stack", pii=True)

# Messaging
MESSAGING_SYSTEM = Attribute("messaging.system", "`kafka`")
MESSAGING_OPERATION_NAME = Attribute("messaging.operation.name", "`send` or `process`")
MESSAGING_OPERATION_TYPE = Attribute("messaging.operation.type", "`send` or `process`")
MESSAGING_DESTINATION = Attribute("messaging.destination.name", "the topic")
MESSAGING_PARTITION = Attribute("messaging.destination.partition.id", "the partition")
MESSAGING_OFFSET = Attribute("messaging.kafka.offset", "the offset")
MESSAGING_BATCH_COUNT = Attribute("messaging.batch.message_count", "records of a batch")
MESSAGING_BODY_SIZE = Attribute("messaging.message.body.size", "bytes of the value")
MESSAGING_KEY = Attribute("messaging.kafka.message.key", "the key a record was sent under", pii=True)

# CloudEvents
EVENT_ID = Attribute("cloudevents.event_id", "id of the event")
EVENT_TYPE = Attribute("cloudevents.event_type", "its type")
EVENT_SOURCE = Attribute("cloudevents.event_source", "a channel's own address, which may name a number", pii=True)

# Generative models
OPERATION_NAME = Attribute("gen_ai.operation.name", "what was asked for, the span's first word")
PROVIDER_NAME = Attribute("gen_ai.provider.name", "who computed it")
REQUEST_MODEL = Attribute("gen_ai.request.model", "the model asked for")
REQUEST_STREAM = Attribute("gen_ai.request.stream", "whether the answer was streamed")
RESPONSE_MODEL = Attribute("gen_ai.response.model", "the model that answered")
RESPONSE_ID = Attribute("gen_ai.response.id", "the provider's id of the answer")
FINISH_REASONS = Attribute("gen_ai.response.finish_reasons", "why the model stopped")
FIRST_CHUNK_S = Attribute("gen_ai.response.time_to_first_chunk", "seconds until the first part of the answer")
INPUT_TOKENS = Attribute("gen_ai.usage.input_tokens", "tokens read")
OUTPUT_TOKENS = Attribute("gen_ai.usage.output_tokens", "tokens written")
OUTPUT_TYPE = Attribute("gen_ai.output.type", "`text` or `speech`")
SPEECH_VOICE = Attribute("gen_ai.speech.voice", "the voice that spoke")
INPUT_MESSAGES = Attribute("gen_ai.input.messages", "what was said to the model", pii=True)
OUTPUT_MESSAGES = Attribute("gen_ai.output.messages", "what it answered", pii=True)
SYSTEM_INSTRUCTIONS = Attribute("gen_ai.system_instructions", "what it was told to be", pii=True)
GUARDRAIL_NAME = Attribute("gen_ai.guardrail.component.name", "the component that was asked")
GUARDRAIL_RESULT = Attribute("gen_ai.guardrail.result.type", "what it found")
GUARDRAIL_RULE = Attribute("gen_ai.guardrail.policy.rule.id", "the rule that fired")
POLICY_VERSION = Attribute("gen_ai.guardrail.policy.version", "version of the policy")

# The voice session
PROVIDER_REGION = Attribute("callwarden.provider.region", "where a provider computes")
FALLBACK = Attribute("callwarden.fallback", "what the caller got instead of a provider that failed")
ATTEMPT = Attribute("callwarden.attempt", "which try it was, counted from 1")
AUDIO_MS = Attribute("callwarden.audio_ms", "audio heard or made, milliseconds")
PLAYED_MS = Attribute("callwarden.played_ms", "audio played to the caller, milliseconds")
INTERRUPTED = Attribute("callwarden.interrupted", "whether the caller took the floor")
CACHED = Attribute("callwarden.cached", "whether the answer came from the response cache")
CACHE_MATCH = Attribute("callwarden.cache_match", "`exact`, `similar`, `miss`, or `model`: not looked up")
ROUTE = Attribute("callwarden.route", "which language model was asked first: `small` or `large`")
ROUTE_REASON = Attribute("callwarden.route_reason", "why, one of a fixed few")
ESCALATED = Attribute("callwarden.escalated", "whether the small model did not know, and the large one was asked")
SUMMARISED = Attribute("callwarden.summarised", "sentences of the call that the model saw as a summary only")
CALLER_CONTEXT = Attribute("callwarden.caller_context", "`loaded`, `nothing`, `asked` (not there yet), `failed`, `off`")
WARMED = Attribute("callwarden.warmed", "whether connections were opened at the start of the call")
BY_PHRASE = Attribute("callwarden.by_phrase", "whether the answer was spoken phrase by phrase")
END_OF_TURN = Attribute(
    "callwarden.end_of_turn", "by which sign the turn was over: `finished`, `sounds_unfinished`, `digits`, `ceiling`, "
    "`recogniser`, or `urgent`: somebody may be in danger"
)
ON_INTERIMS = Attribute("callwarden.on_interims", "whether redaction began before the end of the turn")
SIGNS = Attribute("callwarden.signs", "sentences or tones that filled the wait for the answer")
SPECULATIVE = Attribute("callwarden.speculative", "whether it began before the end of the turn was certain")
SPECULATION = Attribute("callwarden.speculation", "whether an answer begun before that was `kept` or `dropped`")
TTFA_MS = Attribute("callwarden.ttfa_ms", "caller stopped speaking to first audible sample played, milliseconds")
SPANS_REDACTED = Attribute("callwarden.spans_redacted", "how many places of a text were replaced")

# HTTP
HTTP_METHOD = Attribute("http.request.method", "method")
HTTP_ROUTE = Attribute("http.route", "route template, without its values")
HTTP_STATUS = Attribute("http.response.status_code", "status")
SERVER_ADDRESS = Attribute("server.address", "host that was called")
SERVER_PORT = Attribute("server.port", "port that was called")
URL_FULL = Attribute("url.full", "address with its values", pii=True)
URL_PATH = Attribute("url.path", "path with its values", pii=True)
URL_QUERY = Attribute("url.query", "query", pii=True)
CLIENT_ADDRESS = Attribute("client.address", "address of who asked", pii=True)
USER_ID = Attribute("user.id", "login of who asked", pii=True)

SPANS: dict[str, SpanName] = {str(one): one for one in list(vars().values()) if isinstance(one, SpanName)}
ATTRIBUTES: dict[str, Attribute] = {str(one): one for one in list(vars().values()) if isinstance(one, Attribute)}


def exportable(key: str) -> bool:
    """Tell whether an attribute may leave the process: registered, and not about a person."""
    known = ATTRIBUTES.get(key)
    return known is not None and not known.pii


def faults(name: str, keys: list[str]) -> list[str]:
    """Name what in one emitted span the registry does not allow."""
    wrong = [] if name.split(" ", 1)[0] in SPANS else [f"span name {name!r} is not registered"]
    for key in keys:
        if key not in ATTRIBUTES:
            wrong.append(f"attribute {key} of span {name!r} is not registered")
        elif ATTRIBUTES[key].pii:
            wrong.append(f"attribute {key} of span {name!r} is about a person")
    return wrong


def render() -> str:
    """Give the page docs/telemetry.md."""
    lines = [
        "# Telemetry", "",
        "Generated by `python -m schemas.telemetry`; a test compares. Names follow the OpenTelemetry messaging and",
        "GenAI conventions. Attributes that are not listed, and those marked personal, are dropped before export.", "",
        "## Spans", "", "| first word of the name | what it covers |", "|---|---|",
        *(f"| `{name}` | {name.about} |" for name in SPANS.values()), "",
        "## Attributes", "", "| key | what it tells | personal: never exported |", "|---|---|---|",
        *(f"| `{one}` | {one.about} | {'yes' if one.pii else ''} |" for one in ATTRIBUTES.values()), "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
