"""What is told of a run that published: the checks' pages, and alerts.

Hooks, not assets: they show in the run's history, and whatever goes wrong in one leaves
the run, and the other hook, as they are. Of a run that failed tells ``failing.py``.
"""

from dagster import HookContext, success_hook

from orchestration.check_pages.pages import write_pages
from orchestration.progress import show_progress
from orchestration.run_resource import RunResource

_PUBLISHING_STEP = "publication"


@success_hook(required_resource_keys={"run"})
def show_checks(context: HookContext) -> None:
    """Write the pages of the checks after the last step."""
    if context.step_key == _PUBLISHING_STEP:
        run: RunResource = context.resources.run
        write_pages(run.opened_home)


@success_hook(required_resource_keys={"run"})
def send_alerts(context: HookContext) -> None:
    """Tell what is new in the file that readers now have."""
    if context.step_key == _PUBLISHING_STEP:
        from orchestration.alerts.alerting import alert_of_publication

        run: RunResource = context.resources.run
        outcome = alert_of_publication(
            run.opened_home, run.school_file, run_id=context.run_id
        )
        context.log.info(outcome.told())
        if outcome.is_worth_a_line:
            show_progress(outcome.told())
