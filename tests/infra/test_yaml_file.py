"""A file that a setting names: what is wrong in it is told by file, line and key, and no value is repeated."""

from pathlib import Path

import pytest
from pydantic import Field, TypeAdapter

from governance.errors import InputError
from infra.yaml_file import LARGEST, read
from schemas.base import Frozen

pytestmark = pytest.mark.pure
GOOD = "desk:\n  size: 3\n  names: [ana]\n"


class Desk(Frozen):
    size: int = Field(ge=1)
    names: tuple[str, ...]


SHAPE = TypeAdapter(dict[str, Desk])


def written(folder: Path, text: bytes | str) -> Path:
    path = folder / "desks.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_file_comes_in_its_shape_and_knows_its_lines(tmp_path: Path) -> None:
    file = read(written(tmp_path, GOOD), SHAPE, named_by="SETTING")
    assert file.content == {"desk": Desk(size=3, names=("ana",))}
    assert str(file.wrong(("desk", "names", 0), "nobody of this name")).endswith(
        "desks.yaml:3: desk.names.0: nobody of this name"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("3", "0"), "desks.yaml:2: desk.size: Input should be greater"),
        (GOOD.replace("3", "hunter2"), "desks.yaml:2: desk.size: Input should be a valid integer"),
        (GOOD.replace("size", "seize"), "desks.yaml:1: desk.size: Field required"),
        (GOOD + "  size: 4\n", "desks.yaml:4: size: written twice"),
        (GOOD + "  [", "desks.yaml:4: this is neither YAML nor JSON"),
        ("- hunter2\n", "desks.yaml:1: a mapping is needed"),
        ("", "desks.yaml:1: a mapping is needed"),
        (b"a: \xc3\x28hunter2", "desks.yaml: this is neither YAML nor JSON in UTF-8"),
        ("[" * 5_000, "desks.yaml: this is neither YAML nor JSON"),
        ("a" * (LARGEST + 1), f"desks.yaml: has more than {LARGEST} bytes"),
    ],
    ids=["small", "word", "misspelt", "twice", "open", "list", "empty", "bytes", "deep", "large"],
)
def test_what_is_wrong_is_named_and_no_value_is_repeated(tmp_path: Path, text: bytes | str, told: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(written(tmp_path, text), SHAPE, named_by="SETTING")
    assert told in str(wrong.value)
    assert "hunter2" not in str(wrong.value)


def test_a_file_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: No such file or directory; SETTING names this file"):
        read(tmp_path / "none.yaml", SHAPE, named_by="SETTING")
