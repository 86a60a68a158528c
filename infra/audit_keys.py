"""The log's signing keys, Ed25519 and ML-DSA-44, from seeds in files only their owner can read (C2SP signed-note)."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from governance.audit.cosignature import MLDSA44, TIME_BYTES, mldsa44_message
from governance.audit.note import ED25519, Signer, VerifierKey
from governance.errors import InvariantError
from infra.clock import now
from infra.private_file import read_or_create

SEED_BYTES = 32
SEED_FILE = "audit.seed"
NEXT_SEED_FILE = "audit.seed.next"
MLDSA44_SEED_FILE = "audit-mldsa44.seed"
MLDSA44_NEXT_SEED_FILE = "audit-mldsa44.seed.next"
ORIGIN_PREFIX = "callwarden.local/audit"


class Ed25519Signer:
    """Signs notes in the name of one log."""

    def __init__(self, *, name: str, seed: bytes) -> None:
        """Bind the seed to the log's origin, which is the key's name."""
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._key = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())

    @property
    def key(self) -> VerifierKey:
        """Name the public half."""
        return self._key

    def sign(self, text: str) -> bytes:
        """Sign a note text."""
        return self._private.sign(text.encode())


class Mldsa44Signer:
    """Signs checkpoints in the name of one log, with the time at which it does (C2SP tlog-cosignature, FIPS 204)."""

    def __init__(self, *, name: str, seed: bytes, clock: Callable[[], datetime] = now) -> None:
        """Bind the seed to the log's origin, which is the key's name."""
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        self._key = VerifierKey(name, MLDSA44, self._private.public_key().public_bytes_raw())
        self._clock = clock

    @property
    def key(self) -> VerifierKey:
        """Name the public half."""
        return self._key

    def sign(self, text: str) -> bytes:
        """Sign a checkpoint's text."""
        at_s = int(self._clock().timestamp())
        signature = self._private.sign(mldsa44_message(text, name=self._key.name, at_s=at_s))
        return at_s.to_bytes(TIME_BYTES, "big") + signature


def origin_of(tenant: str, *, prefix: str = ORIGIN_PREFIX) -> str:
    """Name a tenant's log: its address without the schema."""
    return f"{prefix}/{tenant}"


def log_signer(directory: Path, *, origin: str) -> Ed25519Signer:
    """Open the signer of a log, creating the seed the first time."""
    return Ed25519Signer(name=origin, seed=load_or_create_seed(directory / SEED_FILE))


def log_signers(directory: Path, *, origin: str) -> list[Signer]:
    """Open the signers of a log, Ed25519 first, creating what is missing.

    Where new seeds lie beside the old ones (`….seed.next`), old and new sign: a rotation's overlap.
    """
    signers: list[Signer] = [log_signer(directory, origin=origin)]
    if (directory / NEXT_SEED_FILE).exists():
        signers.append(Ed25519Signer(name=origin, seed=load_or_create_seed(directory / NEXT_SEED_FILE)))
    signers.append(Mldsa44Signer(name=origin, seed=load_or_create_seed(directory / MLDSA44_SEED_FILE)))
    if (directory / MLDSA44_NEXT_SEED_FILE).exists():
        signers.append(Mldsa44Signer(name=origin, seed=load_or_create_seed(directory / MLDSA44_NEXT_SEED_FILE)))
    return signers


def seeds_mark(directory: Path) -> tuple[int, ...]:
    """Tell one set of seed files from another: a rotation is seen without a restart."""
    names = (SEED_FILE, NEXT_SEED_FILE, MLDSA44_SEED_FILE, MLDSA44_NEXT_SEED_FILE)
    files = [directory / name for name in names]
    return tuple(file.stat().st_ino if file.exists() else 0 for file in files)


def load_or_create_seed(path: Path) -> bytes:
    """Read the seed, or create it once: processes that start together end up with the same one."""
    seed = read_or_create(path, lambda: secrets.token_bytes(SEED_BYTES))
    if len(seed) != SEED_BYTES:
        raise InvariantError(f"{path.name} is not a seed of {SEED_BYTES} bytes")
    return seed
