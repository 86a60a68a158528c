"""What people open: every page of the console, and every route behind them, as whom; `{…}` are of the centre's rows."""

from dataclasses import dataclass

from infra.tokens import Role


@dataclass(frozen=True, slots=True)
class Opened:
    """One thing to open."""

    name: str
    role: Role
    path: str


ROUTES = (
    Opened("calls, first page", "supervisor", "/v1/calls?limit=50"),
    Opened("calls, from the middle", "supervisor", "/v1/calls?limit=50&cursor={middle}"),
    Opened("calls, live", "supervisor", "/v1/calls?state=live&limit=50"),
    Opened("calls, live, last page", "supervisor", "/v1/calls?state=live&limit=500"),
    Opened("call", "compliance", "/v1/calls/{call}"),
    Opened("turns", "compliance", "/v1/calls/{call}/turns"),
    Opened("transcript", "compliance", "/v1/calls/{call}/transcript"),
    Opened("handoffs, open", "agent", "/v1/handoffs?limit=200"),
    Opened("handoffs, mine", "agent", "/v1/handoffs?limit=200&mine=true"),
    Opened("handoffs, completed", "agent", "/v1/handoffs?state=completed&limit=50"),
    Opened("packet", "agent", "/v1/handoffs/{handoff}"),
    Opened("agents", "supervisor", "/v1/agents"),
    Opened("emergencies, open", "supervisor", "/v1/emergencies"),
    Opened("emergencies, acknowledged", "supervisor", "/v1/emergencies?state=acknowledged"),
    Opened("report: queues", "supervisor", "/v1/reports/queues"),
    Opened("report: figures, 14 days", "supervisor", "/v1/reports/figures?days=14"),
    Opened("report: figures, 90 days", "supervisor", "/v1/reports/figures?days=90"),
    Opened("report: disclosures", "compliance", "/v1/reports/disclosures?limit=50"),
    Opened("report: disclosures, ai", "compliance", "/v1/reports/disclosures?limit=50&kind=ai"),
    Opened("audit, first page", "compliance", "/v1/audit/entries?limit=50"),
    Opened("audit: call", "compliance", "/v1/audit/entries?call={call}"),
    Opened("audit: type", "compliance", "/v1/audit/entries?type=rule_fired.v1&limit=50"),
    Opened("audit: who", "compliance", "/v1/audit/entries?actor=policy&limit=50"),
    Opened("audit: a word of many", "compliance", "/v1/audit/entries?q=order&limit=50"),
    Opened("audit: a phrase", "compliance", "/v1/audit/entries?q=%22last+week%22&limit=50"),
    Opened("audit: a word of none", "compliance", "/v1/audit/entries?q=giraffe&limit=50"),
    Opened("audit: since, a rule", "compliance", "/v1/audit/entries?from={since}&rule=disclosure.ai&limit=50"),
    Opened("reveals", "compliance", "/v1/reveals"),
    Opened("policies", "compliance", "/v1/policies"),
    Opened("holds", "compliance", "/v1/holds"),
    Opened("erasures", "compliance", "/v1/erasures"),
    Opened("webhook deliveries", "admin", "/v1/webhooks/deliveries"),
)
PAGES = (
    Opened("desk", "agent", "/console/desk"),
    Opened("desk, a packet", "agent", "/console/desk?handoff={handoff}"),
    Opened("live", "supervisor", "/console/live"),
    Opened("calls", "compliance", "/console/calls"),
    Opened("calls, live", "supervisor", "/console/calls?state=live"),
    Opened("a call's story", "compliance", "/console/calls/{call}"),
    Opened("audit", "compliance", "/console/audit"),
    Opened("audit, words", "compliance", "/console/audit?q=order"),
    Opened("disclosures", "compliance", "/console/disclosures"),
    Opened("figures, 14 days", "compliance", "/console/figures"),
    Opened("figures, 90 days", "compliance", "/console/figures?days=90"),
    Opened("policies", "compliance", "/console/policies"),
    Opened("reveals", "compliance", "/console/reveals"),
    Opened("data", "compliance", "/console/data"),
)
