"""A policy that asks in some places, tells in others, and the sentences of a call that is held to it."""

QUESTION = "May we record this call?"
RECORDED = "This call is recorded."
CONSENT = f"""layer: tenant
id: acme
version: 1
title: Acme's calls
disclosure:
  statements:
    recording: {{heard_within_ms: 20000, reason: She is recorded., texts: {{en: "{RECORDED}"}}}}
consent:
  recording:
    elsewhere: none
    where: {{EU: ask, US-CA: ask, US-TX: notice}}
    questions: {{en: "{QUESTION}", fr: "Acceptez-vous que cet appel soit enregistré ?"}}
""".encode()
