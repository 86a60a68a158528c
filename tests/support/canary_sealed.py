"""What the canaries' house keeps sealed, opened with its key."""

from collections import Counter

from sqlalchemy import text

from infra.database import transaction
from schemas.topics import CALL_RAW
from tests.support import topic_reader
from tests.support.canary_house import TENANT, Canaries
from tests.support.canary_search import Search

ENDED = text("SELECT count(*) FROM audit_index WHERE tenant = :tenant AND type = 'call_ended'")
LETTERS = text("SELECT count(*) FROM dead_letter WHERE tenant = :tenant")


async def search_sealed(canaries: Canaries, search: Search, calls: set[str]) -> Counter[str]:
    """Search what these calls have sealed on call.raw, opened; gives how many events of each type."""
    opened = Counter[str]()
    for one in await topic_reader.read_all(canaries.house.settings.bootstrap_servers, CALL_RAW.name):
        if one.key in calls:
            context = one.headers["ce_id"].encode()
            content = canaries.keyring.open(key_id=one.headers["ce_keyid"], ciphertext=one.value, context=context)
            search.content(CALL_RAW.name, content)
            opened[one.headers["ce_type"]] += 1
    return opened


async def some_pseudonym(canaries: Canaries, call_id: str) -> str:
    """Give a pseudonym of a call whose original is kept."""
    query = text("SELECT pseudonym FROM sealed_entity WHERE tenant = :tenant AND call_id = :call ORDER BY 1 LIMIT 1")
    with transaction(canaries.pool) as connection:
        found: str = connection.execute(query, {"tenant": TENANT, "call": call_id}).scalar_one()
    return found


def recorded(canaries: Canaries) -> bool:
    """Tell whether every call and every dead letter is in the record."""
    with transaction(canaries.pool) as connection:
        ended: int = connection.execute(ENDED, {"tenant": TENANT}).scalar_one()
        letters: int = connection.execute(LETTERS, {"tenant": TENANT}).scalar_one()
    return ended >= len(canaries.planted) and letters >= 15
