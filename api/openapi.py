"""Writes docs/openapi.json from the routes: `python -m api.openapi`; a test compares."""

import json
from pathlib import Path

from api.app import create_app
from infra.settings import Settings

PAGE = Path(__file__).parent.parent / "docs" / "openapi.json"


def document() -> str:
    """Give the document as it is kept."""
    return json.dumps(create_app(Settings()).openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
