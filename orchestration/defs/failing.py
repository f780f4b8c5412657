"""What is told of a run that failed: the checks' pages, and alerts.

A decorator of each step, not a failure hook: Dagster calls no hook of a step whose
error it raises to its caller, and the command line wants that error.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TypeVar

from dagster import AssetCheckExecutionContext, AssetExecutionContext

from orchestration.check_pages.history import FailedRun
from orchestration.check_pages.pages import write_pages
from orchestration.errors import CheckFailedError
from orchestration.progress import show_progress
from orchestration.run_resource import RunResource

Yielded = TypeVar("Yielded")
Step = Callable[..., Iterator[Yielded]]
_Context = AssetExecutionContext | AssetCheckExecutionContext


def tells_failure(step: Step[Yielded]) -> Step[Yielded]:
    """Have a step, called with a context and the run, tell how the run failed in it."""

    @wraps(step)
    def telling_step(context: _Context, run: RunResource) -> Iterator[Yielded]:
        try:
            yield from step(context, run)
        except Exception as error:
            for tell in (_show_checks, _send_alerts):
                # Only the error that ended the run may reach its caller.
                try:
                    tell(context, run, error)
                except Exception:
                    context.log.exception(f"{tell.__name__} failed")
            raise

    return telling_step


def _show_checks(context: _Context, run: RunResource, error: Exception) -> None:
    asked = run.parameters(context.instance, context.run.run_id)
    write_pages(
        run.opened_home,
        failure=FailedRun(
            run_id=context.run.run_id,
            as_of=asked.as_of.isoformat(),
            is_held=isinstance(error, CheckFailedError),
        ),
    )


def _send_alerts(context: _Context, run: RunResource, error: Exception) -> None:
    from orchestration.alerts.alerting import alert_of_failure
    from orchestration.alerts.failures import failed_now

    asked = run.parameters(context.instance, context.run.run_id)
    home = run.opened_home
    outcome = alert_of_failure(
        home, run.school_file, failed_now(home, context.run.run_id, asked.as_of, error)
    )
    context.log.info(outcome.told())
    if outcome.is_worth_a_line:
        show_progress(outcome.told())
