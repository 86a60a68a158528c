"""One process of the service: says `ready` on stdout, is started again when it dies, dies with its parent."""

import asyncio
import os
from collections.abc import Mapping, Sequence

import structlog

from infra.child_process import end_with_parent
from infra.precedence import give_way

log = structlog.get_logger()
RESTART_FIRST_S, RESTART_MOST_S = 0.5, 10.0
STOP_WITHIN_S = 10.0


class ChildFailed(Exception):
    """The process ended before it was ready."""


class Child:
    """Keeps one command running."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, behind: int = 0
    ) -> None:
        """`behind`: how many levels it stands behind others for the processor, once it is ready."""
        self.name = name
        self._behind = behind
        self._command = list(command)
        self._environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id now, another after a restart; None while it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self, *, within_s: float) -> str:
        """Start it and give its ready line; raises ChildFailed."""
        ready = await self._launch(within_s)
        self._keeper = asyncio.create_task(self._keep(within_s), name=f"keep-{self.name}")
        return ready

    async def stop(self) -> None:
        """End it, gently first."""
        self._stopping = True
        process = self._process
        if process and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
            except TimeoutError:
                log.warning("killed, because it did not end in time", process=self.name)
                process.kill()
                await process.wait()
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _launch(self, within_s: float) -> str:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self._environment}, preexec_fn=end_with_parent(),
            start_new_session=True,  # Ctrl-C is for the parent, which ends them in order
        )
        line = b""
        if process.stdout is not None:
            try:
                line = await asyncio.wait_for(process.stdout.readline(), within_s)
            except TimeoutError:
                process.kill()
                late = f"{self.name} was not ready within {within_s:.0f} s; its log on stderr says why"
                raise ChildFailed(late) from None
        if not line:
            code = await process.wait()
            raise ChildFailed(f"{self.name} ended with exit {code} before it was ready; its log on stderr says why")
        if self._behind:
            await give_way(process.pid, behind=self._behind)
        return line.decode().strip()

    async def _keep(self, within_s: float) -> None:
        wait_s = RESTART_FIRST_S
        while not self._stopping and self._process is not None:
            code = await self._process.wait()
            if self._stopping:
                return
            log.error("a process ended and is started again", process=self.name, exit=code, wait_s=wait_s)
            await asyncio.sleep(wait_s)
            try:
                await self._launch(within_s)
                wait_s = RESTART_FIRST_S
            except (ChildFailed, OSError) as failed:  # a machine that has no process or file to give now
                log.error("not ready", process=self.name, reason=str(failed))
                wait_s = min(wait_s * 2, RESTART_MOST_S)

