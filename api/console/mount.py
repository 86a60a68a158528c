"""Puts the console on the app: NiceGUI below /console, made when it is wanted, as importing it is not free."""

import logging
from contextlib import AbstractAsyncContextManager
from functools import cache

from fastapi import FastAPI
from nicegui import ui

from api.console import (
    audit_page,
    call_page,
    calls_page,
    desk_page,
    disclosures_page,
    entry_page,
    figures_page,
    login_page,
    persons,
    policies_page,
    reveals_page,
    reviews_page,
    stewardship_page,
    supervisor_page,
)
from api.console.asset_files import FOLDER, asset
from api.console.guard import MOUNT, Guard

PAGES = (
    login_page, desk_page, supervisor_page, calls_page, call_page, audit_page, entry_page, reveals_page,
    stewardship_page, policies_page, disclosures_page, figures_page, reviews_page,
)
RECONNECT_S = 30.0  # a page that lost its connection for so long goes on where it was
KEPT_MESSAGES = 100


def mount(app: FastAPI) -> AbstractAsyncContextManager[object]:
    """Serve the console below /console; gives what must be open while the app runs."""
    frame = _frame()
    app.mount(MOUNT, Guard(frame, app=app))
    return _running(frame)


def _running(frame: FastAPI) -> AbstractAsyncContextManager[object]:
    return frame.router.lifespan_context(frame)


@cache
def _frame() -> FastAPI:
    """One for the process: NiceGUI keeps its pages and connections in modules."""
    logging.getLogger("nicegui").addFilter(_without_trace)
    frame = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    frame.include_router(persons.router)
    frame.add_api_route("/assets/{version}/{name}", asset, include_in_schema=False)
    for page in PAGES:
        page.install()
    ui.run_with(
        frame, title="Callwarden", favicon=FOLDER / "mark.svg", dark=None, language="en-US", tailwind=False,
        show_welcome_message=False, reconnect_timeout=RECONNECT_S, message_history_length=KEPT_MESSAGES,
        gzip_middleware_factory=None, binding_refresh_interval=None,
    )
    return frame


def _without_trace(record: logging.LogRecord) -> bool:
    # A stack may hold what a caller said; the kind of the error is told instead.
    if record.exc_info:
        kind = record.exc_info[0]
        record.msg, record.args, record.exc_info = "a page failed: %s", (kind.__name__ if kind else "",), None
    return True

