"""The pages of docs/ build as a site that loads nothing from elsewhere, and every page can be reached."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.tree import ROOT, tracked

pytestmark = pytest.mark.contract
# What a browser would fetch by itself: scripts, styles, pictures and frames of another host.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|link rel="(?:stylesheet|icon|preconnect)")[^>]*?(?:src|href)="(https?:)?//"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(out)], cwd=ROOT, check=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, timeout=240,
    )
    return out


def test_every_page_is_in_the_site_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = [Path(name).relative_to("docs") for name in tracked(".md") if name.startswith("docs/")]
    assert [page for page in pages if not (site / page).with_suffix(".html").is_file()] == []
    assert [page for page in site.rglob("*.html") if FETCHED.search(page.read_text(encoding="utf-8"))] == []


def test_every_page_for_readers_is_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"[\w-]+\.md", str(yaml.safe_load(menu)["nav"])))
    there = {Path(name).name for name in tracked(".md") if name.startswith("docs/") and "/adr/" not in name}
    assert there == named
