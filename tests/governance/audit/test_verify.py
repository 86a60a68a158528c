"""The verifier finds every wrong thing and names the first one."""

import random

import pytest

from governance.audit.errors import VerificationError
from governance.audit.tiles import decode_bundle, encode_bundle
from governance.audit.verify import verify_log
from tests.support.audit_log import ORIGIN, SeedSigner, checkpoint, entries, folder

pytestmark = pytest.mark.pure

SIZES = [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1000]
WRITTEN = entries(1000)
KEY = SeedSigner().key


def wrong(files: dict[str, bytes], *older: bytes) -> str:
    with pytest.raises(VerificationError) as caught:
        verify_log(files.get, keys=[KEY], older=older)
    return caught.value.diagnostic


def changed(files: dict[str, bytes], path: str, at: int) -> dict[str, bytes]:
    data = bytearray(files[path])
    data[at] ^= 1
    return {**files, path: bytes(data)}


@pytest.mark.parametrize("size", SIZES)
def test_a_log_of_any_size_verifies(size: int) -> None:
    older = [checkpoint(WRITTEN[:each]) for each in SIZES if each <= size]
    report = verify_log(folder(WRITTEN[:size]).get, keys=[KEY], older=older)
    assert (report.origin, report.size, report.streams) == (ORIGIN, size, min(size, 5))
    assert report.older_checkpoints == len(older)
    assert report.bundles == (size + 255) // 256


def test_every_missing_file_is_named() -> None:
    files = folder(WRITTEN[:600])
    for path in files:
        assert path in wrong({each: data for each, data in files.items() if each != path})


def test_random_flips_in_any_file_are_found_and_the_file_is_named() -> None:
    files = folder(WRITTEN[:600])
    chance = random.Random(6962)
    for path, data in files.items():
        for _ in range(25):
            said = wrong(changed(files, path, chance.randrange(len(data))))
            assert path in said, said


def test_a_flipped_entry_is_named_by_its_index() -> None:
    files = folder(WRITTEN)
    bundle = files["tile/entries/002"]
    at = len(encode_bundle(WRITTEN[512:529])) + 40
    assert decode_bundle(bundle, width=256)[17] == WRITTEN[529]
    assert "entry 529 in tile/entries/002" in wrong(changed(files, "tile/entries/002", at))


def test_a_flipped_tile_is_named_and_not_the_entries_below_it() -> None:
    files = folder(WRITTEN)
    assert "step 3: tile/0/001: hash 2 is not that" in wrong(changed(files, "tile/0/001", 70))
    assert "step 3: tile/1/000.p/3: hash 1 is not that" in wrong(changed(files, "tile/1/000.p/3", 40))


def test_files_of_a_wrong_length_are_named() -> None:
    files = folder(WRITTEN[:600])
    for path in [each for each in files if each != "checkpoint"]:
        assert path in wrong({**files, path: files[path] + b"\x00"})
        assert path in wrong({**files, path: files[path][:-1]})
        assert path in wrong({**files, path: b""})


def test_the_first_of_two_faults_is_named() -> None:
    files = changed(folder(WRITTEN), "tile/entries/000", 100)
    both = {each: data for each, data in files.items() if each != "tile/entries/002"}
    assert "tile/0/000: hash 0" in wrong(both)


def test_two_swapped_rows_are_found() -> None:
    swapped = [*WRITTEN[:10], WRITTEN[11], WRITTEN[10], *WRITTEN[12:300]]
    files = folder(WRITTEN[:300])
    assert "entry 10 in tile/entries/000" in wrong({**files, "tile/entries/000": encode_bundle(swapped[:256])})
    rewritten = {**folder(swapped), "checkpoint": files["checkpoint"]}
    assert wrong(rewritten).startswith("step 4")


def test_an_entry_rewritten_with_every_tile_is_found() -> None:
    other = entries(300, first=5000)
    rewritten = {**folder(other), "checkpoint": checkpoint(WRITTEN[:300])}
    assert wrong(rewritten).startswith("step 4: the 300 entries do not have the checkpoint's root")


def test_a_bundle_rewritten_with_its_tile_is_named() -> None:
    files, other = folder(WRITTEN), folder(entries(1000, first=5000))
    both = ("tile/entries/001", "tile/0/001")
    assert "tile/0/001 was rewritten" in wrong({**files, **{path: other[path] for path in both}})


def test_a_signed_log_with_a_hole_in_a_stream_is_found() -> None:
    holed = WRITTEN[:10] + WRITTEN[11:40]
    assert wrong(folder(holed)) == "step 5: entry 14 breaks its stream: number 3 does not follow"


def test_a_cut_tail_is_found_with_an_older_checkpoint() -> None:
    cut = folder(WRITTEN[:256])
    verify_log(cut.get, keys=[KEY])
    assert wrong(cut, checkpoint(WRITTEN[:600])).endswith("entry 256 is the first that is gone")


def test_a_fork_is_found_with_an_older_checkpoint() -> None:
    log = folder(WRITTEN[:300])
    verify_log(log.get, keys=[KEY], older=[checkpoint(WRITTEN[:100])])
    assert wrong(log, checkpoint(entries(100, first=900))).startswith("step 6")
    assert wrong(log, checkpoint(entries(300, first=900))).startswith("step 6")


def test_other_keys_and_other_logs_are_refused() -> None:
    files = folder(WRITTEN[:3])
    with pytest.raises(VerificationError, match="no signature of a known key"):
        verify_log(files.get, keys=[SeedSigner(byte=9).key])
    other = SeedSigner(name="callwarden.local/audit/other")
    with pytest.raises(VerificationError) as caught:
        verify_log(files.get, keys=[KEY, other.key], older=[checkpoint(WRITTEN[:2], signer=other)])
    assert caught.value.diagnostic == "step 1: older checkpoint 0: is of the log callwarden.local/audit/other"
    assert wrong(files, b"not a checkpoint").startswith("step 1: older checkpoint 0")


def test_every_flipped_bit_of_a_checkpoint_is_found() -> None:
    files = folder(WRITTEN[:3])
    for at in range(len(files["checkpoint"])):
        assert wrong(changed(files, "checkpoint", at)).startswith("step 0")
