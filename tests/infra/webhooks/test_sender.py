"""The sender against a real receiver on loopback that fails, hangs, repeats, redirects and lies about its address."""

import asyncio
import datetime
import ssl
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr, ValidationError

from infra.webhooks.sender import Endpoint, Message, Sender
from tests.support.webhook_receiver import receiver

pytestmark = pytest.mark.contract

AT = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
OLD, NEW = "whsec_" + "b2xk" * 8, "whsec_" + "bmV3" * 8
MESSAGE = Message(id="msg_1", type="callwarden.emergency_detected.v1", occurred_at=AT, body='{"a":"é"}'.encode())


def endpoint(url: str, *, secrets: tuple[str, ...] = (NEW,), private: bool = True, timeout_ms: int = 30000) -> Endpoint:
    return Endpoint(
        name="desk", url=url, secrets=tuple(map(SecretStr, secrets)), events=frozenset({"alert"}),
        timeout_ms=timeout_ms, allow_private=private,
    )


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    made = Sender()
    yield made
    await made.stop()


async def test_a_message_is_signed_with_every_secret_of_a_rotation(sender: Sender) -> None:
    async with receiver() as there:
        attempt = await sender.send(endpoint(there.url, secrets=(NEW, OLD)), MESSAGE, at=AT)
    (got,) = there.received
    assert (attempt.outcome, attempt.status, attempt.error) == ("delivered", 200, None)
    assert (got.path, got.body, got.id) == ("/hook", MESSAGE.body, "msg_1")
    assert got.headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert got.headers["content-type"] == "application/cloudevents+json"
    assert got.signed_with(NEW)
    assert got.signed_with(OLD)
    assert not got.signed_with("whsec_" + "b3RoZXI=" * 4)


async def test_a_connection_is_kept_and_a_closed_one_is_replaced_within_the_same_try(sender: Sender) -> None:
    async with receiver("200", "slow_close") as there:
        for _ in range(3):
            assert (await sender.send(endpoint(there.url), MESSAGE, at=AT)).outcome == "delivered"
    assert [one.connection for one in there.received] == [1, 1, 2]


@pytest.mark.parametrize(("word", "outcome", "status", "error"), [
    ("500", "failed", 500, "status"),
    ("410", "failed", 410, "status"),
    ("302 Location: http://127.0.0.1:1/elsewhere", "failed", 302, "redirect"),
    ("drop", "failed", None, "dropped"),
    ("half", "failed", None, "dropped"),
    ("hang", "timeout", None, "timeout"),
    ("drip", "timeout", None, "timeout"),
    ("endless", "delivered", 200, None),
])
async def test_a_bad_receiver_is_an_answer_and_no_error(
    sender: Sender, word: str, outcome: str, status: int | None, error: str | None
) -> None:
    async with receiver(word) as there:
        bound_ms = 300 if outcome == "timeout" else 30_000
        attempt = await sender.send(endpoint(there.url, timeout_ms=bound_ms), MESSAGE, at=AT)
    assert (attempt.outcome, attempt.status, attempt.error) == (outcome, status, error)
    assert len(there.received) == 1


@pytest.mark.parametrize(("said", "wait_ms"), [
    ("7", 7000), ("Sun, 01 Mar 2026 12:00:30 GMT", 30_000), ("Sun, 01 Mar 2026 11:00:00 GMT", 0), ("soon", None),
    ("-3", None), ("99999999999", 86_400_000),
])
async def test_retry_after_is_read_in_seconds_and_as_a_date(sender: Sender, said: str, wait_ms: int | None) -> None:
    async with receiver(f"429 Retry-After: {said}") as there:
        attempt = await sender.send(endpoint(there.url), MESSAGE, at=AT)
    assert (attempt.outcome, attempt.status, attempt.retry_after_ms) == ("failed", 429, wait_ms)


async def test_nobody_at_the_address_is_a_failure(sender: Sender) -> None:
    async with receiver() as there:
        url = there.url
    assert (await sender.send(endpoint(url), MESSAGE, at=AT)).error == "connect"
    assert (await sender.send(endpoint("http://nowhere.invalid/"), MESSAGE, at=AT)).error == "name"


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",  # noqa: S104 - an address that is refused
    "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "fe80::1%1",
])
async def test_a_name_that_leads_into_the_house_is_refused_unless_that_is_allowed(address: str) -> None:
    asked: list[str] = []

    def look_up(name: str, port: int) -> list[str]:
        asked.append(name)
        return ["93.184.215.14", address]  # a public address beside it does not help

    sender = Sender(resolve=look_up)
    attempt = await sender.send(endpoint("https://hooks.example/", private=False), MESSAGE, at=AT)
    await sender.stop()
    assert (attempt.outcome, attempt.status, attempt.error) == ("refused", None, "private_address")
    assert asked == ["hooks.example"]


