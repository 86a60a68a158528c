"""Logins of the local issuer: only its own, only while they last, only for what they name."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governance.errors import InputError, InvariantError
from infra.tokens import LocalIssuer, Principal, TokenRefused

pytestmark = pytest.mark.contract
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_token_names_subject_tenant_and_role_also_after_a_restart(tmp_path: Path) -> None:
    token = LocalIssuer(tmp_path, issuer="me").issue(subject="ann", tenant="acme", role="agent", now=NOW)
    assert LocalIssuer(tmp_path, issuer="me").verify(token, now=NOW) == Principal("ann", "acme", "agent")
    assert stat.S_IMODE((tmp_path / "issuer.json").stat().st_mode) == 0o600


def test_a_token_ends(tmp_path: Path) -> None:
    issuer = LocalIssuer(tmp_path, issuer="me")
    token = issuer.issue(subject="ann", tenant="acme", role="agent", now=NOW, lifetime=timedelta(minutes=1))
    with pytest.raises(TokenRefused):
        issuer.verify(token, now=NOW + timedelta(minutes=2))


def test_a_token_of_another_key_or_issuer_is_refused(tmp_path: Path) -> None:
    mine = LocalIssuer(tmp_path / "a", issuer="me")
    for other in (LocalIssuer(tmp_path / "b", issuer="me"), LocalIssuer(tmp_path / "a", issuer="you")):
        with pytest.raises(TokenRefused):
            mine.verify(other.issue(subject="ann", tenant="acme", role="agent", now=NOW), now=NOW)


def test_a_changed_or_unsigned_token_is_refused(tmp_path: Path) -> None:
    issuer = LocalIssuer(tmp_path, issuer="me")
    token = issuer.issue(subject="ann", tenant="acme", role="agent", now=NOW)
    head, claims, signature = token.split(".")
    asked = json.loads(base64.urlsafe_b64decode(claims + "=="))
    admin = base64.urlsafe_b64encode(json.dumps(asked | {"role": "admin"}).encode()).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for forged in (f"{head}.{admin}.{signature}", f"{none}.{claims}.", "", "a.b.c", "é", "x" * 5000):
        with pytest.raises(TokenRefused):
            issuer.verify(forged, now=NOW)


def test_a_role_tenant_or_subject_that_cannot_be_is_not_issued(tmp_path: Path) -> None:
    issuer = LocalIssuer(tmp_path, issuer="me")
    for subject, tenant in (("", "acme"), ("a\nb", "acme"), ("ann", "Acme!"), ("ann", "")):
        with pytest.raises(InputError):
            issuer.issue(subject=subject, tenant=tenant, role="agent", now=NOW)


def test_a_key_file_that_others_can_read_or_that_is_none_stops_the_start(tmp_path: Path) -> None:
    LocalIssuer(tmp_path, issuer="me")
    key = tmp_path / "issuer.json"
    key.chmod(0o644)
    with pytest.raises(InvariantError):
        LocalIssuer(tmp_path, issuer="me")
    key.chmod(0o600)
    key.write_text("{}")
    with pytest.raises(InvariantError):
        LocalIssuer(tmp_path, issuer="me")
