"""What is told of a run when it is over: the checks' pages, and alerts.

Hooks, not assets: they show in the run's history, a failed step calls them too, and
whatever goes wrong in one leaves the run, and the other hooks, as they are.
"""

from dagster import HookContext, failure_hook, success_hook

from orchestration.check_pages.history import FailedRun
from orchestration.check_pages.pages import write_pages
from orchestration.errors import CheckFailedError
from orchestration.progress import show_progress
from orchestration.run_resource import RunResource

_PUBLISHING_STEP = "publication"


@success_hook(required_resource_keys={"run"})
def show_checks(context: HookContext) -> None:
    """Write the pages of the checks after the last step."""
    if context.step_key == _PUBLISHING_STEP:
        run: RunResource = context.resources.run
        write_pages(run.opened_home)


@failure_hook(required_resource_keys={"run"})
def show_checks_of_failure(context: HookContext) -> None:
    """Write the pages of the checks after the step that ended the run."""
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


@success_hook(required_resource_keys={"run"})
def send_alerts(context: HookContext) -> None:
    """Tell what is new in the file that readers now have."""
    if context.step_key == _PUBLISHING_STEP:
        from orchestration.alerts.alerting import alert_of_publication

        run: RunResource = context.resources.run
        outcome = alert_of_publication(
            run.opened_home, run.school_file, run_id=context.run_id
        )
        _tell(context, outcome.told(), is_worth_a_line=outcome.is_worth_a_line)


@failure_hook(required_resource_keys={"run"})
def send_alerts_of_failure(context: HookContext) -> None:
    """Tell that the run published nothing."""
    from orchestration.alerts.alerting import alert_of_failure
    from orchestration.alerts.failures import failed_now

    run: RunResource = context.resources.run
    asked = run.parameters(context.instance, context.run_id)
    home = run.opened_home
    outcome = alert_of_failure(
        home,
        run.school_file,
        failed_now(home, context.run_id, asked.as_of, context.op_exception),
    )
    _tell(context, outcome.told(), is_worth_a_line=outcome.is_worth_a_line)


def _tell(context: HookContext, line: str, *, is_worth_a_line: bool) -> None:
    context.log.info(line)
    if is_worth_a_line:
        show_progress(line)


RUN_END_HOOKS = frozenset(
    {show_checks, show_checks_of_failure, send_alerts, send_alerts_of_failure}
)
