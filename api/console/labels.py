"""Labels on a call's story: leak or clean, right or false alarm, missed, read whole; by buttons and by keys."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from nicegui import ui
from nicegui.events import GenericEventArguments

from api.console.asking import Refused, path
from api.console.dialogs import Question, ask
from api.console.html import NOTHING, Html, chip, joined, tag, words_of
from api.console.look import doing, markup
from api.console.persons import Visit
from schemas.reviews import LeakKind, MissedKind

GIVEN = "review"  # the event that a page tells when somebody labels something
TONES = {"leak": "bad", "false_alarm": "warn", "missed": "bad", "clean": "good", "right": "good", "complete": "good"}
WORDS = {"complete": "read whole"}
KINDS: Mapping[str, tuple[str, ...]] = {"leak": get_args(LeakKind), "missed": get_args(MissedKind)}
ASKS = {"leak": "What stands there in clear? The kind, never the words", "missed": "Which signal should have been?"}
ALARMS = ("verdict_reached", "emergency_detected", "handoff_requested")
HINT = (
    "j and k walk through what is to be judged; l leak, g clean or right, f false alarm, m missed, w read whole. "
    "Your later word on the same thing replaces the one before."
)


class Labels:
    """What people said of one call, and the buttons to say it; without the right to, both are empty."""

    def __init__(self, visit: Visit, call_id: str, *, sample: str) -> None:
        """Take who looks, and the draw that led her here, if one did."""
        self._visit, self._call_id, self._sample = visit, call_id, sample
        self._found: list[dict[str, Any]] = []
        self._drawn: list[tuple[ui.html, Callable[[], Html]]] = []
        self.may = visit.may("review_calls")

    async def load(self) -> None:
        """Ask what stands; raises Refused."""
        if self.may:
            self._found = (await self._visit.ask.get(path("calls", self._call_id, "reviews")))["reviews"]

    def listen(self) -> None:
        """Take what the page's buttons tell."""
        self._asking = ui.element("div")
        ui.on(GIVEN, self._told)

    def draw(self, write: Callable[[], Html]) -> None:
        """Show what is written, and write it anew when a label changes."""
        self._drawn.append((markup(write()), write))

    def of_text(self, event_id: str | None, where: str) -> Html:
        """Give what stands of a text, and its two buttons."""
        if not self.may or event_id is None:
            return NOTHING
        stands = [one for one in self._found if one["about"] == event_id]
        return _row(stands, event_id, (("Leak", "leak", "l"), ("Clean", "clean", "g")), where)

    def of_alarm(self, verdict: Mapping[str, Any]) -> Html:
        """Give what stands of a rule that fired, and its two buttons."""
        if not self.may or verdict["type"] not in ALARMS or verdict["rule"].startswith("disclosure."):
            return NOTHING
        stands = [one for one in self._found if one["rule"] == verdict["rule"]]
        buttons = (("Right", "right", "g"), ("False alarm", "false_alarm", "f"))
        return _row(stands, verdict["event_id"], buttons, verdict["rule"])

    def of_call(self) -> Html:
        """Give what stands of the whole call, and how to say more."""
        if not self.may:
            return NOTHING
        stands = [one for one in self._found if one["about"] is None]
        drawn = f"It came by the draw {self._sample}." if self._sample else (
            "You picked it: it is counted, and no rate is made of it."
        )
        buttons = joined((
            _button("A signal is missing", "missed", "", "A signal is missing", {"data-key": "m"}),
            _button("I have read it all", "complete", "", "I have read it all", {"data-key": "w"}),
        ), " ")
        return joined((
            tag("p", joined((drawn, " ", HINT)), {"class": "cw-quiet"}),
            tag("p", joined((_chips(stands), buttons), " "), {"class": "cw-labels"}),
        ))

    async def _told(self, event: GenericEventArguments) -> None:
        label, _, about = str(event.args).partition(" ")
        if label not in KINDS:
            body = {"label": label, "about": about or None, "sample": self._sample or None}
            await self._give({name: value for name, value in body.items() if _goes(label, name, value)})
            return

        async def kind(said: Mapping[str, str]) -> None:
            given = said["kind"].strip().replace(" ", "_")
            given = given.upper() if label == "leak" else given.lower()
            await self._give({"label": label, "kind": given, **({"about": about} if about else {})})

        with self._asking:
            ready = [words_of(one) for one in KINDS[label]] if label == "missed" else KINDS[label]
            ask(words_of(label).capitalize(), [Question("kind", ASKS[label], shortest=3, most=40, ready=ready)],
                act=kind, go="Say so")

    async def _give(self, body: Mapping[str, object]) -> None:
        async def send() -> None:
            await self._visit.ask.post(path("calls", self._call_id, "reviews"), body)

        with self._asking:
            if not await doing(send(), said="Kept, with your name."):
                return
        try:
            await self.load()
        except Refused:
            return  # it was kept; the next look at the page shows it
        for element, write in self._drawn:
            element.content = write()


def _goes(label: str, name: str, value: object) -> bool:
    return value is not None and (name != "sample" or label == "complete")


def _row(
    stands: Sequence[Mapping[str, Any]], event_id: str, buttons: Sequence[tuple[str, str, str]], where: str
) -> Html:
    made = [_chips(stands)]
    made += [
        _button(words, label, event_id, f"{words}: {where}", {"data-row-key": key}) for words, label, key in buttons
    ]
    return tag("span", joined(made, " "), {"class": "cw-labels", "data-row": event_id, "tabindex": "-1"})


def _chips(stands: Sequence[Mapping[str, Any]]) -> Html:
    return joined((chip(_said(one), TONES.get(one["label"], "plain")) for one in stands), " ")


def _said(one: Mapping[str, Any]) -> str:
    what = WORDS.get(one["label"], words_of(one["label"]))
    return f"{what} {words_of(one['kind'])}, {one['agent']}" if one["kind"] else f"{what}, {one['agent']}"


def _button(words: str, label: str, about: str, name: str, keys: Mapping[str, str]) -> Html:
    return tag("button", words, {
        "type": "button", "class": "cw-plain", "data-emit": GIVEN, "data-value": f"{label} {about}".strip(),
        "aria-label": name, **keys,
    })
