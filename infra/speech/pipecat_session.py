"""Runs one Pipecat service on its own: the pipeline [service, sink], without runner, transport or log.

Pipecat 1.14 as measured: a dead server does not fail the start, errors come beside the frames, transcripts are logged
by default, and a context may be silent for three seconds only unless the service is told otherwise.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loguru import logger
from pipecat.frames.frames import CancelFrame, DataFrame, ErrorFrame, Frame, InterruptionFrame, StartFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.utils.asyncio.task_manager import TaskManager
from pipecat.workers.base_worker import WorkerParams

from governance.errors import TransientError
from infra.speech.retry_after import TurnedAway, asked_to_wait_ms, status_of

logger.disable("pipecat")  # it logs what callers and assistants say

STOP_WITHIN_S = 2.0


@dataclass
class ContextEnded(DataFrame):
    """Our own end of a synthesis, behind its last audio; Pipecat names only the ends that the vendor names."""

    context_id: str = ""


class _Sink(FrameProcessor):
    def __init__(self, took: Callable[[Frame], None]) -> None:
        super().__init__()
        self._took = took

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Tell the frame and pass it on."""
        await super().process_frame(frame, direction)
        if direction == FrameDirection.DOWNSTREAM and not isinstance(frame, StartFrame):
            self._took(frame)
        await self.push_frame(frame, direction)


class PipecatSession:
    """One service at work for one speaker; `took` is told what comes out, `failed` the kind of a failure."""

    def __init__(
        self, service: Any, *, input_rate: int, output_rate: int, took: Callable[[Frame], None],
        failed: Callable[[str], None],
    ) -> None:
        """Take a service that was just made: it connects in `start`."""
        self._failed = failed
        self._started = asyncio.Event()
        self._fault: TransientError | None = None
        self._closing = False
        self._tasks = TaskManager()
        self._worker = PipelineWorker(
            Pipeline([service, _Sink(took)]),
            params=PipelineParams(audio_in_sample_rate=input_rate, audio_out_sample_rate=output_rate),
            enable_rtvi=False, enable_turn_tracking=False, idle_timeout_secs=None, check_dangling_tasks=False,
            task_manager=self._tasks,
        )
        self._worker.add_event_handler("on_pipeline_started", self._has_started)
        self._worker.add_event_handler("on_pipeline_error", self._has_failed)
        self._running: asyncio.Task[None] | None = None

    async def start(self, *, within_ms: int) -> None:
        """Connect; raises TransientError, also for what Pipecat would try again behind our back."""
        self._running = asyncio.create_task(self._worker.run(WorkerParams(task_manager=self._tasks)))
        try:
            async with asyncio.timeout(within_ms / 1000):
                await self._started.wait()
        except TimeoutError:
            self._fault = self._fault or TransientError("timeout")
        except asyncio.CancelledError:
            await self.close()
            raise
        if self._fault is not None:
            await self.close()
            raise self._fault

    async def push(self, frame: Frame) -> None:
        """Give the service a frame."""
        await self._worker.pipeline.queue_frame(frame)

    async def interrupt(self) -> None:
        """Drop what is being made; overtakes everything."""
        await self.push(InterruptionFrame())

    async def close(self) -> None:
        """End at once; nothing that is left is waited for."""
        if self._running is None or self._closing:
            return
        self._closing = True
        await self._worker.queue_frame(CancelFrame())
        done, _ = await asyncio.wait([self._running], timeout=STOP_WITHIN_S)
        if not done:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=STOP_WITHIN_S)  # a service may swallow its cancellation

    async def _has_started(self, _worker: Any, _frame: Any) -> None:
        self._started.set()

    async def _has_failed(self, _worker: Any, frame: ErrorFrame) -> None:
        # The message is the vendor's and may repeat what was said: only its kind goes on.
        kind = frame.category.value if frame.category is not None else type(frame.exception).__name__
        if not self._started.is_set():
            self._fault = _fault(kind, frame.exception)
            self._started.set()
        elif not self._closing:
            self._failed(kind)

def _fault(kind: str, cause: BaseException | None) -> TransientError:
    status = status_of(cause) if cause is not None else None
    if cause is None or status is None:
        return TransientError(kind)
    return TurnedAway(kind, status_code=status, wait_ms=asked_to_wait_ms(cause))

