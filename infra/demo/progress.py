"""Says what the demo is doing: live lines on a terminal, one plain line a step everywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


@dataclass
class Step:
    """One thing under way; `told` is how it ended."""

    told: str


class Steps:
    """The steps of the demo, several at a time."""

    def __init__(self, console: Console) -> None:
        """Take the console; what is no terminal gets no moving lines."""
        self._console = console
        self._live = (
            Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console)
            if console.is_terminal else None
        )

    @contextmanager
    def shown(self) -> Iterator["Steps"]:
        """Show the steps while the block runs."""
        if self._live is None:
            yield self
            return
        with self._live:
            yield self

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Tell that a step begins, and what came of it."""
        step, began = Step(title), time.monotonic()
        task: TaskID | None = None
        if self._live is not None:
            task = self._live.add_task(title, total=1)
        else:
            self._say(f"… {title}")
        mark = "✗"
        try:
            yield step
            mark = "✓"
        finally:
            if self._live is not None and task is not None:
                self._live.update(task, completed=1, description=f"{mark} {step.told}")
            else:
                self._say(f"{mark} {step.told} ({time.monotonic() - began:.0f} s)")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
