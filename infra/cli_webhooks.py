"""The command `callwarden webhooks test NAME`: one signed message to one endpoint of the file, and what it answered."""

import asyncio
import json
from typing import Annotated

import typer

from governance.errors import InputError
from infra.cli_parts import wrong_use
from infra.clock import now
from infra.settings import Settings, secret_of
from infra.webhooks.configuration import load
from infra.webhooks.sender import Attempt, Endpoint, Message, Sender
from schemas.base import derived_id

app = typer.Typer(name="webhooks", help="The endpoints that other systems are told at.", no_args_is_help=True)
TYPE = "callwarden.webhook_test.v1"


@app.callback()
def _one_of_many() -> None:
    """The endpoints that other systems are told at."""


@app.command("test")
def test(name: Annotated[str, typer.Argument(help="an endpoint of the file that CALLWARDEN_WEBHOOKS names")]) -> None:
    """Send a signed test message once; exit 0 where it was delivered."""
    settings = Settings()
    if settings.webhooks is None:
        wrong_use("set CALLWARDEN_WEBHOOKS to the file that names the endpoints")
    try:
        endpoints = load(settings.webhooks, secret_of=secret_of)
    except InputError as wrong:
        wrong_use(str(wrong))
    endpoint = next((one for one in endpoints if one.name == name), None)
    if endpoint is None:
        wrong_use(f"the file names {', '.join(one.name for one in endpoints) or 'nothing'}; not {name}")
    attempt = asyncio.run(_send(endpoint))
    said = f"status {attempt.status}" if attempt.error in (None, "status", "redirect") else attempt.error
    typer.echo(f"{attempt.outcome}: {said}, {attempt.took_ms:.0f} ms")
    if attempt.outcome != "delivered":
        raise typer.Exit(1)


async def _send(endpoint: Endpoint) -> Attempt:
    at, sender = now(), Sender()
    name = "msg_" + derived_id(f"{endpoint.name}/{at.isoformat()}", "webhook-test", 0)
    body = {
        "specversion": "1.0", "id": name, "source": "/callwarden/webhooks", "type": TYPE, "time": at.isoformat(),
        "datacontenttype": "application/json", "data": {"endpoint": endpoint.name},
    }
    try:
        return await sender.send(
            endpoint, Message(id=name, type=TYPE, occurred_at=at, body=json.dumps(body).encode()), at=at
        )
    finally:
        await sender.stop()
