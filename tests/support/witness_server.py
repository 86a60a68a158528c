"""A witness for tests (C2SP tlog-witness): remembers one checkpoint for each origin and cosigns what extends it.

It shares no code with the client: notes, proofs and bodies are read here by hand.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

AT_S = 1_772_366_400


def hashed(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Check a consistency proof (RFC 6962, 2.1.2), by recursion on the sizes."""
    if old in (0, new):
        return not proof and (old == 0 or old_root == new_root)
    rest = list(proof)

    def walk(m: int, n: int, whole: bool) -> tuple[bytes, bytes]:
        if m == n:
            one = old_root if whole else rest.pop()
            return one, one
        k = 1 << ((n - 1).bit_length() - 1)
        if m <= k:
            right = rest.pop()
            first, second = walk(m, k, whole)
            return first, hashed(second, right)
        left = rest.pop()
        first, second = walk(m - k, n - k, False)
        return hashed(left, first), hashed(left, second)

    try:
        found = walk(old, new, True)
    except IndexError:
        return False
    return not rest and found == (old_root, new_root)


@dataclass
class WitnessServer:
    """A witness that runs on loopback; `lies` makes it sign badly, `logs` are origins with their Ed25519 keys."""

    name: str
    logs: dict[str, bytes]
    lies: bool = False
    known: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the key and listen."""
        self.private = Ed25519PrivateKey.from_private_bytes(b"\x21" * 32)
        self.public = self.private.public_key().public_bytes_raw()
        outer = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                code, answer, kind = outer.add(data)
                outer.answers.append(code)
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def add(self, data: bytes) -> tuple[int, bytes, str]:
        """Judge a request as the standard lists it."""
        head, _, note = data.partition(b"\n\n")
        text, _, tail = note.partition(b"\n\n")
        text += b"\n"
        origin, said, root64 = text.decode().split("\n")[:3]
        size, root = int(said), base64.b64decode(root64)
        lines = head.decode().split("\n")
        old, proof = int(lines[0].removeprefix("old ")), [base64.b64decode(line) for line in lines[1:]]
        if origin not in self.logs:
            return 404, b"", "text/plain"
        if not self.signed(origin, text, tail):
            return 403, b"", "text/plain"
        if old > size:
            return 400, b"", "text/plain"
        known, known_root = self.known.get(origin, (0, b""))
        if old != known:
            return 409, f"{known}\n".encode(), "text/x.tlog.size"
        if (old == size and root != known_root and old) or not extends(old, size, known_root, root, proof):
            return 422, b"", "text/plain"
        self.known[origin] = (size, root)
        return 200, self.line(text), "text/plain"

    def signed(self, origin: str, text: bytes, tail: bytes) -> bool:
        for line in tail.decode().splitlines():
            _, name, body = line.split(" ")
            signature = base64.b64decode(body)[4:]
            if name == origin and len(signature) == 64:
                try:
                    Ed25519PublicKey.from_public_bytes(self.logs[origin]).verify(signature, text)
                except InvalidSignature:
                    return False
                return True
        return False

    def line(self, text: bytes) -> bytes:
        key = b"\x04" + self.public
        key_id = hashlib.sha256(self.name.encode() + b"\n" + key).digest()[:4]
        signature = self.private.sign(f"cosignature/v1\ntime {AT_S}\n".encode() + text)
        if self.lies:
            signature = bytes(64)
        body = base64.b64encode(key_id + AT_S.to_bytes(8, "big") + signature).decode()
        return f"\u2014 {self.name} {body}\n".encode()
