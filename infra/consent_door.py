"""Consent at the front door: whether a call may be recorded is in the database before the call is on any topic."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from governance.errors import TransientError
from governance.jurisdictions import recording_mode
from infra.database import transaction
from infra.policy_book import PolicyBook
from infra.read_disclosures import begin
from schemas.base import Event
from schemas.calls import CallStarted
from schemas.policies import Policy


class ConsentDoor:
    """Writes the row that the recorder asks; the stair may say otherwise later, and its word counts."""

    def __init__(self, *, engine: Engine, policies: PolicyBook) -> None:
        """Take the versions that calls are held to."""
        self._engine = engine
        self._policies = policies

    def admit(self, events: Sequence[Event]) -> None:
        """Note calls that begin; raises TransientError where the database does not answer: nobody could ask it."""
        starting = [(one, one.data) for one in events if isinstance(one.data, CallStarted)]
        if not starting:
            return
        try:
            held = [(one, data, self._policy(one.tenant, data.policy_version)) for one, data in starting]
            with transaction(self._engine) as connection:
                for one, data, policy in held:
                    rules = policy.consent.recording
                    begin(connection, tenant=one.tenant, call_id=one.call_id, facts={
                        "mode": recording_mode(rules, data.jurisdiction), "on_refusal": rules.on_refusal,
                        "jurisdiction": data.jurisdiction, "policy_version": policy.label,
                    })
        except DBAPIError as outside:
            raise TransientError(f"consent cannot be noted: {type(outside).__name__}") from None

    def _policy(self, tenant: str, label: str | None) -> Policy:
        if label is not None and self._policies.may_act(tenant, label):
            known = self._policies.version(tenant, label)
            if known is not None:
                return known
        return self._policies.current(tenant).live
