"""Questions that a page asks before it acts: a reason, a way a call ended; and the original of one pseudonym."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from nicegui import ui

from api.console.asking import Refused, path
from api.console.html import chip, facts, joined, link, tag, until
from api.console.look import button, doing, markup, named, problem
from api.console.persons import Visit

Act = Callable[[str], Awaitable[None]]
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked for: what it is called in the answer, and words that are a click away."""

    name: str
    label: str
    value: str = ""
    shortest: int = 0
    most: int = 500
    ready: Sequence[str] = ()


def ask_for(title: str, *, label: str, act: Act, go: str, ready: Sequence[str] = (), danger: bool = False) -> None:
    """Ask for words; `ready` ones are a click away."""

    async def told(said: Mapping[str, str]) -> None:
        await act(said["words"])

    ask(title, [Question("words", label, shortest=SHORTEST, ready=ready)], act=told, go=go, danger=danger)


def ask(
    title: str, questions: Sequence[Question], *, act: Callable[[Mapping[str, str]], Awaitable[None]], go: str,
    danger: bool = False,
) -> None:
    """Ask for several things at once."""
    beneath = ui.context.slot.parent
    with named(ui.dialog(value=True), title) as dialog, ui.element("div").classes("cw-dialog"):
        dialog.on("hide", dialog.delete)
        markup(tag("h2", title))
        fields = {one.name: _field(one, first=at == 0) for at, one in enumerate(questions)}

        async def done() -> None:
            said = {name: (field.value or "").strip() for name, field in fields.items()}
            short = [one.name for one in questions if len(said[one.name]) < one.shortest]
            for name, field in fields.items():
                wrong = 'error error-message="Say it in a few words"' if name in short else ""
                field.props(remove="error error-message").props(wrong)
            if short:
                return
            dialog.close()
            with beneath:  # the dialog itself is gone in a moment, and what was put into it
                await act(said)

        with ui.element("div").classes("cw-actions"):
            button(go, done, kind="cw-danger" if danger else "cw-primary")
            _close(dialog, "Cancel")


def _field(one: Question, *, first: bool) -> ui.textarea:
    field = ui.textarea(one.label, value=one.value).props(f"outlined autogrow maxlength={one.most}")
    if first:
        field.props("autofocus")
    if one.ready:
        with ui.element("div").classes("cw-actions"):
            for words in one.ready:
                ui.button(words, on_click=lambda _, words=words: field.set_value(words), color=None).props(
                    "no-caps unelevated"
                ).classes("cw-button")
    return field


def ask_original(visit: Visit, call_id: str, pseudonym: str) -> None:
    """Ask why the original must be seen, then show it, or who has to agree first."""

    async def see(reason: str) -> None:
        await doing(_reveal(visit, call_id, pseudonym, reason))

    ask_for(f"See what {pseudonym} stands for", label="Reason; it is written down with your name", act=see, go="See it")


async def _reveal(visit: Visit, call_id: str, pseudonym: str, reason: str) -> None:
    answer = await visit.ask.post(path("calls", call_id, "reveals"), {"pseudonym": pseudonym, "reason": reason})
    show_reveal(visit, answer["reveal"], answer)


def show_reveal(visit: Visit, name: str, answer: dict[str, str | None]) -> None:
    """Show one reveal, and its original where it is open to who asks."""
    title = f"{answer['pseudonym']}"
    with named(ui.dialog(value=True), f"Original of {title}") as dialog:
        dialog.on("hide", dialog.delete)
        with ui.element("div").classes("cw-dialog"):
            markup(tag("h2", joined(("Original of ", tag("code", title)))))
            if answer.get("value") is not None:
                markup(tag("p", tag("output", answer["value"], {"class": "cw-mono", "style": "font-size:1.5rem"})))
                markup(tag("p", joined(("Closes in ", until(answer["expires_at"]), ". That you saw it is in the log.")),
                           {"class": "cw-quiet"}))
            else:
                markup(joined((
                    tag("p", joined((chip(answer["state"], "warn"), " A second person must agree: ",
                                     link(f"/console/reveals?reveal={name}", "send her this page"), "."))),
                    facts([("Reveal", tag("code", name)), ("Open for", until(answer["expires_at"]))]),
                )))

                async def again() -> None:
                    dialog.close()
                    try:
                        show_reveal(visit, name, await visit.ask.get(path("reveals", name)))
                    except Refused as refused:
                        problem(refused)

                button("Look again", again, kind="cw-primary")
            _close(dialog, "Close")


def _close(dialog: ui.dialog, words: str) -> None:
    ui.button(words, on_click=dialog.close, color=None).props("no-caps unelevated").classes("cw-button")
