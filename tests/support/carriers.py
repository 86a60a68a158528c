"""Carriers on loopback that speak their own wire formats: Twilio, LiveKit, a webhook's receiver, a SIP switch."""

import base64
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

from joserfc import jwt
from joserfc.jwk import OctKey

SECRET = "a-secret-of-the-carriers-of-tests"


class Carrier:
    """What a carrier was told, and how it answers: a status for each next request, then 2xx; 0 is silence."""

    def __init__(self) -> None:
        self.host, self.port = "127.0.0.1", 0
        self.answers: list[int] = []
        self.seen: list[dict[str, Any]] = []
        self.wrong: list[str] = []
        self.news = threading.Event()

    @property
    def url(self) -> str:
        """Its address over HTTP."""
        return f"http://{self.host}:{self.port}"

    def next_status(self) -> int:
        """Give how the next request is answered."""
        return self.answers.pop(0) if self.answers else 200

    def check(self, right: bool, what: str) -> None:
        """Remember what no real carrier would take."""
        if not right:
            self.wrong.append(what)


@contextmanager
def http_carrier() -> Iterator[Carrier]:
    """Serve Twilio, LiveKit and a webhook's receiver, each by its own paths."""
    carrier, over = Carrier(), threading.Event()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            seen = _read(carrier, self.path, dict(self.headers), body)
            carrier.seen.append({"path": self.path, **seen})
            status = carrier.next_status()
            if status == 0:
                over.wait(10)
                return
            self.send_response(status if status != 200 or carrier.wrong == [] else 400)
            self.send_header("content-length", "2")
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    carrier.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield carrier
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _read(carrier: Carrier, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    named = {name.lower(): value for name, value in headers.items()}
    if path.startswith("/2010-04-01/"):
        login = base64.b64decode(named["authorization"].removeprefix("Basic ")).decode()
        carrier.check(login == f"AC1:{SECRET}", "login")
        form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        return {"form": form} if "Twiml" not in form else {"form": form, **_twiml(carrier, form["Twiml"])}
    if path.startswith("/twirp/livekit.SIP/"):
        token = jwt.decode(named["authorization"].removeprefix("Bearer "), OctKey.import_key(SECRET))
        asked = json.loads(body)
        claims = token.claims
        carrier.check(claims["iss"] == "key" and claims["sip"] == {"call": True}, "grant")
        carrier.check(claims["video"] == {"roomAdmin": True, "room": asked["room_name"]}, "room")
        carrier.check(sum(len(f"{k}: {v}".encode()) for k, v in asked["headers"].items()) <= 1_200, "headers")
        return {"json": asked, "attributes": asked["headers"]}
    carrier.check(named["webhook-signature"].startswith("v1,") and bool(named["webhook-id"]), "signature")
    told = json.loads(body)
    return {"id": named["webhook-id"], "json": told, "attributes": told["data"]}


def _twiml(carrier: Carrier, written: str) -> dict[str, Any]:
    root = ElementTree.fromstring(written)  # noqa: S314 - what our own adapter wrote
    task = root.find("Enqueue/Task")
    if task is None:
        return {"conference": root.findtext("Dial/Conference")}
    attributes = json.loads(task.text or "")
    carrier.check(len(task.text or "") <= 4_096, "task attributes")
    enqueue = root.find("Enqueue")
    assert enqueue is not None
    return {"attributes": attributes, "workflow": enqueue.get("workflowSid"), "priority": task.get("priority")}


@contextmanager
def sip_switch() -> Iterator[Carrier]:
    """A switch that answers REFER with 202 and tells the end in a NOTIFY; a status of 3xx and above refuses at once."""
    carrier, over = Carrier(), threading.Event()
    box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    box.bind(("127.0.0.1", 0))
    box.settimeout(0.1)
    carrier.port = box.getsockname()[1]

    def serve() -> None:
        answered: dict[str, bytes] = {}
        while not over.is_set():
            try:
                data, whence = box.recvfrom(65_535)
            except TimeoutError:
                continue
            if data.startswith(b"SIP/2.0 200"):
                carrier.news.set()  # our NOTIFY was acknowledged
                continue
            head = _sip(carrier, data)
            branch = head["via"]
            if branch in answered:
                box.sendto(answered[branch], whence)
                continue
            status = carrier.next_status()
            if status == 0:
                continue  # lost on its way
            kept = "".join(f"{name}: {head[name]}\r\n" for name in ("via", "from", "to", "call-id", "cseq"))
            accepted = 202 if status < 600 and status != 403 else status
            answered[branch] = f"SIP/2.0 {accepted} X\r\n{kept}Content-Length: 0\r\n\r\n".encode()
            box.sendto(answered[branch], whence)
            if accepted == 202:
                for fragment in ("SIP/2.0 100 Trying", f"SIP/2.0 {status} X"):
                    box.sendto(_notify(head, fragment), whence)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield carrier
    finally:
        over.set()
        thread.join(5)
        box.close()


def _sip(carrier: Carrier, data: bytes) -> dict[str, str]:
    rows = data.decode().split("\r\n")
    head = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows[1:] if row)}
    carrier.check(rows[0].startswith("REFER sip:") and rows[0].endswith(" SIP/2.0"), "request line")
    carrier.check(head["content-length"] == "0" and data.endswith(b"\r\n\r\n"), "length")
    carrier.check(head["require"] == "tdialog", "target dialog")
    found = re.search(r"User-to-User=([^&>]+)", head["refer-to"])
    uui = unquote(found[1]) if found else ""
    carrier.check(0 < len(uui) <= 128 and uui.endswith(";encoding=hex"), "user to user")
    said = bytes.fromhex(uui.removesuffix(";encoding=hex")).decode()
    carrier.seen.append({"head": head, "uui": said})
    return head


def _notify(head: dict[str, str], fragment: str) -> bytes:
    rows = (
        f"NOTIFY {head['contact'].strip('<>')} SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKn1",
        f"From: {head['to']}", f"To: {head['from']}", f"Call-ID: {head['call-id']}", "CSeq: 1 NOTIFY",
        "Event: refer", "Content-Type: message/sipfrag", f"Content-Length: {len(fragment)}",
    )
    return ("\r\n".join(rows) + "\r\n\r\n" + fragment).encode()
