"""This machine is asked directly, whatever proxy the environment names for others (NO_PROXY as curl reads it)."""

from collections.abc import MutableMapping

THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def spare_this_machine(environment: MutableMapping[str, str]) -> None:
    """Take this machine out of what the proxies of an environment are asked for; they stay for all other names."""
    named = {name.lower() for name, value in environment.items() if value}
    if not any(name.endswith("_proxy") and name != "no_proxy" for name in named):
        return
    direct = [each.strip() for each in _of_either_case(environment).split(",") if each.strip()]
    if "*" in direct:
        return
    direct += [each for each in THIS_MACHINE if each not in direct]
    environment["no_proxy"] = environment["NO_PROXY"] = ",".join(direct)


def _of_either_case(environment: MutableMapping[str, str]) -> str:
    return environment.get("no_proxy") or environment.get("NO_PROXY", "")
