"""How a call, and an agent's leg of it, begins on call.audio.in: the JSON payload of its `start` record."""

from pydantic import Field, ValidationError

from governance.errors import InputError
from schemas.audio import AudioRecord
from schemas.base import Frozen, Jurisdiction
from schemas.calls import Encoding
from schemas.policies import Policy
from schemas.transfers import TransferKind


class Start(Frozen, extra="ignore"):
    """What the gateway says of a call; unknown fields are a newer gateway's."""

    audio_partition: int | None = Field(default=None, ge=0, description="call.audio.out partition of its gateway")
    channel: str = "websocket"
    language: str = "en"
    caller: str | None = Field(default=None, description="pseudonym of the caller")
    policy_version: str | None = Field(default=None, description="what the call is held to")
    jurisdiction: Jurisdiction | None = Field(default=None, description="whose law counts; absent: the strictest")
    fast: bool = Field(default=False, description="answer without waiting for the playback: for tests and batches")
    direct_line: str = Field(default="", max_length=300, description="host:port of its gateway, beside the log")
    direct_token: str = Field(default="", max_length=128, repr=False, description="what the call is claimed with there")


class LegStart(Frozen, extra="ignore"):
    """What an agent's gateway says of her leg."""

    handoff: str
    agent: str
    join: TransferKind = "cold"
    briefing: str = ""
    held: bool = False
    audio_partition: int | None = Field(default=None, ge=0, description="call.audio.out partition of her gateway")


class Setup(Frozen):
    """What a session must know of its call."""

    call_id: str
    tenant: str
    encoding: Encoding
    sample_rate: int = Field(ge=8_000, le=48_000)
    audio_partition: int | None
    fast: bool = False
    language: str = "en"
    caller: str | None = None
    policy_version: str | None = None
    jurisdiction: Jurisdiction | None = None
    direct_line: str = ""
    direct_token: str = Field(default="", repr=False)
    resumed: bool = Field(default=False, description="the call was already running when this session took it")
    first_number: int = Field(default=0, ge=0, description="number of the audio record that the session began with")


def read_start(record: AudioRecord) -> Setup:
    """Read a `start` record; raises InputError."""
    try:
        start = Start.model_validate_json(record.payload or b"{}")
        return setup_of(record, start, resumed=False)
    except ValidationError:
        raise InputError("the start of a call is no JSON object of the known fields") from None


def setup_of(record: AudioRecord, start: Start, *, resumed: bool) -> Setup:
    """Give the set-up by a call's start and the record that its session begins with."""
    return Setup(
        call_id=record.call_id, tenant=record.tenant, encoding=record.encoding, sample_rate=record.sample_rate,
        audio_partition=start.audio_partition, fast=start.fast, resumed=resumed, first_number=record.number,
        language=start.language, policy_version=start.policy_version,
        jurisdiction=start.jurisdiction, caller=start.caller, direct_line=start.direct_line,
        direct_token=start.direct_token,
    )


def withholds_nothing(setup: Setup) -> bool:  # noqa: ARG001 - stands in where nobody knows of payment windows
    """Let every sound go."""
    return False


def hears_payments(policy: Policy | None) -> bool:
    """Tell whether a model that hears and speaks may hear a payment window."""
    return policy is not None and policy.payment.speech_to_speech
