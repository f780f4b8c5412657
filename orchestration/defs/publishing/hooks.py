"""What is told of a run when it is over: the checks' pages.

Hooks, not assets: they show in the run's history, a failed step calls them too, and
whatever goes wrong in one leaves the run as it ended.
"""

from dagster import HookContext, failure_hook, success_hook

from orchestration.check_pages.history import FailedRun
from orchestration.check_pages.pages import write_pages
from orchestration.errors import CheckFailedError
from orchestration.run_resource import RunResource

_PUBLISHING_STEP = "publication"


@success_hook(required_resource_keys={"run"})
def tell_of_publication(context: HookContext) -> None:
    """After the last step: readers have the file."""
    if context.step_key == _PUBLISHING_STEP:
        run: RunResource = context.resources.run
        write_pages(run.opened_home)


@failure_hook(required_resource_keys={"run"})
def tell_of_failure(context: HookContext) -> None:
    """After the step that ended the run: readers keep what they have."""
    run: RunResource = context.resources.run
    asked = run.parameters(context.instance, context.run_id)
    write_pages(
        run.opened_home,
        failure=FailedRun(
            run_id=context.run_id,
            as_of=asked.as_of.isoformat(),
            is_held=isinstance(context.op_exception, CheckFailedError),
        ),
    )
