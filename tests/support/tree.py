"""The files of the project: what git knows or would take, or everything unhidden where there is no git."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[str, ...]:
    """Names relative to the root; also files that are not committed yet."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return tuple(str(path) for path in found if not any(part.startswith((".", "__")) for part in path.parts[:-1]))
    done = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )
    return tuple(name for name in dict.fromkeys(done.stdout.splitlines()) if (ROOT / name).is_file())


def tracked(*endings: str) -> list[str]:
    """The files with one of these endings."""
    return [name for name in files() if name.endswith(endings)]


def text_of(name: str) -> str:
    """Read one of them."""
    return (ROOT / name).read_text(encoding="utf-8")