@pytest.mark.parametrize("host", [
    "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254", "2130706433", "127.1", "0177.0.0.1", "localhost",
    "0x7f000001", "127.0.0.1.",
])
async def test_an_address_written_in_the_url_is_refused_in_every_spelling(sender: Sender, host: str) -> None:
    attempt = await sender.send(endpoint(f"https://{host}/", private=False), MESSAGE, at=AT)
    assert attempt.outcome in ("refused", "failed")
    assert attempt.error in ("private_address", "name", "answer")
    async with receiver() as there:
        attempt = await sender.send(endpoint(f"https://{host}:{there.port}/", private=False), MESSAGE, at=AT)
    assert attempt.outcome != "delivered"
    assert there.connections == 0


async def test_a_name_is_asked_once_for_each_connection_so_it_cannot_change_its_mind() -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    sender = Sender(resolve=lambda name, port: answers.pop(0))
    async with receiver() as there:
        url = there.url.replace("127.0.0.1", "hooks.example")
        assert (await sender.send(endpoint(url), MESSAGE, at=AT)).outcome == "delivered"
    await sender.stop()
    assert answers == [["10.0.0.1"]]


async def test_a_name_whose_servers_hang_does_not_hold_other_names_up() -> None:
    over = threading.Event()

    def look_up(name: str, port: int) -> list[str]:
        if name == "hangs.example":
            over.wait(30)
            raise OSError("no answer")
        return ["127.0.0.1"]

    sender = Sender(resolve=look_up)
    async with receiver() as there:
        dead = endpoint(there.url.replace("127.0.0.1", "hangs.example"), timeout_ms=200)
        tried = await asyncio.gather(*(sender.send(dead, MESSAGE, at=AT) for _ in range(40)))
        assert {one.outcome for one in tried} == {"timeout"}
        alive = endpoint(there.url.replace("127.0.0.1", "hooks.example"))
        assert (await sender.send(alive, MESSAGE, at=AT)).outcome == "delivered"
    over.set()
    await sender.stop()


async def test_the_public_is_spoken_to_over_tls_only(sender: Sender) -> None:
    async with receiver() as there:
        attempt = await sender.send(endpoint(there.url, private=False), MESSAGE, at=AT)
    assert (attempt.outcome, attempt.error, there.connections) == ("refused", "no_tls", 0)


async def test_a_certificate_must_be_of_the_name_that_was_asked_for(tmp_path: Path) -> None:
    here, roots = certificate(tmp_path, "hooks.example")
    sender = Sender(tls=roots, resolve=lambda name, port: ["127.0.0.1"])
    stranger = Sender(resolve=lambda name, port: ["127.0.0.1"])
    async with receiver(tls=here) as there:
        right = endpoint(f"https://hooks.example:{there.port}/")
        assert (await sender.send(right, MESSAGE, at=AT)).outcome == "delivered"
        wrong = endpoint(f"https://other.example:{there.port}/")
        assert (await sender.send(wrong, MESSAGE, at=AT)).error == "tls"
        assert (await stranger.send(right, MESSAGE, at=AT)).error == "tls"
    await sender.stop()
    await stranger.stop()
    assert len(there.received) == 1


async def test_a_dead_receiver_does_not_hold_another_up(sender: Sender) -> None:
    async with receiver(then="hang") as dead, receiver() as alive:
        hanging = [asyncio.create_task(sender.send(endpoint(dead.url), MESSAGE, at=AT)) for _ in range(150)]
        await dead.until(150)
        assert (await sender.send(endpoint(alive.url), MESSAGE, at=AT)).outcome == "delivered"
        assert not any(one.done() for one in hanging)
        for one in hanging:
            one.cancel()


@pytest.mark.parametrize("secret", ["plain", "whsec_not base64", "whsec_c2hvcnQ=", "whsec_" + "YWFh" * 40])
def test_a_secret_that_cannot_be_used_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(ValidationError) as told:
        endpoint("https://hooks.example/", secrets=(secret,))
    assert secret not in str(told.value)


@pytest.mark.parametrize("url", ["ftp://hooks.example/", "hooks.example", "https://ann:pass@hooks.example/", "https:///x"])
def test_an_address_that_is_none_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(ValidationError) as told:
        endpoint(url)
    assert url not in str(told.value)


def test_neither_secret_nor_address_is_shown_by_an_endpoint() -> None:
    shown = repr(endpoint("https://hooks.example/token-in-path"))
    assert "token-in-path" not in shown
    assert NEW not in shown


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for a name; answers the server's context and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(AT.replace(year=2020)).not_valid_after(AT.replace(year=2099))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))
    here = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    here.load_cert_chain(pem, private)
    return here, ssl.create_default_context(cafile=str(pem))
