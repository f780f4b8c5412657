"""The resources that every run gets, with the installation's settings as defaults."""

from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.run_resource import RunResource
from orchestration.school_settings import read_school_settings
from orchestration.settings import Settings, read_settings


def resources() -> dict[str, RunResource]:
    """Return the resources by the names under which steps ask for them."""
    settings = read_settings()
    return {"run": RunResource(source=drop_folder(settings), home=str(settings.home))}


def drop_folder(settings: Settings) -> str | None:
    """The drop folder of scheduled runs; none where settings name a platform."""
    try:
        named = read_school_settings(Home(settings.home)).sources
    except BadInputError:
        # A run with these settings says what is wrong with them.
        named = ()
    if any(source.kind == "platform" for source in named):
        return None
    return str(settings.source)
