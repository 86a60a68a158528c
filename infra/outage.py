"""What people can do when the database does not do its work, by the SQLSTATE it gave (PostgreSQL, appendix A)."""

from sqlalchemy.exc import DBAPIError

AGAIN = "nothing acknowledged is lost, and this goes on by itself"
REMEDIES = {
    "53100": f"make room on the disks of the database's tables and of its own log (pg_wal), start it again: {AGAIN}",
    "25006": f"the database takes no writes: is it a standby, or is its disk read-only? {AGAIN}",
    "53300": f"the database has no connection left: raise max_connections, or end others; {AGAIN}",
    "57P03": f"the database is starting: {AGAIN}",
    "28000": "the database does not let this login in",
    "42501": "this login may not do that: make it a member of callwarden_writer",
}
GONE = f"look whether the database runs, and in its own messages why not (a full disk ends it): {AGAIN}"
OTHER = f"look at the database's own messages: {AGAIN}"


def remedy(error: DBAPIError) -> str:
    """Say what to do, never with the database's own words: they may repeat a value."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None or error.connection_invalidated:
        return REMEDIES.get(state or "", GONE)
    return REMEDIES.get(state, OTHER)
