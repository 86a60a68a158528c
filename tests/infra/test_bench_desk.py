"""The benches of desk and console: their rows are those that pages read, and what their reports say."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from infra import calls_reader, disclosure_report, emergency_desk, figures, handoff_desk, queue_report
from infra.audit_search import search
from infra.bench import centre
from infra.bench.console_paths import PAGES, ROUTES
from infra.bench.desk_figures import ConsoleReport, HandoffReport, Row, StreamsReport
from infra.bench.figures import Machine, spread
from infra.bench.sse_crowd import Crowd
from infra.cli_bench_desk import show_console, show_handoff, show_streams
from infra.clock import now
from infra.database import engine
from infra.tenancy import tenant_transaction
from schemas.audit import AuditFilter

pytestmark = pytest.mark.contract
CALLS = 600
MACHINE = Machine(cpu="any", cores=2, load_before=0.1)
FAST, SLOW = spread([0.010, 0.020]), spread([0.4, 2.0])


@pytest.fixture
def pool(database_url: str) -> Iterator[Engine]:
    pool = engine(database_url)
    centre.fill(pool, "centre", CALLS, lambda _: None)
    yield pool
    pool.dispose()


def test_the_rows_of_a_centre_are_read_by_everything_that_pages_ask(pool: Engine) -> None:
    with tenant_transaction(pool, "centre") as connection:
        page = calls_reader.calls(connection, "centre", state="live", limit=500)
        assert len(page.calls) == centre.LIVE
        told = calls_reader.signals(connection, "centre", [one.call_id for one in page.calls])
        assert {one.turns for one in told.values()} == {centre.TURNS}
        said = calls_reader.transcript(connection, "centre", page.calls[0].call_id)
        assert said is not None
        assert [one.participant for one in said.lines] == ["caller", "assistant"] * centre.TURNS
        listed = handoff_desk.listing(connection, "centre", limit=200).handoffs
        assert {one.state for one in listed} == {"offered", "accepted"}
        packet = handoff_desk.packet(connection, "centre", listed[0].handoff).packet
        assert packet is not None
        assert packet.call_id == listed[0].call_id
        report = figures.report(connection, "centre", days=31, at=now())
        assert sum(one.calls for one in report.days) == CALLS
        queues = queue_report.report(connection, "centre", from_at=None, to_at=None, at=now()).queues
        assert sum(one.waiting for one in queues) == CALLS // 50
        counts = disclosure_report.report(connection, "centre", disclosure_report.Asked(), at=now()).counts
        assert [one.required for one in counts] == [CALLS, CALLS]
        assert all(one.heard + one.never_said == CALLS for one in counts)
        assert emergency_desk.listing(connection, "centre").emergencies
        found = search(connection, "centre", AuditFilter(q="order"), limit=5)
        assert len(found.entries) == 5
        assert len(search(connection, "centre", AuditFilter(call=page.calls[0].call_id)).entries) == centre.ENTRIES
    with tenant_transaction(pool, "elsewhere") as connection:
        assert calls_reader.calls(connection, "elsewhere").calls == ()


def test_everything_that_is_opened_has_a_name_of_its_own() -> None:
    assert len({one.name for one in PAGES}) == len(PAGES)
    assert len({one.name for one in ROUTES}) == len(ROUTES)
    assert all(one.path.startswith("/console/") for one in PAGES)


def test_a_console_that_is_too_slow_in_one_place_misses_its_target(capsys: pytest.CaptureFixture[str]) -> None:
    rows = (Row(name="calls", role="agent", full=FAST, few=FAST), Row(name="figures", role="dpo", full=SLOW, few=FAST))
    report = ConsoleReport(
        command="callwarden bench console", date="2026-03-01", machine=MACHINE, load_after=0.2, calls=CALLS,
        few_calls=200, rows=1, filled_s=1.0, database_mib=1.0, routes=rows, pages=rows[:1], drawn=(),
    )
    assert list(report.targets().values()) == [False, True]
    assert ConsoleReport.model_validate(json.loads(report.model_dump_json())) == report
    show_console(report)
    assert "MISSED every route" in capsys.readouterr().out


def test_a_crowd_and_a_handoff_are_told_beside_their_baselines(capsys: pytest.CaptureFixture[str]) -> None:
    show_streams(StreamsReport(
        command="callwarden bench streams", date="2026-03-01", machine=MACHINE, load_after=0.2, streams=1000,
        opened_s=2.0, resident_mib=150.0, kib_per_stream=60.0, files_per_stream=1.0, first_told=FAST, last_told=SLOW,
        one_told=FAST, processor_ms_per_change=9.0, processor_share_idle=0.01, refused="HTTP/1.1 503",
    ))
    show_handoff(HandoffReport(
        command="callwarden bench handoff", date="2026-03-01", machine=MACHINE, load_after=0.2, count=2, every_s=1.0,
        accepted_to_offered=FAST, accepted_to_stream=FAST, accepted_to_seen=FAST, accepted_to_packet=SLOW,
    ))
    shown = capsys.readouterr().out
    assert "baseline: the only stream" in shown
    assert [line.split()[0] for line in shown.splitlines() if "<=" in line] == ["MISSED", "met", "MISSED"]


async def _server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked = await reader.readuntil(b"\r\n\r\n")
    if b"Bearer bad" in asked:
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        writer.close()
        return
    writer.write(b"HTTP/1.1 200 OK\r\n\r\nretry: 1000\n\nevent: offered\nid: h1:2\nda")
    await writer.drain()
    writer.write(b"ta: {}\n\n")


async def test_each_stream_of_a_crowd_is_heard_and_a_refusal_is_told() -> None:
    server = await asyncio.start_server(_server, "127.0.0.1", 0)
    crowd = Crowd(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "/stream")
    await crowd.open(["a", "b", "c"])
    assert len(await crowd.until("h1:2", within_s=60)) == 3
    with pytest.raises(ConnectionError, match="503"):
        await crowd.open(["bad"])
    await crowd.close()
    server.close()
