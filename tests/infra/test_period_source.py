"""The evidence of a period: every entry of it, the same bytes again, and each forgery named by two verifiers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import period_source
from infra.bundle_zip import pack
from infra.tenancy import tenant_transaction
from tests.support.audit_log import NOON, TENANT
from tests.support.period_log import PeriodLog, lines_of, rewritten, with_lines

pytestmark = pytest.mark.contract


@pytest.fixture
def log(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeriodLog]:
    monkeypatch.setenv("CALLWARDEN_DATA", str(tmp_path))
    made = PeriodLog(database_url, tmp_path)
    made.fill()
    yield made
    made.pool.dispose()


def test_every_entry_of_the_period_is_there_with_its_neighbours_and_both_verifiers_agree(log: PeriodLog) -> None:
    files = log.files(1, 5)
    entries = lines_of(files, "entries.jsonl")
    assert [one["index"] for one in entries] == list(range(99, 502))  # stream heads are entry 400
    assert [one["index"] for one in lines_of(files, "columns.jsonl")] == list(range(100, 501))
    for code, said in log.judge("a.zip", log.logs_key):
        assert code == 0, said
        assert "all 401 entries" in said
        assert "from entry 99 to 501" in said
        assert "ends of streams: complete" in said
        assert "_logs" in said
        assert "not given" not in said


def test_the_bytes_are_the_same_again_from_another_process_and_after_the_log_has_gone_on(log: PeriodLog) -> None:
    assert log.take(1, 5)[0] == 0
    log.publisher.once()  # that somebody took it is an entry of the log by now
    code = "import sys; from infra.cli_bundle import app; app()"
    since, until = "2026-03-01T12:01:00", "2026-03-01T12:05:00"
    asked = ["bundle", "--from", since, "--to", until, "--out", str(log.folder / "b.zip"), "--tenant", TENANT]
    environment = {**os.environ, "PYTHONHASHSEED": "1", "CALLWARDEN_DATA": str(log.folder)}
    command = [sys.executable, "-c", code, *asked, "--database", log.url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert (log.folder / "a.zip").read_bytes() == (log.folder / "b.zip").read_bytes()


def test_who_took_it_is_an_entry_of_the_log(log: PeriodLog) -> None:
    log.take(1, 2)
    with tenant_transaction(log.pool, TENANT) as connection:
        query = "SELECT idx, actor_label FROM audit_index WHERE type = 'read'"
        ((index, who),) = connection.exec_driver_sql(query).all()
    assert (index, who.startswith("cli:")) == (601, True)


def test_the_ends_of_the_log_and_a_period_without_entries_are_shown_too(log: PeriodLog) -> None:
    for first, last, count, shown, ending in (
        (-5, 1, 100, "from entry 0 to 100", ""), (5, 99, 100, "from entry 500 to 600", "where the log ended"),
        (-5, 99, 601, "from entry 0 to 600", "where the log ended"), (2.5, 2.75, 0, "from entry 299 to 300", ""),
        (50, 99, 0, "from entry 600 to 600", "where the log ended"), (-9, -5, 0, "from entry 0 to 0", ""),
    ):
        assert log.take(first, last)[0] == 0
        for code, said in log.judge("a.zip"):
            assert (code, f"all {count} entries" in said, shown in said, ending in said) == (0, True, True, True), said


def test_an_entry_that_is_left_out_is_named(log: PeriodLog) -> None:
    files = log.files(1, 5)
    for name in ("entries.jsonl", "columns.jsonl"):
        files = with_lines(files, name, [one for one in lines_of(files, name) if one["index"] != 250])
    for code, said in log.judge_forged(files, entries=400):
        assert (code, said) == (1, "WRONG entries.jsonl: before entry 251 entry 250 is left out\n")
    hidden = rewritten(log.files(1, 5), lambda entries: entries.__delitem__(151))  # all behind it are numbered anew
    for code, said in log.judge_forged(hidden, entries=400):
        assert (code, said.startswith("WRONG entries.jsonl: entry 254 does not follow entry 245 of")) == (1, True), said


def test_a_shifted_bound_is_named(log: PeriodLog) -> None:
    for first, last, since, until, named in (
        (1, 4, "12:01", "12:05", "does not show that the period ends at entry 400"),
        (2, 5, "12:01", "12:05", "does not show that the period begins at entry 199"),
        (1, 5, "12:02", "12:05", "the bound was shifted"),
        (1, 5, "12:01", "12:04", "the bound was shifted"),
        (1, 5, "12:05", "12:05", "the period ends before it begins"),
    ):
        bounds = {"from": f"2026-03-01T{since}:00.000000Z", "to": f"2026-03-01T{until}:00.000000Z"}
        for code, said in log.judge_forged(log.files(first, last), **bounds):
            assert (code, named in said) == (1, True), said


def test_a_neighbour_that_is_cut_away_is_missed(log: PeriodLog) -> None:
    files, wider = log.files(1, 5), log.files(0, 6)
    shorter = with_lines(files, "entries.jsonl", lines_of(files, "entries.jsonl")[1:])
    for code, said in log.judge_forged(shorter):
        assert (code, "begins at entry 100: the one before is not there" in said) == (1, True), said
    # A longer range's proofs do not make up for it either.
    for code, said in log.judge_forged({**wider, "entries.jsonl": files["entries.jsonl"]}):
        assert code == 1, said


def test_a_flipped_bit_of_an_entry_is_named(log: PeriodLog) -> None:
    def flip(entries: list[dict[str, Any]], at: int) -> None:
        leaf = json.loads(entries[at]["entry"])
        leaf["payload"]["size"] ^= 1
        entries[at]["entry"] = json.dumps(leaf, sort_keys=True, separators=(",", ":"))

    files = log.files(1, 5)
    entries = lines_of(files, "entries.jsonl")
    flip(entries, 151)
    for code, said in log.judge_forged(with_lines(files, "entries.jsonl", entries)):
        # Its successor in the stream names another hash before itself.
        assert (code, said.startswith("WRONG entries.jsonl: entry 255 does not follow entry 250 of")) == (1, True), said
    for at in (-2, -5):  # the last of a stream: nothing behind it tells
        last = lines_of(files, "entries.jsonl")
        flip(last, at)
        for code, said in log.judge_forged(with_lines(files, "entries.jsonl", last)):
            assert (code, f"entry {502 + at} is not the one that columns.jsonl names" in said) == (1, True), said
        forged = rewritten(files, lambda entries, at=at: flip(entries, at))  # type: ignore[misc]  # bound here
        for code, said in log.judge_forged(forged):
            assert (code, "do not lead to the root" in said) == (1, True), said


def test_swapped_leaves_are_named_by_the_tile_they_lie_in(log: PeriodLog) -> None:
    def swap(entries: list[dict[str, Any]]) -> None:  # of two streams and one instant: only the root can tell
        entries[201], entries[202] = entries[202], entries[201]

    files = log.files(0, 6)
    forged = rewritten(files, swap)
    for kept, place in ((forged["tiles.json"], "entries 0 to 600"), (files["tiles.json"], "entries 0 to 255")):
        for code, said in log.judge_forged({**forged, "tiles.json": kept}):
            assert (code, said.startswith(f"WRONG entries.jsonl: {place} do not lead to the root")) == (1, True), said


def test_a_changed_byte_in_any_file_is_named_by_both(log: PeriodLog) -> None:
    files = log.files(1, 5)
    assert len(files) >= 17
    for name, data in files.items():
        middle = len(data) // 2
        changed = data[:middle] + bytes((data[middle] ^ 1,)) + data[middle + 1 :]
        (log.folder / "b.zip").write_bytes(pack({**files, name: changed}))
        for code, said in log.judge("b.zip"):
            assert (code, name in said) == (1, True), (name, said)


def test_a_file_of_another_place_does_not_fit_under_a_new_manifest(log: PeriodLog) -> None:
    files, other = log.files(1, 5), log.files(0, 6)
    entry = lines_of(files, "entries.jsonl")[3]["entry"].encode()
    for name, data, named in (
        ("tiles.json", other["tiles.json"], "tiles.json: "),
        ("columns.jsonl", other["columns.jsonl"], "columns.jsonl: does not name entry 100 in its place"),
        ("proofs/99.tlog-proof", files["proofs/501.tlog-proof"], "proofs/99.tlog-proof: "),
        ("heads/streams.json", b"[]", "heads/streams.json: stream "),
        ("heads/entry", entry, "heads/entry"),
    ):
        for code, said in log.judge_forged({**files, name: data}):
            assert (code, said.startswith(f"WRONG {named}")) == (1, True), said


def test_what_is_no_period_or_too_long_is_refused_with_the_limit(
    log: PeriodLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(period_source, "MAX_ENTRIES", 150)
    code, said = log.take(1, 5, "c.zip")
    assert (code, "holds 401 entries" in said, "at most 150" in said) == (2, True, True)
    assert not (log.folder / "c.zip").exists()
    code, said = log.take(5, 1)
    assert (code, "before" in said) == (2, True)
    for wrong in (("call-1", "--from", "2026-03-01"), ("--to", "2026-03-01"), ()):
        code, said = log.run("bundle", *wrong, "--out", str(log.folder / "c.zip"))
        assert (code, "either a call, or a period" in said) == (2, True)
    log.pool.dispose()
    code, said = log.run("bundle", "--from", "2026-03-01", "--to", "2026-03-02", "--tenant", "nobody", "--out", "x")
    assert (code, "no signed checkpoint" in said) == (1, True)


def test_the_page_counts_what_the_entries_say_and_loads_nothing(log: PeriodLog) -> None:
    page = log.files(1, 5)["report.html"].decode()
    for shown in ("turn.ended", "policy.verdict", "person.requested", "baseline-3", "call-4", "stream.heads",
                  "entries 99 to 501 without a gap", "log of logs", "@media print"):
        assert shown in page, shown
    assert [word for word in ("src=", "href=", "<script") if word in page] == []
    assert log.files(1, 5)["controls.json"].count(b"transcript.json") == 0


def test_a_period_is_made_in_pieces_and_gone_when_it_was_read(log: PeriodLog) -> None:
    since, until = NOON, NOON + timedelta(minutes=6)
    period = period_source.make(log.pool, TENANT, since=since, until=until)
    assert sum(map(len, period.pieces())) == period.size
    assert period.archive.closed
    assert period.found() == [str(index) for index in range(601)]
