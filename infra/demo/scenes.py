"""The calls of the demo: what each caller does, and what must be true of her call afterwards."""

from dataclasses import dataclass, field

from infra.call_script import CallScript, Dtmf, Hangup, Interrupt, Say, Wait
from infra.demo.callers import recording, spoken

CARD_SPOKEN = "four two four two, four two four two, four two four two, four two four two"
CARD_DIGITS = "4242424242424242"  # the payment industry's test number
EMAIL_SPOKEN = "jordan dot smith at example dot com"
# What must be found nowhere afterwards: as said, as a recogniser may write it, as keyed in; and the callers' numbers.
SECRETS = (
    CARD_DIGITS, "4242 4242", "4242, 4242", "4242-4242", "4-2-4-2", "4 2 4 2", "four two four two",
    "jordan.smith", "jordan smith", "jordan dot", "dot smith",
    "+12025550101", "+12025550102", "+12025550103", "+12025550104",
)
GREETING = Wait(12.0)
ANSWER = Wait(20.0)
MORE = Wait(1.5)  # whether a busy machine has only paused in its sentence
STAY = Wait(4.0)  # she may have cut off what is then said again; somebody in danger does not hang up on it
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


def scenes(models_url: str, *, run: str) -> list[Scene]:
    """Give the calls of one run, with their audio."""

    def say(text: str, *, speed: float = 1.0) -> Say:
        return Say(spoken(text, models_url=models_url, speed=speed))

    return [
        Scene(
            name="payment", title="A caller reads out a card number and an e-mail address",
            call_id=f"demo-payment-{run}", caller="+12025550101",
            script=(
                GREETING, say("Hello, I would like to pay for my order by card."), ANSWER, MORE,
                say(f"It is {CARD_SPOKEN}.", speed=0.85), ANSWER, MORE,
                Dtmf(f"{CARD_DIGITS}#"), ANSWER, MORE,
                say(f"It is {EMAIL_SPOKEN}."), ANSWER, Hangup(),
            ),
            expected=Expected(
                entities=frozenset({"EMAIL_ADDRESS", "CREDIT_CARD"}), rules=frozenset({"disclosure.ai"}), keys=16
            ),
        ),
        Scene(
            name="support", title="A real person asks for customer support, and a human takes over",
            call_id=f"demo-support-{run}", caller="+12025550102",
            script=(GREETING, Say(recording()), ANSWER, Wait(12.0), Hangup()),
            expected=Expected(
                rules=frozenset({"disclosure.ai", "escalation.explicit_request"}), handoff=True, desk=True
            ),
        ),
        Scene(
            name="emergency", title="A caller whose husband has collapsed", call_id=f"demo-emergency-{run}",
            caller="+12025550103",
            script=(
                GREETING,
                say("Please help me, my husband has collapsed and he is not breathing. I don't know what to do, "
                    "please send somebody."),
                ANSWER, STAY, Hangup(),
            ),
            expected=Expected(rules=frozenset({"emergency.medical"}), handoff=True, emergency="medical"),
        ),
        Scene(
            name="interruption", title="A caller who interrupts the assistant", call_id=f"demo-interruption-{run}",
            caller="+12025550104",
            script=(
                GREETING, say("What is your return policy?"),
                Interrupt(INTERRUPT_AFTER_MS, spoken("Sorry, stop. How long does the delivery take?",
                                                     models_url=models_url)),
                ANSWER, Hangup(),
            ),
            expected=Expected(rules=frozenset({"disclosure.ai"}), barge_in=True),
        ),
    ]
