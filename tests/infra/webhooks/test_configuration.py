"""The file of endpoints: secrets from elsewhere, and errors that point at line and key without a secret in them."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from governance.errors import InputError
from infra.settings import secret_of
from infra.webhooks.configuration import load

pytestmark = pytest.mark.contract

SECRET, OLD = "whsec_" + "bmV3" * 8, "whsec_" + "b2xk" * 8
GOOD = """\
endpoints:
  - name: desk
    url: https://desk.example/hook
    secrets: [{env: DESK_NEW}, {file: desk.secret}]
    events: [handoff, callwarden.call_ended.v1]
    tenants: all
  - name: pager
    url: {env: PAGER_URL}
    secrets:
      - env: DESK_NEW
    events: [alert]
    tenants: [acme]
    timeout_ms: 2000
    tries: 3
    allow_private: true
"""
ENVIRONMENT = {"DESK_NEW": SECRET, "PAGER_URL": "http://10.0.0.5/token", "BAD": "whsec_sesame", "FTP": "ftp://sesame/"}


def secret(name: str) -> SecretStr | None:
    return SecretStr(ENVIRONMENT[name]) if name in ENVIRONMENT else None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "desk.secret").write_text(f"{OLD}\n")
    return tmp_path / "hooks.yaml"


def test_endpoints_are_read_with_secrets_from_the_environment_and_from_files(file: Path) -> None:
    file.write_text(GOOD)
    desk, pager = load(file, secret_of=secret)
    assert [one.get_secret_value() for one in desk.secrets] == [SECRET, OLD]
    assert (desk.tenants, desk.timeout_ms, desk.tries, desk.allow_private) == (None, 10_000, 16, False)
    assert (pager.url, pager.tenants, pager.tries) == ("http://10.0.0.5/token", frozenset({"acme"}), 3)
    assert pager.events == {"alert"}


def test_json_is_read_as_well_and_no_file_is_no_endpoint(file: Path) -> None:
    file.write_text(
        '{"endpoints": [{"name": "d", "url": "https://d.example/", "secrets": [{"env": "DESK_NEW"}], '
        '"events": ["alert"], "tenants": "all"}]}'
    )
    assert [one.name for one in load(file, secret_of=secret)] == ["d"]
    assert load(None, secret_of=secret) == ()


@pytest.mark.parametrize(("old", "new", "told"), [
    ("name: desk", "name: Desk!", "hooks.yaml:2: endpoints.0.name"),
    ("name: pager", "name: desk", "hooks.yaml:7: endpoints.1.name: another endpoint has this name"),
    ("https://desk.example/hook", "http://desk.example/", "hooks.yaml:3: endpoints.0.url: must be https:// unless"),
    ("https://desk.example/hook", "https://a:sesame@desk.example/", "hooks.yaml:3: endpoints.0.url: an address holds"),
    ("{env: PAGER_URL}", "{env: FTP}", "hooks.yaml:8: endpoints.1.url: an endpoint has an https:// address"),
    ("{env: PAGER_URL}", "{env: NOT_SET}", "hooks.yaml:8: endpoints.1.url: the environment variable NOT_SET"),
    ("[{env: DESK_NEW}, {file: desk.secret}]", "[whsec_sesame]", "hooks.yaml:4: endpoints.0.secrets.0"),
    ("{file: desk.secret}", "{env: BAD}", "hooks.yaml:4: endpoints.0.secrets: a webhook secret is base64"),
    ("{file: desk.secret}", "{file: none}", "hooks.yaml:4: endpoints.0.secrets.1: the file none cannot be read"),
    ("{file: desk.secret}", "{}", "hooks.yaml:4: endpoints.0.secrets.1: a secret is named by"),
    ("callwarden.call_ended.v1", "callwarden.call_ended.v9", "hooks.yaml:5: endpoints.0.events: 'callwarden.call_e"),
    ("callwarden.call_ended.v1", "callwarden.utterance_finalized.v1", "hooks.yaml:5: endpoints.0.events"),
    ("    tenants: all\n", "", "hooks.yaml:2: endpoints.0.tenants: Field required"),
    ("tries: 3", "tries: 0", "hooks.yaml:14: endpoints.1.tries: Input should be greater"),
    ("tries: 3", "tires: 3", "hooks.yaml:14: endpoints.1.tires: Extra inputs"),
    ("tries: 3", "timeout_ms: 3", "hooks.yaml:14: timeout_ms: written twice"),
    ("endpoints:", "endpoints: [", "this is neither YAML nor JSON"),
])
def test_what_is_wrong_is_named_by_line_and_key_and_no_secret_is_told(
    file: Path, old: str, new: str, told: str
) -> None:
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as wrong:
        load(file, secret_of=secret)
    assert told in str(wrong.value)
    assert "sesame" not in str(wrong.value)
    assert SECRET not in str(wrong.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: No such file"):
        load(tmp_path / "none.yaml", secret_of=secret)


def test_a_secret_is_the_environment_variable_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_NEW", SECRET)
    found = secret_of("DESK_NEW")
    assert found is not None
    assert found.get_secret_value() == SECRET
    assert secret_of("DESK_NOT_SET") is None
