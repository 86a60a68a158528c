"""Clear text is found wherever it lies, and nothing else is."""

from pathlib import Path

import pytest

from infra.demo.search import BLOCK, search

pytestmark = pytest.mark.pure

SECRET = "4242424242424242"


def test_nothing_planted_is_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"4242-4242 <CREDIT_CARD_1>")
    searched = search([SECRET], places=[tmp_path], texts=["<CREDIT_CARD_1>"])
    assert (searched.files, searched.found) == (1, frozenset())


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK - len(SECRET) + 1, BLOCK - len(SECRET), BLOCK, 2 * BLOCK - 8])
def test_a_planted_secret_is_found_wherever_it_lies_in_a_file(tmp_path: Path, at: int) -> None:
    place = tmp_path / "deep" / "segment.bin"
    place.parent.mkdir()
    place.write_bytes(b"\x00" * at + SECRET.encode() + b"\x00" * 5)
    searched = search(["absent", SECRET], places=[tmp_path])
    assert searched.in_files == {SECRET}
    assert searched.in_texts == frozenset()


def test_a_secret_in_an_answer_is_found_however_it_is_written(tmp_path: Path) -> None:
    searched = search(["jordan.smith"], places=[tmp_path], texts=['{"text": "Jordan.Smith at"}'])
    assert searched.in_texts == {"jordan.smith"}


def test_texts_that_overlap_are_each_found(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("4242 4242 4242")
    assert search(["4242", "4242 4242", "2 42"], places=[tmp_path]).in_files == {"4242", "4242 4242", "2 42"}


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert search([SECRET], places=[tmp_path, tmp_path / "absent"]).files == 0
