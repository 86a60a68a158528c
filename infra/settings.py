"""The only reader of the environment: one frozen Settings, read once in each composition root, values passed on."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set, as `CALLWARDEN_…`; `callwarden settings` lists it. Secrets come only from here."""

    model_config = SettingsConfigDict(env_prefix="CALLWARDEN_", frozen=True, extra="ignore")

    data: Path = Field(default=Path("data"), description="folder of the embedded database, keys and recordings")
    host: str = Field(default="127.0.0.1", description="address the API listens on")
    port: int = Field(default=8080, ge=0, le=65535, description="port the API listens on; 0 takes a free one")
    broker: str = Field(default="embedded", description="kafka://host:port[,host:port], or embedded")
    database: str = Field(default="embedded", description="postgresql://…, or embedded")
    partitions: int = Field(default=4, ge=1, le=1000, description="partitions of every topic when it is created")
    replicas: int = Field(
        default=1, ge=1, le=15,
        description="machines of the broker that hold a topic when it is created; of 3, 2 must have what is accepted",
    )
    languages: dict[str, str] = Field(
        default={}, description='further languages of calls beside en and fr: {"de": "de_core_news_sm"}, spaCy models'
    )
    policy: Path | None = Field(default=None, description="policy document; the shipped one where absent")
    webhooks: Path | None = Field(default=None, description="file that names the endpoints of webhooks")
    ingest: Path | None = Field(
        default=None, description="file that names whose webhooks POST /v1/ingest/{vendor} takes (docs/ingest.md)"
    )
    prices: Path | None = Field(default=None, description="price list of GET /v1/reports/cost and `callwarden cost`")
    twilio_auth_token: SecretStr | None = Field(
        default=None, description="auth token of Twilio: streams must then be signed with it (docs/networks.md)"
    )
    transfers: Path | None = Field(default=None, description="file of the desks that calls may be put through to")
    dispatch_endpoints: Path | None = Field(
        default=None, description="YAML file of the addresses and secrets of dispatch endpoints, by their names"
    )
    tenant: str = Field(default="default", description="tenant of the embedded set-up")
    token: SecretStr | None = Field(default=None, description="login that `callwarden call` shows the service")

    speech_to_text: str = Field(
        default="openai", description="openai (any compatible server), deepgram, soniox or speechmatics"
    )
    text_to_speech: str = Field(
        default="openai", description="openai (any compatible server), deepgram, cartesia, elevenlabs or inworld"
    )
    vendor_key: SecretStr | None = Field(default=None, description="key of a vendor behind Pipecat")
    vendor_url: str | None = Field(default=None, description="another address of that vendor")
    models_url: str = Field(
        default="embedded", description="base URL of an OpenAI-compatible server; embedded starts local-models"
    )
    models_key: SecretStr = Field(default=SecretStr("local"), description="its API key")
    transcription_model: str = Field(default="whisper-tiny.en")
    speech_model: str = Field(default="piper-joe")
    speech_voice: str = Field(default="joe")
    chat_model: str = Field(default="scripted:orders")
    summary_model: str | None = Field(
        default=None, description="chat model, at models_url, that summarises packets for agents; absent: extracts only"
    )
    deepgram_key: SecretStr | None = Field(default=None, description="key of Deepgram, where it is used")
    deepgram_url: str | None = Field(default=None, description="another address of Deepgram, e.g. self-hosted")
    voice_most_calls: int = Field(default=100, ge=1, description="calls of one voice worker; more are turned away")
    callers_first: bool = Field(
        default=True, description="where processes of one machine want the same core, governance and records give way"
    )
    direct_line: str = Field(
        default="127.0.0.1", description="address of this machine at which voice workers reach the process of the API "
        "beside the broker, on a free port; `off`: audio goes by the broker alone"
    )
    voice_ask_after_ms: int = Field(
        default=15_000, ge=0, description="a caller silent for so long is asked once whether she is there; 0: never"
    )
    voice_end_after_ms: int = Field(
        default=15_000, ge=0, description="when she is silent for so long after that, the call is ended; 0: never"
    )
    voice_lost_after_ms: int = Field(
        default=6000, ge=500,
        description="a voice worker that is silent for so long loses its calls to another; below 6000 the broker must "
        "allow it (group.min.session.timeout.ms)",
    )
    provider_timeout_ms: int = Field(default=4000, ge=100, description="bound of one outside call")
    provider_region: str = Field(default="local", description="region recorded with every outside call")

    providers: Path | None = Field(
        default=None, description="chains of providers (docs/providers.md); the single settings above where absent"
    )
    sign: Literal["spoken", "tone", "off"] = Field(
        default="spoken", description="what a caller hears who waits for an answer: a short sentence, a tone, nothing"
    )
    sign_after_ms: int = Field(default=800, ge=100, le=10_000, description="how long she waits for it")

    oidc_issuer: str | None = Field(
        default=None, description="OpenID Connect provider where people log in: https://… (docs/identity.md)"
    )
    oidc_client_id: str = Field(default="callwarden", description="name of this service at the provider")
    oidc_client_secret: SecretStr | None = Field(default=None, description="its secret; absent for a public client")
    oidc_audience: str | None = Field(default=None, description="`aud` of access tokens; the client id where absent")
    oidc_scope: str = Field(default="openid profile", description="what a login asks for")
    oidc_subject_claim: str = Field(default="sub", description="claim that names a person in the audit log")
    oidc_roles_claim: str = Field(default="roles", description="claim, or path with dots, that holds roles")
    oidc_roles: dict[str, str] = Field(
        default={}, description='values of it as roles, the first that fits counts: {"cc-agents": "agent"}'
    )
    oidc_tenant_claim: str = Field(default="tenant", description="claim that names the tenant; empty: the setting's")
    local_logins: bool = Field(default=True, description="tokens of `callwarden token` are taken as well")
    rate_address: float = Field(
        default=2000, ge=0, description="requests a second of one address, in one process; ten seconds' worth at once"
    )
    rate_person: float = Field(default=100, ge=0, description="of one person; 0 is no limit, here as above and below")
    rate_channel: float = Field(default=2000, ge=0, description="of one channel")
    most_streams: int = Field(
        default=2000, ge=1, description="server-sent streams that one process holds open; one more is told 503"
    )
    public_url: str | None = Field(
        default=None, description="address people's browsers see, where a proxy stands before the API: https://…"
    )
    session_hours: float = Field(default=12, gt=0, description="after so long a person logs in again")
    session_idle_minutes: float = Field(default=60, gt=0, description="or after so long without a request")
    eager: bool = Field(
        default=True, description="begin an answer when the end of a turn is believed; it is heard once that is certain"
    )
    semantic_end: bool = Field(
        default=True, description="a model hears whether a caller has finished; off, silence and her words alone say so"
    )
    answer_cache: Literal["off", "exact", "similar"] = Field(
        default="off", description="answers given again to the same question of anybody, by its words or its meaning; "
        "only for a model that knows nothing of its caller (docs/latency.md)"
    )
    answer_cache_ttl_s: float = Field(default=3600, gt=0, le=604_800, description="how long an answer holds")
    answer_cache_size: int = Field(default=2000, ge=1, le=100_000, description="answers kept by one voice worker")
    answer_cache_threshold: float = Field(default=0.6, ge=0.3, le=1, description="cosine below which none is compared")
    embedding_model: str = Field(default="all-minilm-l6-v2", description="of the server of CALLWARDEN_MODELS_URL")
    small_chat_model: str | None = Field(
        default=None, description="a smaller model of the same server, asked first for what is plainly simple"
    )
    window_messages: int = Field(default=40, ge=4, le=1000, description="messages of a call that a model sees whole")
    window_tokens: int = Field(default=3000, ge=200, description="tokens of them, reckoned, with the summary")
    window_summary: bool = Field(default=True, description="older messages are summed up in the words that were said")
    caller_context_url: str | None = Field(
        default=None, description="asked at call start for what is known of the caller; absent, nobody is asked"
    )
    caller_context_key: SecretStr | None = Field(default=None, description="its bearer token")
    caller_context_timeout_ms: int = Field(default=800, ge=10, le=10_000, description="how long that may take")
    warm_connections: bool = Field(default=True, description="providers are connected to when a call begins")
    stream_phrases: bool = Field(default=True, description="an answer is spoken phrase by phrase, not once it is whole")
    act_on_interims: bool = Field(default=True, description="redaction begins before the turn has ended")
    output_rail: bool = Field(default=True, description="rules with `withhold` judge a phrase before it is spoken")

    otlp_endpoint: str | None = Field(default=None, description="OTLP/HTTP collector, e.g. http://127.0.0.1:4318")
    issuer: str = Field(default="callwarden-local", description="issuer of the embedded logins")
    audit_origin: str = Field(default="callwarden.local/audit", description="checkpoint origin; the tenant is appended")
    redacted_hours: int = Field(
        default=168, ge=1, le=168, description="how long new topics keep redacted text; longer than any outage"
    )
    audit_heads_every_s: float = Field(default=900, gt=0, description="how often logs commit to their streams' ends")
    audit_heartbeat_every_s: float = Field(
        default=600, gt=0, description="after how long without an entry a log writes a heartbeat"
    )
    audit_witnesses: Path | None = Field(
        default=None, description="tlog-policy of the log of logs: its witnesses are asked to cosign; absent, none"
    )
    audit_tsa: str | None = Field(default=None, description="RFC 3161 authority that stamps the log of logs")
    audit_cosign_every_s: float = Field(default=10, gt=0, description="how often witnesses and authority are asked")
    environment: str = Field(default="embedded")
    console: Literal["on", "off"] = Field(default="on", description="pages for people at /console of the API")

    @property
    def keys(self) -> Path:
        """Folder of the key files, readable by their owner only."""
        return self.data / "keys"

    @property
    def kek(self) -> Path:
        """The key that wraps every call's key."""
        return self.keys / "kek.json"

    @property
    def bootstrap_servers(self) -> str:
        """Host and port list of the broker without its scheme."""
        return self.broker.removeprefix("kafka://")

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL with the psycopg driver."""
        return self.database.replace("postgresql://", "postgresql+psycopg://", 1)


def secret_of(name: str) -> SecretStr | None:
    """Give a secret that a file of settings names as an environment variable; None where it is not set."""
    value = os.environ.get(name)
    return None if value is None else SecretStr(value)
