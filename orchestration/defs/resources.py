"""The resources that every run gets, with the installation's settings as defaults."""

from orchestration.run_resource import RunResource
from orchestration.settings import read_settings


def resources() -> dict[str, RunResource]:
    """Return the resources by the names under which steps ask for them."""
    settings = read_settings()
    return {"run": RunResource(source=str(settings.source), home=str(settings.home))}
