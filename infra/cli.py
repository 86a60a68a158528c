"""`callwarden`: the one command. Exit 0 done, 1 the answer is no, 2 wrong use or unreadable input; logs on stderr."""

import logging
import sys

import structlog
import typer

from infra import cli_audit, cli_bench, cli_call, cli_demo, cli_detect, cli_eval, cli_parts, cli_token, cli_up

app = typer.Typer(
    help="Callwarden: the open governance plane for voice AI.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(cli_up.up)
app.command("demo")(cli_demo.demo)
app.command("worker")(cli_parts.worker)
app.command("api")(cli_parts.api)
app.command("local-models")(cli_parts.local_models)
app.command("migrate")(cli_parts.migrate)
app.command("topics")(cli_parts.topics)
app.command("settings")(cli_parts.settings)
app.command("call")(cli_call.call)
app.command("redact")(cli_detect.redact)
app.command("detect")(cli_detect.detect)
app.command("token")(cli_token.token)
app.add_typer(cli_bench.app, name="bench")
app.add_typer(cli_eval.app, name="eval")
app.add_typer(cli_audit.audit_app(cli_parts.database_address), name="audit")


def main() -> None:
    """Run the command line; an error that nobody named is one line, never a stack of a caller's words."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    app()


if __name__ == "__main__":
    main()
