"""`python -m api`: the doors alone, by the settings of the environment; `callwarden api` tells the address as well."""

from api.run import run
from infra.settings import Settings

run(Settings())
