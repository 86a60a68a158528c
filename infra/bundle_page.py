"""What the pages of evidence bundles are made of: self-contained HTML, printable, every value escaped."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #bbb}
table{border-collapse:collapse;width:100%}caption{text-align:left;color:#555}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0}
th,td{border-bottom:1px solid #ddd;unicode-bidi:isolate}
td,code{overflow-wrap:anywhere}tr{break-inside:avoid}code{font-size:.85em}@media print{body{margin:0;max-width:none}}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, parts: Sequence[str]) -> bytes:
    """Write a page that loads nothing and runs nothing."""
    head = (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
            f'content="{POLICY}"><title>{text(title)}</title><style>{STYLE}</style></head><body>')
    return "\n".join([head, *parts, "</body></html>", ""]).encode()


def table(empty: str, heads: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """Write rows under their heads; none, the sentence for it."""
    body = "".join(f"<tr>{''.join(f'<td>{text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return f"<p>{text(empty)}</p>"
    head = "".join(f"<th>{text(one)}</th>" for one in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text(value: object) -> str:
    """Escape a value; none is a dash."""
    return "–" if value is None else escape(str(value), quote=True)


def key_in_words(vkeys: str) -> str:
    """Say which key the bundle names, and that the reader must know it from elsewhere."""
    return (
        f"<p>The bundle says that its key is <code>{text(vkeys)}</code>. Compare it with the key you were given by "
        "other means, then run <code>python3 verify.py BUNDLE --key KEY</code>; it needs no network.</p>"
    )


def vouched(names: Sequence[str]) -> str:
    """Say who but the log itself vouches for the checkpoint."""
    said = (
        "The checkpoint itself is an entry of the log of logs (<code>logs/</code>), which holds the checkpoints of all "
        "logs; what witnesses and a time-stamping authority signed there, where they were asked, lies beside it."
        if "logs/checkpoint" in names
        else "The checkpoint is in no log of logs yet, and nobody else has signed it."
    )
    return f"<p>{said}</p>"
