"""Questions that a page asks before it acts: a reason, a way a call ended; and the original of one pseudonym."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from api.console.asking import Refused, path
from api.console.html import chip, facts, joined, link, tag, until
from api.console.look import button, doing, markup, named, problem
from api.console.persons import Visit

Act = Callable[[str], Awaitable[None]]
SHORTEST = 3


def ask_for(title: str, *, label: str, act: Act, go: str, ready: Sequence[str] = (), danger: bool = False) -> None:
    """Ask for words; `ready` ones are a click away."""
    beneath = ui.context.slot.parent
    with named(ui.dialog(value=True), title) as dialog, ui.element("div").classes("cw-dialog"):
        dialog.on("hide", dialog.delete)
        markup(tag("h2", title))
        words = ui.textarea(label).props("outlined autogrow autofocus maxlength=500")
        if ready:
            with ui.element("div").classes("cw-actions"):
                for one in ready:
                    ui.button(one, on_click=lambda _, one=one: words.set_value(one), color=None).props(
                        "no-caps unelevated"
                    ).classes("cw-button")

        async def done() -> None:
            if len(words.value or "") < SHORTEST:
                words.props('error error-message="Say it in a few words"')
                return
            dialog.close()
            with beneath:  # the dialog itself is gone in a moment, and what was put into it
                await act(words.value)

        with ui.element("div").classes("cw-actions"):
            button(go, done, kind="cw-danger" if danger else "cw-primary")
            _close(dialog, "Cancel")


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
