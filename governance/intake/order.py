"""Intake: every event of a call once and numbered; a repeated delivery is the same event (CloudEvents 1.0, id)."""

from schemas.base import Event, Frozen

# A repeat farther back than this passes on with the same id; the sinks drop it by that id.
REMEMBERED = 100
PREFIX = 12  # characters of an id that are kept; ids are uniformly distributed


class IntakeState(Frozen):
    """Prefixes of the last ids seen."""

    seen: tuple[str, ...] = ()


def admit(state: IntakeState, event: Event) -> tuple[IntakeState, list[Event]]:
    """Let an event in, or nothing where it was in already."""
    prefix = event.id[:PREFIX]
    if prefix in state.seen:
        return state, []
    return IntakeState(seen=(*state.seen, prefix)[-REMEMBERED:]), [event]
