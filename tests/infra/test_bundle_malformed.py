"""Bundles that no honest service makes: each is refused by both verifiers in one line, and none is met unprepared."""

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from infra.bundle_zip import pack
from tests.support.audit_log import checkpoint, entries
from tests.support.small_bundle import OLDER, bundle, judge, under_a_new_manifest

pytestmark = pytest.mark.pure
WHOLE = bundle()
PACKED = pack(WHOLE)
NO, UNREADABLE = 1, 2


def refused(place: Path, *codes: int, named: str = "", arguments: tuple[str, ...] = ()) -> None:
    for code, said in judge(place, *arguments):
        assert code in codes, said
        assert said.count("\n") == 1, said
        assert "Traceback" not in said
        assert not said.startswith("ok"), said
        assert said.isascii(), said
        assert named in said, said


def forged(folder: Path, files: dict[str, bytes], *, named: str = "") -> None:
    (folder / "forged.zip").write_bytes(pack(files))
    refused(folder / "forged.zip", NO, named=named)


def zipped(change: Callable[[zipfile.ZipFile, zipfile.ZipInfo], None], name: str = "call.json") -> bytes:
    """Write the archive anew, one member in another way."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for each in sorted(WHOLE):
            info = zipfile.ZipInfo(each, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            if each == name:
                change(archive, info)
            else:
                archive.writestr(info, WHOLE[each])
    return out.getvalue()


def twice(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    archive.writestr(info, b"{}")
    archive.writestr(info.filename, WHOLE["call.json"])


def link(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    info.external_attr = 0o120777 << 16
    archive.writestr(info, WHOLE["call.json"])


def deflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    archive.writestr(info, WHOLE["call.json"], zipfile.ZIP_DEFLATED)


def remarked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    info.comment = b"hidden"
    archive.writestr(info, WHOLE["call.json"])


def beside(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    info.extra = struct.pack("<HH", 0x7777, 0)
    archive.writestr(info, WHOLE["call.json"])


def below_a_folder(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    archive.writestr("folder/", b"")
    archive.writestr(info, WHOLE["call.json"])


def claiming(size: int) -> bytes:
    """Let the directory say that the first file is as long as this."""
    at = PACKED.index(b"PK\x01\x02")
    return PACKED[: at + 20] + struct.pack("<II", size, size) + PACKED[at + 28 :]


def test_the_bundle_itself_holds_in_the_archive_and_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(PACKED)
    (tmp_path / "kept").write_bytes(checkpoint(entries(OLDER)))
    for arguments in ((), ("--old", str(tmp_path / "kept"))):
        for code, said in judge(tmp_path / "a.zip", *arguments):
            assert (code, f"extends its checkpoints of size {OLDER}" in said) == (0, True), said
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "open")
    assert judge(tmp_path / "open")[1][0] == 0
    assert judge(tmp_path / "open")[0][0] == UNREADABLE  # the command takes the archive alone


def test_a_checkpoint_that_was_kept_and_is_not_shown_is_a_no(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(PACKED)
    for number, kept in enumerate((checkpoint(entries(3)), checkpoint(entries(OLDER, first=50)), b"", b"\xff\n\n\xff")):
        (tmp_path / f"kept{number}").write_bytes(kept)
        refused(tmp_path / "a.zip", NO, arguments=("--old", str(tmp_path / f"kept{number}")))
    refused(tmp_path / "a.zip", UNREADABLE, arguments=("--old", str(tmp_path / "nowhere")))


def test_what_is_cut_off_is_unreadable(tmp_path: Path) -> None:
    for length in {*range(60), *range(0, len(PACKED), 997), *range(len(PACKED) - 60, len(PACKED))}:
        (tmp_path / "a.zip").write_bytes(PACKED[:length])
        refused(tmp_path / "a.zip", UNREADABLE)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (zipped(twice), "call.json"), (zipped(deflated), "call.json"), (zipped(link), ""), (zipped(remarked), ""),
        (zipped(beside), ""), (zipped(below_a_folder), ""), (b"hidden" + PACKED, ""), (PACKED + b"hidden", ""),
        (PACKED[:-2] + b"\x06\x00hidden", ""), (claiming(0), ""), (claiming(1 << 31), ""), (claiming(0xFFFFFFFE), ""),
        (claiming(0xFFFFFFFF), ""),
    ],
)
def test_an_archive_that_is_packed_otherwise_is_refused(tmp_path: Path, data: bytes, named: str) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    refused(tmp_path / "a.zip", NO, UNREADABLE, named=named)


def test_what_is_no_file_or_too_large_is_unreadable(tmp_path: Path) -> None:
    with (tmp_path / "large.zip").open("wb") as file:
        file.truncate(3 << 30)
    os.mkfifo(tmp_path / "pipe.zip")
    for place in (tmp_path / "large.zip", tmp_path / "pipe.zip", tmp_path / "nowhere.zip", Path("/dev/zero")):
        refused(place, UNREADABLE)


def test_a_folder_with_links_and_pipes_in_it_is_refused(tmp_path: Path) -> None:
    def laid_out(name: str) -> Path:
        for each, data in WHOLE.items():
            (tmp_path / name / each).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / each).write_bytes(data)
        return tmp_path / name

    linked = laid_out("linked")
    (tmp_path / "elsewhere").write_bytes(WHOLE["call.json"])
    (linked / "call.json").unlink()
    (linked / "call.json").symlink_to(tmp_path / "elsewhere")
    circular = laid_out("circular")
    (circular / "heads").symlink_to(circular)
    piped = laid_out("piped")
    os.mkfifo(piped / "more")
    for place, named in ((linked, "call.json"), (circular, "heads"), (piped, "more")):
        assert judge(place)[1] == (NO, f"WRONG {named}: is a link, or no plain file\n")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "..", "a/../call.json", "C:evil",
        "a\\..\\call.json", "call.json ", "Call.json",
        "x\nok call call-1: 10 entries", "\x1b[2Jok", "caf\u00e9.json", "proofs/../call.json", "proofs/00.tlog-proof",
        "readme.txt", "chain/x", "logs/more", "heads/more", "__pycache__/verify.pyc",
    ],
)
def test_a_name_that_no_bundle_has_is_refused_also_where_the_manifest_lists_it(tmp_path: Path, name: str) -> None:
    forged(tmp_path, {**WHOLE, name: b"{}"})
    forged(tmp_path, under_a_new_manifest({**WHOLE, name: b"{}"}))


def test_half_of_a_part_is_not_passed_over(tmp_path: Path) -> None:
    for name, missing in (
        ("heads/streams.json", "heads/entry"), ("heads/entry.tlog-proof", "heads/entry"),
        ("logs/checkpoint.tsr", "logs/entry"), ("logs/entry", "logs/entry.tlog-proof"), ("logs/log.pub", "logs/entry"),
        ("chain/3.checkpoint", "chain/3.consistency"), ("chain/3.consistency", "chain/3.checkpoint"),
    ):
        forged(tmp_path, under_a_new_manifest({**WHOLE, name: b"[]"}), named=f"{missing}: is missing")


def test_every_file_that_is_missing_is_named(tmp_path: Path) -> None:
    for name in WHOLE:
        less = {each: data for each, data in WHOLE.items() if each != name}
        forged(tmp_path, less, named=f"{name}: is missing")
        if name in ("manifest.json", "report.html", "handoffs.json", "controls.json", "turns.json", "verify.py"):
            continue  # who forges the manifest, too, may leave out what no other file speaks of
        forged(tmp_path, under_a_new_manifest(less), named=name)


@pytest.mark.parametrize(
    "data",
    [
        "{}".encode("utf-16"), b"\xef\xbb\xbf{}", b"\xff", b"", b"{", b"NaN", b"[Infinity]", b'{"a":1,"a":2}',
        b"[" * 100_000, b"1" * 5_000, b"{'a': 1}",
    ],
)
def test_json_in_another_encoding_or_form_is_named(tmp_path: Path, data: bytes) -> None:
    for name in sorted(each for each in WHOLE if each.endswith(".json")):
        files = {**WHOLE, name: data}
        forged(tmp_path, files if name == "manifest.json" else under_a_new_manifest(files), named=name)


SHAPES: list[Any] = [None, True, 1, 1.5, "", "x\nok", [], {}, [[]], [{}], [None], {"call_id": None}, [["event_id"]]]


def test_any_other_shape_is_a_no_and_no_trace_of_the_program(tmp_path: Path) -> None:
    for name in ("columns.json", "call.json", "transcript.json", "turns.json", "verdicts.json"):
        for shape in SHAPES:
            if name == "verdicts.json" and shape == []:
                continue  # no rule found anything
            forged(tmp_path, under_a_new_manifest({**WHOLE, name: rfc8785.dumps(shape)}))
    transcript = json.loads(WHOLE["transcript.json"])
    for shape in [*SHAPES, [{"stages": {"said": {"event_id": []}}}], [{"stages": {"said": {"event_id": {}}}}]]:
        if shape != []:
            said = rfc8785.dumps({**transcript, "lines": shape})
            forged(tmp_path, under_a_new_manifest({**WHOLE, "transcript.json": said}))
    for shape in ([{"event_id": []}], [{"event_id": {}}], [{"event_id": None}], [{"event_id": "another"}]):
        forged(tmp_path, under_a_new_manifest({**WHOLE, "verdicts.json": rfc8785.dumps(shape)}))


def test_a_manifest_of_any_other_shape_is_a_no(tmp_path: Path) -> None:
    manifest = json.loads(WHOLE["manifest.json"])
    for name in manifest:
        for shape in SHAPES:
            forged(tmp_path, {**WHOLE, "manifest.json": rfc8785.dumps({**manifest, name: shape})})
        less = {each: value for each, value in manifest.items() if each != name}
        forged(tmp_path, {**WHOLE, "manifest.json": rfc8785.dumps(less)})
    for shape in SHAPES:
        forged(tmp_path, {**WHOLE, "manifest.json": rfc8785.dumps(shape)})


def test_entries_of_any_other_shape_are_a_no(tmp_path: Path) -> None:
    first, *rest = WHOLE["entries.jsonl"].splitlines(keepends=True)
    whole = json.loads(first)
    for shape in SHAPES:
        text = json.dumps(shape)
        for line in (shape, {**whole, "entry": shape}, {**whole, "index": shape}, {**whole, "entry": text}):
            said = rfc8785.dumps(line) + b"\n" + b"".join(rest)
            forged(tmp_path, under_a_new_manifest({**WHOLE, "entries.jsonl": said}))
    for line in (b'{"entry":"\\ud800","index":0}\n', b"\n", first[:-1], first * 2, first.replace(b"0", b"9" * 400, 1)):
        forged(tmp_path, under_a_new_manifest({**WHOLE, "entries.jsonl": line + b"".join(rest)}))


def test_a_file_of_another_bundle_does_not_fit_even_under_a_new_manifest(tmp_path: Path) -> None:
    other = bundle("call-2", count=12, first=30)
    swapped = [name for name in WHOLE if name in other and other[name] != WHOLE[name] and name != "manifest.json"]
    assert len(swapped) >= 19
    for name in swapped:
        # Entries that another log holds do not fit the first proof.
        named = "proofs" if name == "entries.jsonl" else name.partition("/")[0].split(".")[0]
        forged(tmp_path, under_a_new_manifest({**WHOLE, name: other[name]}), named=named)
    forged(tmp_path, {**WHOLE, "manifest.json": other["manifest.json"]})
