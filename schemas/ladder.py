"""How an emergency is climbed: whom it calls in which order, how long each may take, and what each is told."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.base import Frozen
from schemas.conditions import Milliseconds, Score

# As webhooks name their receivers.
EndpointName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Detail = Literal["location", "callback"]
Dispatching = Literal["at_once", "when_sure", "confirmed", "never"]
Denial = Literal["stands_down", "noted"]


class KindRules(Frozen):
    """For one kind: whether a dispatch waits for the caller's yes, and what her no does; people are told anyhow."""

    dispatch: Dispatching = "when_sure"
    denial: Denial = "noted"


class Kinds(Frozen):
    """The rules of each kind; a no to violence or self-harm may be said under duress, so a person decides."""

    medical: KindRules = KindRules(denial="stands_down")
    fire_gas_co: KindRules = KindRules(denial="stands_down")
    violence: KindRules = KindRules()
    self_harm: KindRules = KindRules(dispatch="confirmed")


class AlertRules(Frozen):
    """How often people are told where no endpoint is called, and how long each time."""

    acknowledge_within_ms: Milliseconds = 30_000
    tries: Annotated[int, Field(ge=1, le=20)] = 3


class DispatchEndpoint(Frozen):
    """What a named receiver may be told; its address and secret lie outside the policy."""

    accepts_drills: bool = False
    release: tuple[Detail, ...] = ()


class Rung(Frozen):
    """One receiver, how long it may take to acknowledge, and how often it is asked."""

    endpoint: EndpointName
    acknowledge_within_ms: Milliseconds = 15_000
    tries: Annotated[int, Field(ge=1, le=10)] = 2
    pause_ms: Milliseconds = 2_000
    delivered_is_enough: bool = False


class LadderRules(Frozen):
    """As shipped it alerts people and dispatches nowhere; a rung begins to."""

    drill: bool = False
    alert: AlertRules = AlertRules()
    sure_from: Score = 0.9
    confirm_within_ms: Milliseconds = 10_000
    silence: Literal["dispatches", "alerts"] = "dispatches"
    kinds: Kinds = Kinds()
    endpoints: dict[EndpointName, DispatchEndpoint] = Field(default={}, max_length=20)
    rungs: Annotated[tuple[Rung, ...], Field(max_length=10)] = ()
