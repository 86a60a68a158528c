"""The calls of the demo: what each caller does, and what must be true of her call afterwards."""

from dataclasses import dataclass, field

from infra.call_script import CallScript, Dtmf, Hangup, Interrupt, Say, Wait
from infra.demo.callers import recording, spoken

CARD_SPOKEN = "four two four two, four two four two, four two four two, four two four two"
CARD_DIGITS = "4242424242424242"  # the payment industry's test number
EMAIL_SPOKEN = "jordan dot smith at example dot com"
GREETING = Wait(12.0)
ANSWER = Wait(20.0)
INTERRUPT_AFTER_MS = 2_000


@dataclass(frozen=True, slots=True)
class Expected:
    """What must have happened."""

    entities: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    handoff: bool = False
    desk: bool = False
    emergency: str | None = None
    barge_in: bool = False
    keys: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """One call."""

    name: str
    title: str
    call_id: str
    caller: str
    script: CallScript
    expected: Expected = field(default_factory=Expected)
    secrets: tuple[str, ...] = ()  # what must be found nowhere afterwards


def scenes(models_url: str) -> list[Scene]:
    """Give the calls, with their audio."""

    def say(text: str, *, speed: float = 1.0) -> Say:
        return Say(spoken(text, models_url=models_url, speed=speed))

    return [
        Scene(
            name="payment", title="A caller reads out a card number and an e-mail address", call_id="demo-payment",
            caller="+15550101",
            script=(
                GREETING, say("Hello, I would like to pay for my order by card."), ANSWER,
                say(f"It is {CARD_SPOKEN}.", speed=0.85), ANSWER,
                Dtmf(f"{CARD_DIGITS}#"), ANSWER,
                say(f"It is {EMAIL_SPOKEN}."), ANSWER, Hangup(),
            ),
            expected=Expected(
                entities=frozenset({"EMAIL_ADDRESS", "CREDIT_CARD"}), rules=frozenset({"disclosure.ai"}), keys=16
            ),
            secrets=(CARD_DIGITS, "4242 4242", "4242, 4242", "four two four two", "jordan.smith", "jordan dot smith",
                     "+15550101"),
        ),
        Scene(
            name="support", title="A real person asks for customer support, and a human takes over",
            call_id="demo-support", caller="+15550102",
            script=(GREETING, Say(recording()), ANSWER, Wait(12.0), Hangup()),
            expected=Expected(
                rules=frozenset({"disclosure.ai", "escalation.explicit_request"}), handoff=True, desk=True
            ),
            secrets=("+15550102",),
        ),
        Scene(
            name="emergency", title="A caller whose husband has collapsed", call_id="demo-emergency",
            caller="+15550103",
            script=(
                GREETING, say("Please help me, my husband has collapsed and he is not breathing."), ANSWER, Hangup(),
            ),
            expected=Expected(rules=frozenset({"emergency.medical"}), handoff=True, emergency="medical"),
            secrets=("+15550103",),
        ),
        Scene(
            name="interruption", title="A caller who interrupts the assistant", call_id="demo-interruption",
            caller="+15550104",
            script=(
                GREETING, say("What is your return policy?"),
                Interrupt(INTERRUPT_AFTER_MS, spoken("Sorry, stop. How long does the delivery take?",
                                                     models_url=models_url)),
                ANSWER, Hangup(),
            ),
            expected=Expected(rules=frozenset({"disclosure.ai"}), barge_in=True),
            secrets=("+15550104",),
        ),
    ]
