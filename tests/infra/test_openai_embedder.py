"""Texts get their places from any OpenAI-compatible server, the local MiniLM among them, and failures their names."""

import importlib.util
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from fastapi.testclient import TestClient

from governance.errors import TransientError
from infra.local_models.engines import Engines
from infra.local_models.minilm import MODEL_PACKAGE, TOKENIZER_PACKAGE, MiniLmEmbedder
from infra.local_models.script import packaged_scripts
from infra.local_models.server import create_app
from infra.speech.onnx_session import MissingModel
from infra.speech.openai_client import open_client
from infra.speech.openai_embedder import OpenAIEmbedder

pytestmark = pytest.mark.contract

DATA = Path(__file__).parents[1] / "data" / "answer_cache"
INSTALLED = all(importlib.util.find_spec(one) is not None for one in (MODEL_PACKAGE, TOKENIZER_PACKAGE))
needs_model = pytest.mark.skipif(not INSTALLED, reason="MiniLM's packages are not installed (docs/latency.md)")


@asynccontextmanager
async def embedder(body: str, *, status: int = 200) -> AsyncIterator[OpenAIEmbedder]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type="application/json")

    app = web.Application()
    app.add_routes([web.post("/v1/embeddings", answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client = open_client(
        base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/v1", api_key="local", timeout_ms=30_000
    )
    one = OpenAIEmbedder(client, model="m", region="local", timeout_ms=30_000)
    try:
        yield one
    finally:
        await one.close()
        await runner.cleanup()


def vector(*numbers: float) -> str:
    return json.dumps({
        "object": "list", "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1},
        "data": [{"object": "embedding", "index": 0, "embedding": numbers}],
    })


async def test_a_vector_has_length_one() -> None:
    async with embedder(vector(3.0, 4.0)) as one:
        assert await one.embed("hello") == pytest.approx((0.6, 0.8))


@pytest.mark.parametrize(("body", "status"), [
    (vector(0.0, 0.0), 200), (vector(), 200), ('{"data": []}', 200), ("<html>", 200), ("{}", 500), ('{"data": 7}', 200),
])
async def test_a_wrong_answer_is_a_named_failure(body: str, status: int) -> None:
    async with embedder(body, status=status) as one:
        with pytest.raises(TransientError):
            await one.embed("hello")


@pytest.fixture(scope="module")
def server() -> Iterator[TestClient]:
    def load() -> Engines:
        return Engines(None, None, packaged_scripts())  # type: ignore[arg-type]  # no ear and no voice is asked here

    with TestClient(create_app(load)) as client:
        while client.get("/healthz").status_code != 200:
            pass
        yield client


@pytest.mark.parametrize("encoding", ["float", "base64"])
@needs_model
def test_the_local_model_answers_one_text_or_many(server: TestClient, encoding: str) -> None:
    asked = {"model": "all-minilm-l6-v2", "input": ["hello", "good day"], "encoding_format": encoding}
    answer = server.post("/v1/embeddings", json=asked).json()
    assert [one["index"] for one in answer["data"]] == [0, 1]
    assert all(len(one["embedding"]) in {384, 4 * 384 * 4 // 3} for one in answer["data"])


def test_an_unknown_model_and_an_empty_text_are_refused(server: TestClient) -> None:
    assert server.post("/v1/embeddings", json={"model": "other", "input": "hello"}).status_code == 404
    assert server.post("/v1/embeddings", json={"model": "all-minilm-l6-v2", "input": ""}).status_code == 400


@pytest.mark.skipif(INSTALLED, reason="MiniLM's packages are installed")
def test_without_its_packages_the_model_says_what_is_missing(server: TestClient) -> None:
    with pytest.raises(MissingModel, match=MODEL_PACKAGE):
        MiniLmEmbedder()
    refused = server.post("/v1/embeddings", json={"model": "all-minilm-l6-v2", "input": "hello"})
    assert refused.status_code == 404


@needs_model
def test_near_misses_lie_as_near_as_paraphrases_so_the_cosine_alone_decides_nothing() -> None:
    rows = [json.loads(line) for name in ("tuned", "held_out") for line in (DATA / f"{name}.jsonl").open()]
    model = MiniLmEmbedder()
    kept, asked = (model.embed([row[side] for row in rows]) for side in ("kept", "asked"))
    near = {alike: [float(one @ other) for one, other, row in zip(kept, asked, rows, strict=True)
                    if row["same"] is alike] for alike in (True, False)}
    assert max(near[False]) > 0.95
    assert min(near[True]) < max(near[False])
