"""`callwarden`: the one command. Exit 0 done, 1 the answer is no, 2 wrong use or unreadable input; logs on stderr."""

import io
import logging
import os
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from infra.direct_loopback import spare_this_machine

if TYPE_CHECKING:
    import typer

# Nothing large is imported up here: whoever presses Ctrl-C meanwhile would see a stack, as no line of `main` runs yet.
PARTS = ("worker", "api", "local-models", "migrate", "topics", "settings")
COMMANDS = {
    "up": "infra.cli_up:up", "demo": "infra.cli_demo:demo", **{one: f"infra.cli_parts:{one}" for one in PARTS},
    "call": "infra.cli_call:call", "redact": "infra.cli_detect:redact", "detect": "infra.cli_detect:detect",
    "token": "infra.cli_token:token", "backtest": "infra.cli_backtest:backtest",
    "cost": "infra.cli_cost:cost",
}
GROUPS = {
    "bench": "infra.cli_bench:app", "eval": "infra.cli_eval:app", "audit": "infra.cli_bundle:app",
    "retention": "infra.cli_retention:app", "subject": "infra.cli_subject:app",
    "webhooks": "infra.cli_webhooks:app",
    "report": "infra.cli_report:app",
}
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


def build(asked: str | None = None) -> "typer.Typer":
    """Give the command line, with only the `asked` command where it names one: what it does not need is not loaded."""
    import typer

    app = typer.Typer(
        help="Callwarden: the open governance plane for voice AI.", no_args_is_help=True, add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_one_of_many)
    every = asked not in COMMANDS | GROUPS
    for name, place in COMMANDS.items():
        if every or name == asked:
            app.command(name)(_loaded(place))
    for name, place in GROUPS.items():
        if every or name == asked:
            app.add_typer(_loaded(place), name=name)
    return app


def _one_of_many() -> None:
    # Without a callback typer takes the only command for the whole program, and its name for an argument.
    pass


def _loaded(place: str) -> Any:
    module, name = place.split(":")
    return getattr(import_module(module), name.replace("-", "_"))


def _speak_utf8() -> None:
    # JSON is UTF-8 whatever the locale says, and what is not must be told as such and not guessed at.
    for stream, errors in ((sys.stdin, "strict"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _give_out() -> None:
    # Written by the interpreter as its last act, a full disk would be a stack and an exit code of its own.
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as wrong:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(wrong, BrokenPipeError):  # whoever read it has read enough
            sys.exit(1)
        raise


def main() -> None:
    """Run the command line; an error that nobody named is one line, never a stack of a caller's words."""
    try:
        _prepare()
        try:
            build(next(iter(sys.argv[1:]), None))(prog_name="callwarden")
        finally:
            _give_out()
    except KeyboardInterrupt:  # while a command is loading; of one that runs typer says the same
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - whatever it is, its words and stack may hold a caller's or a secret
        from infra.cli_errors import told  # here: no command that does what it should waits for it

        line, code = told(error)
        sys.stderr.write(f"callwarden: {line}\n")
        sys.exit(code)


def _prepare() -> None:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # Of a lock file that the database's wheel puts elsewhere: nobody has to do anything about it.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    _speak_utf8()
    spare_this_machine(os.environ)


if __name__ == "__main__":
    main()
