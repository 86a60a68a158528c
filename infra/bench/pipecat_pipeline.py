"""The baseline: Pipecat's own pipeline behind a socket, as lean as it goes, without broker and without governance.

Flux ends the turns, nothing is logged or traced, no metrics, no RTVI; the voice passes audio on as it comes.
"""

import socket
import sys

import uvicorn
from loguru import logger
from pipecat.frames.frames import CancelFrame, Frame, InputAudioRawFrame, OutputAudioRawFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.deepgram.flux.stt import DeepgramFluxSTTService
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.openai.tts import OpenAITTSService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.utils.asyncio.task_manager import TaskManager
from pipecat.workers.base_worker import WorkerParams
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from infra.serving import announce

IN_RATE, OUT_RATE = 16_000, 24_000
FIRST_CHUNK_BYTES = 4_800  # 100 ms; the default waits for 0.5 s of audio


class _Raw(FrameSerializer):
    async def serialize(self, frame: Frame) -> str | bytes | None:
        """Give audio as it is."""
        return frame.audio if isinstance(frame, OutputAudioRawFrame) else None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        """Take audio as it is."""
        return InputAudioRawFrame(audio=data, sample_rate=IN_RATE, num_channels=1) if isinstance(data, bytes) else None


class _Voice(OpenAITTSService):
    @property
    def chunk_size(self) -> int:
        """Pass the first audio on at once."""
        return FIRST_CHUNK_BYTES


def app(vendors: str) -> Starlette:
    """Give the server of calls, each with a pipeline of its own."""

    async def call(web: WebSocket) -> None:
        await web.accept()
        await _carry(web, vendors)

    return Starlette(routes=[WebSocketRoute("/{call}", call)])


async def _carry(web: WebSocket, vendors: str) -> None:
    transport = FastAPIWebsocketTransport(web, FastAPIWebsocketParams(
        audio_in_enabled=True, audio_out_enabled=True, audio_in_sample_rate=IN_RATE, audio_out_sample_rate=OUT_RATE,
        serializer=_Raw(),
    ))
    listen = vendors.replace("http", "ws", 1) + "/v2/listen"
    context = LLMContext([{"role": "system", "content": "You answer the telephone."}])
    pair = LLMContextAggregatorPair(context)
    pipeline = Pipeline([
        transport.input(),
        DeepgramFluxSTTService(api_key="bench", url=listen),
        pair.user(),
        OpenAILLMService(
            api_key="bench", base_url=f"{vendors}/v1", settings=OpenAILLMService.Settings(model="stand-in")
        ),
        _Voice(api_key="bench", base_url=f"{vendors}/v1", sample_rate=OUT_RATE),
        transport.output(),
        pair.assistant(),
    ])
    manager = TaskManager()
    params = PipelineParams(
        audio_in_sample_rate=IN_RATE, audio_out_sample_rate=OUT_RATE, enable_metrics=False,
        send_initial_empty_metrics=False,
    )
    worker = PipelineWorker(
        pipeline, params=params, enable_rtvi=False, enable_turn_tracking=False, idle_timeout_secs=None,
        check_dangling_tasks=False, task_manager=manager,
    )

    async def gone(_transport: object, _web: object) -> None:
        await worker.queue_frame(CancelFrame())

    transport.add_event_handler("on_client_disconnected", gone)
    await worker.run(WorkerParams(task_manager=manager))


def main(vendors: str) -> None:
    """Serve on a free port."""
    logger.remove()
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Start, then tell."""
            await super().startup(sockets)
            announce(f"ready http://127.0.0.1:{listening.getsockname()[1]}")

    config = uvicorn.Config(app(vendors), log_config=None, access_log=False, ws="websockets-sansio", lifespan="off")
    Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
