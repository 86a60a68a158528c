"""`callwarden audit`: exit 0 when all holds, 1 naming what is wrong, 2 for wrong use."""

import csv
import io
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.audit_keys import Ed25519Signer
from infra.cli_audit import audit_app
from infra.database import engine
from infra.keys import Keyring
from infra.rollback_guard import RollbackGuard
from tests.support.audit_log import ORIGIN, TENANT, SeedSigner, checkpoint, entries, folder
from tests.support.published_log import Log

pytestmark = pytest.mark.contract

KEY = str(SeedSigner().key)
WRITTEN = entries(300)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def run(*arguments: str, database: str = "") -> tuple[int, str, str]:
    app = audit_app(lambda option: option or database)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Write a log of 300 entries as a folder."""
    for path, data in folder(WRITTEN).items():
        (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / path).write_bytes(data)
    return tmp_path / "log"


@pytest.fixture
def log(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Log, str]]:
    pool = engine(database_url)
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    Keyring(engine=pool, kek=tmp_path / "keys" / "kek.json").ensure(tenant=TENANT, call_id="call-0")
    yield Log(pool, RollbackGuard(tmp_path / "guard"), Ed25519Signer(name=ORIGIN, seed=b"\x07" * 32)), database_url
    pool.dispose()


def test_a_right_folder_verifies_with_a_key_or_a_file_of_it(written: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "old").write_bytes(checkpoint(WRITTEN[:256]))
    for key in (KEY, f"@{tmp_path / 'key'}"):
        code, out, _ = run("verify", "--log", str(written), "--key", key, "--old", str(tmp_path / "old"), "--json")
        assert (code, json.loads(out)["ok"], json.loads(out)["older_checkpoints"]) == (0, True, 1)
    assert run("verify", "--log", str(written), "--key", KEY)[1].startswith(f"ok {ORIGIN}: 300 entries in 5 streams")


def test_a_wrong_entry_is_named_and_the_answer_is_no(written: Path) -> None:
    bundle = written / "tile/entries/001.p/44"
    bundle.write_bytes(bundle.read_bytes().replace(b'"v":1', b'"v":2', 1))
    code, out, _ = run("verify", "--log", str(written), "--key", KEY)
    assert (code, "entry 256 in tile/entries/001.p/44" in out) == (1, True)
    code, out, _ = run("verify", "--log", str(written), "--key", KEY, "--json")
    assert (code, json.loads(out)["ok"]) == (1, False)


def test_a_cut_log_a_missing_tile_and_a_wrong_key_are_a_no(written: Path, tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(checkpoint(entries(301)))
    code, out, _ = run("verify", "--log", str(written), "--key", KEY, "--old", str(tmp_path / "old"))
    assert (code, "entry 300 is the first that is gone" in out) == (1, True)
    assert run("verify", "--log", str(written), "--key", str(SeedSigner(byte=9).key))[0] == 1
    (written / "tile/0/000").unlink()
    assert run("verify", "--log", str(written), "--key", KEY)[1] == "WRONG step 3: tile/0/000 is missing\n"


def test_wrong_use_and_unreadable_input_are_two(written: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    good = ["verify", "--log", str(written), "--key", KEY]
    for arguments in (
        ["verify", "--log", str(written)],
        ["verify", "--log", str(tmp_path / "nowhere"), "--key", KEY],
        ["verify", "--log", str(tmp_path / "empty"), "--key", KEY],
        ["verify", "--log", "http://127.0.0.1:9", "--key", KEY],
        ["verify", "--log", str(written), "--key", KEY[:-4] + "AAA="],
        ["verify", "--log", str(written), "--key", f"@{tmp_path / 'nowhere'}"],
        [*good, "--old", str(tmp_path / "nowhere")],
        [*good, "--unknown"],
        ["export", "--out", str(tmp_path / "out"), "--database", "mysql://127.0.0.1/x"],
        ["export", "--out", str(tmp_path / "out"), "--database", "postgresql://127.0.0.1:9/x"],
    ):
        code, _, err = run(*arguments)
        assert (code, bool(err.strip())) == (2, True), arguments


def test_a_log_verifies_over_http(written: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(written)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        assert run("verify", "--log", address, "--key", KEY)[0] == 0
        (written / "tile/1/000.p/1").unlink()
        assert run("verify", "--log", address, "--key", KEY)[0] == 1
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_export_verifies_with_the_key_it_carries(log: tuple[Log, str], tmp_path: Path) -> None:
    published, url = log
    published.add(*range(260))
    published.publish()
    out = tmp_path / "out"
    code, said, _ = run("export", "--out", str(out), "--tenant", TENANT, "--json", database=url)
    assert (code, json.loads(said)["size"]) == (0, 260)
    assert run("verify", "--log", str(out), "--key", f"@{out / 'log.pub'}")[0] == 0
    assert run("export", "--out", str(out), "--tenant", "nobody", database=url)[0] == 2


def test_a_search_prints_json_lines_and_the_cursor(log: tuple[Log, str]) -> None:
    published, url = log
    published.add(*range(10))
    arguments = ["search", "--tenant", TENANT, "--database", url]
    code, out, err = run(*arguments, "--json", "--call", "call-1", "--limit", "1")
    assert (code, json.loads(out)["index"], json.loads(out)["event_id"]) == (0, 1, "event-1")
    cursor = err.removeprefix("more: --cursor ").strip()
    following = run(*arguments, "--json", "--call", "call-1", "--cursor", cursor)[1].splitlines()
    assert json.loads(following[0])["index"] == 6
    assert len(run(*arguments, "--from", "2026-03-01", "--to", "2026-03-01T13:00:00Z")[1].splitlines()) == 10
    assert run(*arguments, "--to", "2026-03-01")[1] == ""
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--csv", "--call", "call-1", "--to", "2026-03-02")[1])))
    assert [row["event_id"] for row in rows] == ["event-1", "event-6"]
    assert run(*arguments, "--limit", "0")[0] == run(*arguments, "--cursor", "zz")[0] == 2


def test_searches_and_exports_are_entries_before_anything_leaves(
    log: tuple[Log, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, url = log
    published.add(*range(10))
    published.publish()
    run("search", "--tenant", TENANT, "--q", "requested", database=url)
    run("export", "--tenant", TENANT, "--out", str(tmp_path / "out"), database=url)
    said = run("search", "--tenant", TENANT, "--type", "read", "--json", database=url)[1].splitlines()
    assert [json.loads(line)["actor_label"].split(":")[0] for line in said] == ["cli", "cli"]
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path / "elsewhere"))
    assert run("search", "--tenant", TENANT, database=url)[:2] == (2, "")
    assert run("export", "--tenant", TENANT, "--out", str(tmp_path / "none"), database=url)[0] == 2
    assert not (tmp_path / "none").exists()
