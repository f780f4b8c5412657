"""The main job and its schedule."""

from dagster import (
    AssetSelection,
    RunRequest,
    ScheduleEvaluationContext,
    define_asset_job,
    schedule,
)

from orchestration.defs.extraction.identifiers import LANDS_ONLY
from orchestration.defs.publishing.hooks import send_alerts, show_checks
from orchestration.defs.resources import drop_folder
from orchestration.settings import read_settings

publish_reports = define_asset_job(
    "publish_reports",
    # What lands one source alone has jobs of its own: this one lands them all.
    selection=AssetSelection.all() - AssetSelection.tag(LANDS_ONLY, "true"),
    description="From the drop folder to the published reports.",
    hooks={show_checks, send_alerts},
)


@schedule(
    name="nightly_publish_reports",
    job=publish_reports,
    cron_schedule=read_settings().schedule_cron,
    execution_timezone="UTC",
)
def nightly_publish_reports(context: ScheduleEvaluationContext) -> RunRequest:
    """A run whose logical time is the schedule's tick."""
    settings = read_settings()
    as_of = context.scheduled_execution_time
    return RunRequest(
        run_key=as_of.isoformat(),
        run_config={
            "resources": {
                "run": {
                    "config": {
                        "source": drop_folder(settings),
                        "home": str(settings.home),
                        "as_of": as_of.isoformat(),
                    }
                }
            }
        },
    )
