"""The operator's file of dispatch endpoints: what is wrong in it is named, and no secret is repeated."""

from pathlib import Path

import pytest

from governance.errors import InputError
from infra.dispatch_endpoints import load

pytestmark = pytest.mark.pure
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def written(folder: Path, content: str) -> Path:
    path = folder / "endpoints.yaml"
    path.write_text(content)
    return path


def test_endpoints_are_known_by_their_names(tmp_path: Path) -> None:
    text = f'county: {{url: "https://dispatch.example.org/in", secrets: ["{SECRET}"], timeout_ms: 900}}\n'
    found = load(written(tmp_path, text))
    assert (found["county"].name, found["county"].timeout_ms) == ("county", 900)
    assert SECRET not in repr(found)


def test_without_a_file_there_is_none() -> None:
    assert load(None) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "a mapping is needed"), ("a: 1", "a: Input should be a valid dictionary"), ("{", "neither YAML"),
        ('a: {url: "ftp://x", secrets: ["whsec_x"]}', "a.url"),
        (f'a: {{url: "https://x.example", secrets: ["{SECRET[:-3]}!!"]}}', "a.secrets"),
        (f'a: {{url: "https://x.example", secrets: ["{SECRET}"], port: 1}}', "a.port: Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_is_repeated(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("[", r"\[")) as wrong:
        load(written(tmp_path, content))
    assert "MfKQ9" not in str(wrong.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        load(tmp_path / "nowhere.yaml")
