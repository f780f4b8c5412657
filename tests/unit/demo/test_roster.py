"""What the demo world's roster tables and snapshots hold."""

from zoneinfo import ZoneInfo

from croniter import croniter
from small_demo import SMALL, World


def test_campuses_have_zones_that_exist(small_world: World) -> None:
    zones = [str(zone) for (zone,) in small_world.ask("select time_zone from campuses")]

    assert len(zones) == SMALL.campuses
    assert all(ZoneInfo(zone) for zone in zones)


def test_each_campus_has_its_jobs(small_world: World) -> None:
    rows = small_world.ask(
        """
        select
            campus_id,
            count(*) filter (where is_enabled = 'true'),
            count(*) filter (where is_enabled = 'false'),
            count(vendor) filter (where integration_type = 'third_party'),
            count(*) filter (where direction = 'out' and job = 'postAttendances')
        from integration_jobs
        group by campus_id
        order by campus_id
        """
    )

    assert rows == [(f"C{number:03}", 6, 1, 1, 1) for number in (1, 2, 3)]


def test_schedules_are_crons_of_every_sort(small_world: World) -> None:
    crons = {
        str(cron)
        for (cron,) in small_world.ask("select schedule_cron from integration_jobs")
    }

    assert all(croniter.is_valid(cron) for cron in crons)
    assert any(cron.endswith("1-5") for cron in crons)
    assert any("," in cron for cron in crons)
    assert any(cron.endswith("* * *") for cron in crons)


def test_one_job_has_fallen_silent(small_world: World) -> None:
    silent = small_world.number(
        f"""
        select count(*)
        from integration_jobs
        where
            is_enabled = 'true'
            and job_id not in (
                select job_id
                from log
                where
                    requested_at >= timestamptz '{SMALL.ends_at}' - interval 4 days
                    and job_id is not null
            )
        """
    )

    assert silent == 1


def test_the_last_snapshot_is_at_or_before_the_end(small_world: World) -> None:
    [(count, last)] = small_world.ask(
        "select count(distinct taken_at), max(snapshot) from courses"
    )

    assert int(str(count)) >= 3
    assert str(last) <= f"{SMALL.ends_at:%Y%m%dT%H%M%SZ}"


def test_records_appear_change_and_are_archived(small_world: World) -> None:
    for table, key in (
        ("courses", "course_id"),
        ("users", "user_id"),
        ("course_members", "course_member_id"),
        ("attendance_sessions", "attendance_id"),
    ):
        [(appeared, changed, archived)] = small_world.ask(
            f"""
            with records as (
                select
                    min(taken_at) as first_seen_at,
                    count(distinct updated_at) as versions,
                    count(archived_at) as archived,
                    count(*) as seen
                from {table}
                group by {key}
            )
            select
                count(*) filter (
                    where first_seen_at > (select min(taken_at) from {table})
                ),
                count(*) filter (where versions > 1),
                count(*) filter (where archived between 1 and seen - 1)
            from records
            """
        )

        assert appeared, table
        assert changed, table
        assert archived, table


def test_a_row_changes_only_with_its_updated_at(small_world: World) -> None:
    changed = small_world.number(
        """
        select count(*)
        from (
            select user_id
            from users
            group by user_id, updated_at
            having count(distinct (email, first_name, last_name, last_activity_at)) > 1
        )
        """
    )

    assert changed == 0


def test_future_sessions_vanish_and_nothing_else_does(small_world: World) -> None:
    [(vanished, past)] = small_world.ask(
        """
        with last_seen as (
            select
                max(taken_at) as last_seen_at,
                max(starts_at::timestamp) as starts_at
            from attendance_sessions
            group by attendance_id
        )
        select
            count(*),
            count(*) filter (where starts_at <= last_seen_at)
        from last_seen
        where last_seen_at < (select max(taken_at) from courses)
        """
    )

    assert int(str(vanished)) >= 3
    assert past == 0
    for table, key in (("courses", "course_id"), ("users", "user_id")):
        assert not small_world.ask(
            f"""
            select {key} from {table}
            except
            select {key} from {table}
            where taken_at = (select max(taken_at) from {table})
            """
        )


def test_references_hold_in_every_snapshot(small_world: World) -> None:
    orphans = small_world.number(
        """
        select count(*)
        from (
            select taken_at, course_id from course_members
            union all
            select taken_at, course_id from attendance_sessions
        )
        anti join courses using (taken_at, course_id)
        """
    )

    assert orphans == 0


def test_identifiers_are_as_untidy_as_real_ones(small_world: World) -> None:
    [(shared_codes, unmapped)] = small_world.ask(
        """
        select
            count(add_code) - count(distinct (campus_id, add_code)),
            (select count(*) from users where mapping_id is null)
        from courses
        where taken_at = (select max(taken_at) from courses) and add_code is not null
        """
    )
    [(mixed_case, without_issued, foreign)] = small_world.ask(
        """
        select
            count(*) filter (where email <> lower(email)),
            count(*) filter (where issued_id is null),
            count(*) filter (where not regexp_full_match(first_name, '[\\x00-\\x7F]*'))
        from users
        """
    )

    assert shared_codes
    assert unmapped
    assert mixed_case
    assert without_issued
    assert foreign
