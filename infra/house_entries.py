"""Entries that the house writes of itself: stream and actor as pseudonyms, what was done sealed beside the leaf."""

import json
from collections.abc import Mapping
from datetime import datetime

from infra.keys import Keyring
from schemas.audit import Commitment, Draft, Source

# No call can have this id; the key under it seals what staff asked for and did. It outlives every call.
ACCESS = ":access"
COMPONENT = "/callwarden/audit"  # who acts where no person does


def plain(
    keyring: Keyring, kind: str, *, tenant: str, stream: str, event_id: str, at: datetime, by: str = COMPONENT,
    subject: str | None = None, policy: str | None = None, call: str | None = None, src: Source | None = None,
    payload: Commitment | None = None, ct: bytes | None = None,
) -> Draft:
    """Give an entry about the log, or with a payload that its caller has committed to."""
    return Draft(
        tenant=tenant, stream=keyring.pseudonym(tenant=tenant, kind="stream", value=stream), event_id=event_id,
        type=kind, occurred_at=at, actor=keyring.pseudonym(tenant=tenant, kind="actor", value=by), actor_label=by,
        subject=subject, policy_version=policy, call=call, src=src, payload=payload, ct=ct,
    )


def sealed(
    keyring: Keyring, kind: str, *, tenant: str, stream: str, event_id: str, at: datetime, by: str,
    facts: Mapping[str, object], sealed_for: str = ACCESS, subject: str | None = None, policy: str | None = None,
    call: str | None = None,
) -> Draft:
    """Give an entry whose facts are sealed under the key of what staff does, or of a call, which forgets them too."""
    key_id = keyring.ensure(tenant=tenant, call_id=sealed_for)
    text = json.dumps(facts, sort_keys=True).encode()
    payload = keyring.commit_payload(key_id=key_id, tenant=tenant, event_id=event_id, plaintext=text)
    return plain(
        keyring, kind, tenant=tenant, stream=stream, event_id=event_id, at=at, by=by, subject=subject, policy=policy,
        call=call, payload=payload.commitment, ct=payload.ct,
    )
