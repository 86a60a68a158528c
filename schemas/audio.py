"""Audio and control records of a live call on call.audio.in / call.audio.out; the value is sealed."""

from typing import Literal, Self

from pydantic import Field

from schemas.base import CallId, Frozen, Tenant
from schemas.calls import Encoding

# in: start, media, dtmf, mark (a playback mark came back: played up to here), stop
# out: media, mark (please return when played), clear (drop what is queued), transfer, stop
# of an agent's leg, in: start, media, mark (still there), join, hold, resume, stop; out: media, briefing, join, listen
# (who listens in), stop; of a listener, in: listen (again and again while she is there), stop; out: listen
AudioKind = Literal[
    "start", "media", "dtmf", "mark", "clear", "transfer", "stop", "join", "hold", "resume", "briefing", "listen"
]

BUSY = "busy"  # reason of a `stop` to a call that no worker has room for
HUNG_UP = "agent_hung_up"  # reason of a `stop` to a caller whose agent has ended the call
BRIEFING = "briefing-"  # how the utterance of a briefing begins, before the name of its leg
SILENT = "silent"  # reason of a `stop` to a call in which nobody speaks any more


class AudioRecord(Frozen):
    """One record: `payload` holds samples (media) or UTF-8 JSON (control).

    `offset_ms` counts from the call's first sample.
    """

    kind: AudioKind
    call_id: CallId
    tenant: Tenant
    number: int = Field(ge=0, description="counts every record of this call and direction from 0: a gap is a loss")
    offset_ms: int = Field(default=0, ge=0)
    encoding: Encoding = "linear16"
    sample_rate: int = 16000
    utterance: str = Field(default="", max_length=128, description="to which samples belong; a briefing's, too")
    said_ms: int = Field(default=0, ge=0, description="place of the samples in that utterance")
    leg: str = Field(
        default="", pattern=r"^[0-9a-f]{0,32}$",
        description="of an agent or a listener: who sent it, or is to hear it; empty: caller",
    )
    payload: bytes = b""

    def headers(self, *, key_id: str) -> list[tuple[str, bytes]]:
        """Give the Kafka headers: everything but the payload."""
        pairs = {
            "kind": self.kind, "call": self.call_id, "tenant": self.tenant, "number": str(self.number),
            "offset_ms": str(self.offset_ms), "encoding": self.encoding, "sample_rate": str(self.sample_rate),
            "ce_keyid": key_id,
        }
        if self.utterance:
            pairs |= {"utterance": self.utterance, "said_ms": str(self.said_ms)}
        if self.leg:
            pairs["leg"] = self.leg
        return [(name, value.encode()) for name, value in pairs.items()]

    @classmethod
    def read(cls, headers: dict[str, str], payload: bytes) -> Self:
        """Give the record of opened bytes; raises pydantic.ValidationError."""
        return cls.model_validate({
            "kind": headers.get("kind"), "call_id": headers.get("call"), "tenant": headers.get("tenant"),
            "number": headers.get("number"), "offset_ms": headers.get("offset_ms"),
            "encoding": headers.get("encoding"), "sample_rate": headers.get("sample_rate"),
            "utterance": headers.get("utterance", ""), "said_ms": headers.get("said_ms", 0), "payload": payload,
            "leg": headers.get("leg", ""),
        })
