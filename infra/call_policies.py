"""Which policy a call is held to, for a door that sees only events: the version it began with, once that is known."""

from sqlalchemy import Engine, select

from infra.policy_book import PolicyBook
from infra.read_tables import CALL
from infra.tenancy import tenant_transaction
from schemas.policies import Policy

MOST_CALLS = 10_000


class CallPolicies:
    """Asks the read model once for each call; before it knows the call, what counts for new calls counts."""

    def __init__(self, *, engine: Engine, book: PolicyBook) -> None:
        """Take the published versions."""
        self._engine = engine
        self._book = book
        self._labels: dict[tuple[str, str], str] = {}

    def of(self, tenant: str, call_id: str) -> Policy:
        """Give the policy of one call."""
        label = self._labels.get((tenant, call_id)) or self._ask(tenant, call_id)
        pinned = self._book.version(tenant, label) if label is not None else None
        return pinned or self._book.current(tenant).live

    def _ask(self, tenant: str, call_id: str) -> str | None:
        query = select(CALL.c.policy_version).where(CALL.c.tenant == tenant, CALL.c.call_id == call_id)
        with tenant_transaction(self._engine, tenant) as connection:
            label = connection.execute(query).scalar_one_or_none()
        if label is not None:
            while len(self._labels) >= MOST_CALLS:
                self._labels.pop(next(iter(self._labels)), None)
            self._labels[tenant, call_id] = label
        return label
