"""POST /v1/embeddings: MiniLM behind the OpenAI embeddings API."""

import base64
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from infra.local_models.engines import EngineRoom
from infra.local_models.errors import unknown_model

EMBEDDING_MODELS = ("all-minilm-l6-v2",)
MOST_TEXTS, LONGEST_TEXT = 256, 8_000
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class EmbeddingRequest(BaseModel):
    """What to embed; the official clients ask for base64 by themselves."""

    model: str
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]
    encoding_format: Literal["float", "base64"] = "float"


def embeddings_router(room: EngineRoom) -> APIRouter:
    """The endpoint."""
    router = APIRouter()

    @router.post("/v1/embeddings")
    def embeddings(request: EmbeddingRequest) -> JSONResponse:
        if request.model not in EMBEDDING_MODELS:
            raise unknown_model(request.model, EMBEDDING_MODELS)
        texts = [request.input] if isinstance(request.input, str) else request.input
        vectors = room.engines().embedder.embed(texts).astype("<f4")
        tokens = sum(len(text.split()) for text in texts)
        return JSONResponse({
            "object": "list", "model": request.model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            "data": [
                {"object": "embedding", "index": at, "embedding": _written(one, request.encoding_format)}
                for at, one in enumerate(vectors)
            ],
        })

    return router


def _written(vector: np.ndarray, encoding: Literal["float", "base64"]) -> str | list[float]:
    if encoding == "base64":
        return base64.b64encode(vector.tobytes()).decode("ascii")
    return [float(number) for number in vector]
