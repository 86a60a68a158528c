"""The file of ingest sources: secrets by name, and an error that says what to do."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from governance.errors import InputError
from infra.ingest.sources import load

pytestmark = pytest.mark.pure
GOOD = "sources:\n  - {vendor: retell, tenant: acme, secret: RETELL_KEY}\n"


def test_a_secret_comes_from_the_environment_it_names(tmp_path: Path) -> None:
    path = tmp_path / "ingest.yaml"
    path.write_text(GOOD)
    (known,) = load(path, secret_of=lambda name: SecretStr("s") if name == "RETELL_KEY" else None)
    assert known.source.tenant == "acme"
    assert known.secret.get_secret_value() == "s"
    assert load(None, secret_of=lambda _: None) == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD, "set the environment variable RETELL_KEY"), ("sources: [", "neither YAML nor JSON"),
        ("sources: [{vendor: nobody, tenant: acme, secret: S}]", "sources.0.vendor"), ("[]", "a mapping is needed"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "ingest.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match=says):
        load(path, secret_of=lambda _: None)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CALLWARDEN_INGEST names"):
        load(tmp_path / "none.yaml", secret_of=lambda _: None)
