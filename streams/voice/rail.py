"""The last look at an answer before it is spoken: a phrase that the policy forbids gives way to a fixed sentence."""

from collections.abc import AsyncIterator

from governance.output_rail import rail_of, withheld
from infra import telemetry
from schemas import telemetry as registry
from schemas.outside import PhraseWithheld
from schemas.policies import Policy
from streams.voice.phrasing import phrases
from streams.voice.reporter import Reporter
from streams.voice.spans import TurnTrace


class Rail:
    """One call's rail; with nothing to withhold it costs nothing."""

    def __init__(self, policy: Policy | None, reporter: Reporter, *, instead: str) -> None:
        """`instead` is said for the first phrase of an answer that is withheld; further ones are left out."""
        self._rail = rail_of(policy) if policy is not None else None
        self._reporter = reporter
        self._instead = instead

    def passed(self, tokens: AsyncIterator[str], *, turn: int, trace: TurnTrace) -> AsyncIterator[str]:
        """Give what may be spoken of an answer that is still being written."""
        return tokens if self._rail is None else self._checked(self._rail, tokens, turn=turn, trace=trace)

    async def _checked(
        self, rail: Policy, tokens: AsyncIterator[str], *, turn: int, trace: TurnTrace
    ) -> AsyncIterator[str]:
        before, replaced = "", False
        async for phrase in phrases(tokens):
            if self._may_pass(rail, phrase, before, turn=turn, trace=trace):
                before = phrase
                yield phrase
            elif not replaced:  # once is enough to be told
                before, replaced = "", True
                yield f"{self._instead} "

    def _may_pass(self, rail: Policy, phrase: str, before: str, *, turn: int, trace: TurnTrace) -> bool:
        with trace.guards(policy_version=rail.label) as span:
            found = withheld(phrase, before, rail, turn=turn)
            telemetry.annotate(span, {registry.GUARDRAIL_RESULT: "block" if found else "allow"})
            if found is None:
                return True
            telemetry.annotate(span, {registry.GUARDRAIL_RULE: found.rule})
        self._reporter.report(PhraseWithheld(
            turn=turn, rule=found.rule, reason=found.reason, policy_version=found.policy_version,
            characters=len(phrase),
        ), trace)
        return False
