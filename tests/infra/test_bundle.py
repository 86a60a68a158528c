"""The evidence of a call: the same bytes again, checked by two verifiers, every changed file named."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from governance.audit.bundle import verify_bundle, write_manifest
from governance.audit.checkpoint import parse_text
from governance.audit.errors import VerificationError
from governance.audit.note import parse_note
from governance.errors import InputError
from infra import bundle_ed25519, bundle_verifier
from infra.audit_keys import Ed25519Signer, Mldsa44Signer
from infra.audit_store import append
from infra.bundle_source import verifier
from infra.bundle_zip import pack, unpack
from infra.cli_bundle import bundle_app
from infra.database import engine, transaction
from infra.keys import Keyring
from infra.read_model import apply
from infra.rollback_guard import RollbackGuard
from schemas.audit import Source
from schemas.disclosures import ConsentWithdrawn
from schemas.verdicts import DisclosureGiven
from streams.entries import draft
from tests.support import calls
from tests.support.audit_log import NOON, ORIGIN, TENANT, SeedSigner
from tests.support.audit_log import draft as other_draft
from tests.support.published_log import Log

pytestmark = pytest.mark.contract
EVIL = "<script>alert(1)</script>"


@dataclass(frozen=True)
class House:
    """A database with a call in its read model and in its signed log."""

    log: Log
    url: str
    folder: Path
    key: str

    def run(self, *arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(bundle_app(lambda option: option or self.url), list(arguments))
        return result.exit_code, result.stdout, result.stderr

    def bundle(self, name: str = "a.zip", *, call: str = "call-1") -> tuple[int, str]:
        code, _, err = self.run("bundle", call, "--out", str(self.folder / name), "--tenant", TENANT)
        return code, err

    def verify(self, name: str = "a.zip", *, key: str | None = None) -> tuple[int, str]:
        code, out, err = self.run("verify-bundle", str(self.folder / name), "--key", key or self.key)
        return code, out + err

    def verify_alone(self, name: str = "a.zip", *, key: str | None = None) -> tuple[int, str]:
        program = self.folder / "alone.py"
        program.write_bytes(verifier())
        command = [sys.executable, "-I", "-S", str(program), str(self.folder / name), "--key", key or self.key]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    pool = engine(database_url)
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    keyring = Keyring(engine=pool, kek=tmp_path / "keys" / "kek.json")
    told = DisclosureGiven(disclosure="ai", rule="ai_disclosure", policy_version="p", because=calls.because())
    no = ConsentWithdrawn(rule="consent.recording", policy_version="p", because=calls.because())
    evil = calls.utterance(EVIL, name="u2", turn=2)
    events = [*calls.story(), *(calls.event(n, one) for n, one in enumerate((told, evil, no), start=11))]
    src = [Source(cluster="c1", topic_id="governed", partition=0, offset=number) for number in range(len(events))]
    log = Log(
        pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32),
        (Mldsa44Signer(name=ORIGIN, seed=b"\x08" * 32),),
    )
    log.add(*range(200, 203))  # 201 is of call-1 as well
    drafts = [draft(event, src=place, keyring=keyring) for event, place in zip(events, src, strict=True)]
    with transaction(pool) as connection:
        for event in events:
            apply(connection, event)
        append(connection, TENANT, drafts, NOON)
        append(connection, TENANT, [other_draft(300)], NOON)
    log.publish()
    yield House(log, database_url, tmp_path, str(log.signer.key))
    pool.dispose()


def test_a_bundle_made_twice_is_the_same_bytes_and_holds_with_both_verifiers(house: House) -> None:
    assert house.bundle("a.zip") == house.bundle("b.zip") == (0, "")
    assert (house.folder / "a.zip").read_bytes() == (house.folder / "b.zip").read_bytes()
    code, said = house.verify()
    assert (code, said.startswith("ok call call-1: 14 entries")) == (0, True)
    code, said = house.verify_alone()
    assert (code, said.startswith("ok call call-1: 14 entries")) == (0, True), said
    with zipfile.ZipFile(house.folder / "a.zip") as archive:
        archive.extractall(house.folder / "open")
    inside = [sys.executable, "-I", "-S", str(house.folder / "open/verify.py"), str(house.folder / "open"), "--key"]
    assert subprocess.run([*inside, house.key], check=False, capture_output=True, timeout=60).returncode == 0


def test_taking_a_bundle_is_an_entry_that_the_next_checkpoint_shows(house: House) -> None:
    house.bundle("a.zip")
    house.log.publish()
    assert house.bundle("b.zip")[0] == 0
    assert (house.verify("b.zip")[0], house.verify_alone("b.zip")[0]) == (0, 0)
    columns = json.loads(unpack(house.folder / "b.zip")["columns.json"])
    assert [each["actor_label"].split(":")[0] for each in columns if each["type"] == "read"] == ["cli"]


def test_the_report_escapes_what_was_said_and_loads_nothing(house: House) -> None:
    house.bundle()
    files = unpack(house.folder / "a.zip")
    page = files["report.html"].decode()
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)" in page
    assert [word for word in ("src=", "href=") if word in page] == []
    for shown in ("explicit_request", "asked for a person", "CREDIT_CARD", "heard whole", "withdrawn", ORIGIN):
        assert shown in page


def test_a_changed_byte_in_any_file_is_named_by_both(house: House) -> None:
    house.bundle()
    data = (house.folder / "a.zip").read_bytes()
    files = unpack(house.folder / "a.zip")
    kinds = [name for name in files if not name.startswith("proofs/")] + ["proofs/5.tlog-proof"]
    assert len(kinds) >= 13
    for name in kinds:
        middle = len(files[name]) // 2
        changed = files[name][:middle] + bytes((files[name][middle] ^ 1,)) + files[name][middle + 1 :]
        (house.folder / "packed.zip").write_bytes(pack({**files, name: changed}))
        (house.folder / "raw.zip").write_bytes(data.replace(files[name], changed, 1))
        for archive in ("packed.zip", "raw.zip"):
            for code, said in (house.verify(archive), house.verify_alone(archive)):
                assert code == 1, (name, archive, said)
                assert name in said, said


def test_a_missing_or_added_file_is_named_by_both(house: House) -> None:
    house.bundle()
    files = unpack(house.folder / "a.zip")
    less = {name: data for name, data in files.items() if name != "verdicts.json"}
    for changed, name in ((less, "verdicts.json: is missing"), ({**files, "more.txt": b""}, "more.txt: is not in")):
        (house.folder / "b.zip").write_bytes(pack(changed))
        for code, said in (house.verify("b.zip"), house.verify_alone("b.zip")):
            assert (code, name in said) == (1, True), said


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entries.jsonl", b"policy", b"policies"),
        ("columns.json", b'"disclosure_given"', b'"disclosure_taken"'),
        ("proofs/5.tlog-proof", b"index 5", b"index 6"),
        ("transcript.json", b"acme/call-1/2", b"acme/call-1/99"),
        ("verdicts.json", b'"event_id":"acme/call-1/8"', b'"event_id":"acme/call-1/98"'),
        ("call.json", b'"call-1"', b'"call-2"'),
        ("log.pub", b"+", b"-"),
        ("checkpoint", b"acme\n", b"acne\n"),
    ],
)
def test_a_forger_who_writes_the_manifest_again_is_found_out_by_both(
    house: House, name: str, old: bytes, new: bytes
) -> None:
    house.bundle()
    files = unpack(house.folder / "a.zip")
    assert old in files[name] or name == "entries.jsonl"
    manifest = json.loads(files.pop("manifest.json"))
    if name == "entries.jsonl":
        lines = files[name].splitlines(keepends=True)
        files[name] = b"".join(lines[:3] + lines[4:])  # one entry of the call is taken out, with its proof
        files.pop(f"proofs/{json.loads(lines[3])['index']}.tlog-proof")
    else:
        files[name] = files[name].replace(old, new)
    checkpoint = parse_text(parse_note(files["checkpoint"]).text)
    files["manifest.json"] = write_manifest(files, call=manifest["call"], checkpoint=checkpoint)
    (house.folder / "b.zip").write_bytes(pack(files))
    for code, said in (house.verify("b.zip"), house.verify_alone("b.zip")):
        assert (code, said.startswith(f"WRONG {name}: ")) == (1, True), said


def test_another_key_is_a_no_and_what_cannot_be_read_is_two(house: House) -> None:
    house.bundle()
    other = str(SeedSigner(byte=9).key)
    for code, said in (house.verify(key=other), house.verify_alone(key=other)):
        assert (code, said.startswith("WRONG checkpoint: ")) == (1, True), said
    (house.folder / "text.zip").write_text("not an archive")
    for verify in (house.verify, house.verify_alone):
        assert verify("nowhere.zip")[0] == verify("text.zip")[0] == verify(key="nonsense")[0] == 2


def test_bytes_around_the_files_are_found_out(house: House) -> None:
    house.bundle()
    (house.folder / "b.zip").write_bytes(b"hidden" + (house.folder / "a.zip").read_bytes())
    code, said = house.verify("b.zip")
    assert (code, "archive" in said) == (1, True)


def test_an_unknown_call_and_one_without_checkpoint_are_a_no_with_the_reason(house: House) -> None:
    assert house.bundle(call="nobody") == (1, f"tenant {TENANT} has no call nobody\n")
    with transaction(house.log.pool) as connection:
        apply(connection, calls.event(1, calls.admitted(), call_id="call-9"))
    code, said = house.bundle(call="call-9")
    assert (code, "covers no entry of call call-9 yet" in said) == (1, True)
    assert not (house.folder / "a.zip").exists()


def test_a_data_folder_without_keys_is_refused_before_anything_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLWARDEN_DATA", str(house.folder / "empty"))
    code, said = house.bundle()
    assert (code, "CALLWARDEN_DATA" in said, (house.folder / "a.zip").exists()) == (2, True, False)


def test_no_changed_byte_or_cut_of_an_archive_is_met_unprepared(tmp_path: Path) -> None:
    data = pack({"a.json": b"{}", "manifest.json": b'{"files":{}}'})
    changed = [data[:at] + bytes((data[at] ^ bit,)) + data[at + 1 :] for at in range(len(data)) for bit in (1, 8, 255)]
    archive = tmp_path / "a.zip"
    for content in [*changed, *(data[:at] for at in range(len(data)))]:
        archive.write_bytes(content)
        with pytest.raises((VerificationError, InputError)):
            unpack(archive)
        assert bundle_verifier.main([str(archive), "--key", str(SeedSigner().key)]) in (1, 2)


def test_python_alone_checks_ed25519_as_the_library_does() -> None:
    signer = SeedSigner()
    signature = signer.sign("hello\n")
    public = signer.key.public_key
    assert bundle_ed25519.signed_by(public, b"hello\n", signature)
    assert not bundle_ed25519.signed_by(public, b"hallo\n", signature)
    assert not bundle_ed25519.signed_by(SeedSigner(byte=8).key.public_key, b"hello\n", signature)
    for bit in range(0, 512, 7):
        bad = bytearray(signature)
        bad[bit // 8] ^= 1 << bit % 8
        assert not bundle_ed25519.signed_by(public, b"hello\n", bytes(bad))


def test_a_folder_without_manifest_is_a_no() -> None:
    with pytest.raises(VerificationError, match=r"manifest.json: is missing"):
        verify_bundle({}, keys=[])
