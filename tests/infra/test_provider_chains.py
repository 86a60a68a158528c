"""The file of provider chains is read with its keys; what is wrong in it is named, and a key never is."""

import importlib.util
import json
from pathlib import Path

import pytest

from governance.errors import InputError, InvariantError
from infra.provider_chains import chains_of, read_chains
from infra.settings import Settings
from infra.speech.kinds import CONVERSES, HEARS, SPEAKS, WRITES, open_chain
from schemas.turns import Provider

pytestmark = pytest.mark.contract

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
LOCAL = {"name": "house", "kind": "local", "model": "m", "region": "local"}
CHAINS = {
    "speech_to_text": [LOCAL], "language_model": [LOCAL], "text_to_speech": [{**LOCAL, "voice": "joe"}],
}


def written(folder: Path, content: object) -> Path:
    path = folder / "providers.json"
    path.write_text(json.dumps(content))
    return path


def test_the_example_of_the_page_opens_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = PAGE.read_text(encoding="utf-8").split("```yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "providers.yaml").write_text(example)
    key = tmp_path / "deepgram.key"
    key.write_text("opensesame\n")
    (tmp_path / "providers.yaml").write_text(example.replace("/etc/callwarden/deepgram.key", str(key)))
    monkeypatch.setenv("ACME_KEY", "secret")
    chains = chains_of(Settings(providers=tmp_path / "providers.yaml", models_url="http://127.0.0.1:9/v1"))
    heard = open_chain(chains.speech_to_text, HEARS, port="speech_to_text")
    assert heard[0].port.provider == Provider(name="deepgram", model="nova-3", region="eu")
    assert heard[-1].port.provider.region == "local"
    assert [one.entry.name for one in chains.language_model] == ["acme", "house"]
    assert len(open_chain(chains.language_model, WRITES, port="language_model")) == 2
    assert open_chain(chains.text_to_speech, SPEAKS, port="text_to_speech")[0].whole_ms == 8_000
    assert "opensesame" not in repr(chains) + str(chains)


def test_the_example_of_models_that_hear_and_speak_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (PAGE.parent / "vendors.md").read_text(encoding="utf-8")
    example = page.split("```yaml\nspeech_to_speech:", 1)[1].split("```", 1)[0]
    key = tmp_path / "gemini.key"
    key.write_text("opensesame\n")
    file = tmp_path / "providers.yaml"
    others = "".join(f"{port}: {json.dumps(chain)}\n" for port, chain in CHAINS.items())
    file.write_text(f"{others}speech_to_speech:{example}".replace("/etc/callwarden/gemini.key", str(key)))
    monkeypatch.setenv("OPENAI_KEY", "secret")
    chains = chains_of(Settings(providers=file, models_url="http://127.0.0.1:9/v1"))
    opened = open_chain(chains.speech_to_speech[:2], CONVERSES, port="speech_to_speech")
    assert [one.port.provider.name for one in opened] == ["openai", "gemini"]
    if importlib.util.find_spec("sphn") is None:
        with pytest.raises(InvariantError, match="sphn"):  # said at the start of the process, not in a call
            open_chain(chains.speech_to_speech, CONVERSES, port="speech_to_speech")


def test_the_example_of_language_models_opens_each_at_its_own_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (PAGE.parent / "vendors.md").read_text(encoding="utf-8")
    example = page.split("```yaml\nlanguage_model:", 1)[1].split("```", 1)[0]
    others = "".join(f"{port}: {json.dumps(chain)}\n" for port, chain in CHAINS.items() if port != "language_model")
    (tmp_path / "providers.yaml").write_text(f"{others}language_model:{example}")
    for name in ("OPENAI_KEY", "GEMINI_KEY", "CLAUDE_KEY"):
        monkeypatch.setenv(name, "opensesame")
    chains = chains_of(Settings(providers=tmp_path / "providers.yaml", models_url="http://127.0.0.1:9/v1"))
    opened = open_chain(chains.language_model, WRITES, port="language_model")
    assert [(one.port.provider.name, one.port.provider.model) for one in opened] == [
        ("openai", "gpt-4o-mini"), ("gemini", "gemini-2.5-flash"), ("claude", "claude-haiku-5-5"), ("own", "my-model"),
    ]
    assert [one.entry.thinking for one in chains.language_model] == [None, "none", None, None]
    with pytest.raises(InputError, match=r"language_model\.0\.thinking"):
        read_chains(written(tmp_path, {**CHAINS, "language_model": [{**LOCAL, "thinking": "a lot"}]}))


def test_without_a_file_the_single_settings_are_a_chain_of_one() -> None:
    chains = chains_of(Settings(models_url="http://127.0.0.1:9/v1", provider_region="eu", provider_timeout_ms=900))
    (one,) = chains.speech_to_text
    assert (one.entry.name, one.entry.model, one.entry.region, one.entry.first_ms) == (
        "openai", "whisper-tiny.en", "eu", 900,
    )
    assert one.key is not None


@pytest.mark.parametrize(("change", "wrong"), [
    ({"speech_to_text": []}, "speech_to_text: Tuple should have at least 1 item"),
    ({"language_model": [{**LOCAL, "region": None}]}, "language_model.0.region"),
    ({"language_model": [{**LOCAL, "key": "sk-opensesame"}]}, "language_model.0.key"),
    ({"language_model": [{**LOCAL, "key": {}}]}, "name an environment variable"),
    ({"speach": []}, "speach"),
])
def test_what_is_wrong_is_named_by_its_key(tmp_path: Path, change: dict[str, object], wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as refused:
        read_chains(written(tmp_path, {**CHAINS, **change}))
    assert "opensesame" not in str(refused.value)


def test_a_key_that_is_not_there_is_asked_for_by_its_name(tmp_path: Path) -> None:
    entry = {**LOCAL, "kind": "openai", "key": {"env": "NOBODY_SETS_THIS"}}
    path = written(tmp_path, {**CHAINS, "language_model": [entry]})
    with pytest.raises(InputError, match="NOBODY_SETS_THIS is not set"):
        chains_of(Settings(providers=path))
    entry["key"] = {"file": str(tmp_path / "gone")}
    with pytest.raises(InputError, match="No such file"):
        chains_of(Settings(providers=written(tmp_path, {**CHAINS, "language_model": [entry]})))
    with pytest.raises(InputError, match="CALLWARDEN_PROVIDERS"):
        read_chains(tmp_path / "absent.yaml")


def test_a_kind_that_a_port_does_not_have_and_a_voice_without_a_name_are_refused(tmp_path: Path) -> None:
    chains = chains_of(Settings(providers=written(tmp_path, {
        **CHAINS, "language_model": [{**LOCAL, "kind": "deepgram"}], "text_to_speech": [LOCAL],
    })))
    with pytest.raises(InputError, match="language_model house: kind: deepgram is none of openai, local"):
        open_chain(chains.language_model, WRITES, port="language_model")
    with pytest.raises(InputError, match="house: voice: missing"):
        open_chain(chains.text_to_speech, SPEAKS, port="text_to_speech")
