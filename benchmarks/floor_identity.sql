-- Which record each distinct sync speaks of: step 1 of the contract's section 2. What
-- no roster record claims is named by its strongest identifier, and not linked to its
-- like (step 2).

-- Subjects with their identifiers, to the record of each.
create temp macro named(subjects) as table
with identified as (
    select
        subject_key,
        campus_id,
        record_type,
        unnest(identifiers) as identifier
    from query_table(subjects)
)

select
    identified.subject_key,
    any_value(identified.record_type) || coalesce(
        ':' || min_by(borne.record_id, identifier.strength)
            filter (where borne.record_id is not null),
        '?' || min_by(identifier.kind || '=' || identifier.value, identifier.strength)
    ) as record_key
from identified
left join work.borne as borne
    on
        identified.campus_id = borne.campus_id
        and identified.record_type = borne.record_type
        and identified.identifier.kind = borne.kind
        and identified.identifier.value = borne.value
group by identified.subject_key;

-- Courses and users first, also those that are only referred to.
create table work.referring as
with identified as (
    select
        sync_key,
        campus_id,
        case
            when record_type = 'course' then course_identifiers(
                naming(given.courseID), naming(given.mappingID),
                naming(given.addCode), naming(given.name)
            )
            when record_type in ('course_member', 'attendance_session')
                then course_identifiers(
                    naming(given.courseID), naming(given.courseMappingID),
                    naming(given.addCode), naming(given.courseName)
                )
            else []
        end as course_identifiers,
        case
            when record_type = 'user' then user_identifiers(
                naming(given.userID), naming(given.mappingID),
                naming(given.issuedID), naming(given.email)
            )
            when record_type in ('course_member', 'attendance_posting')
                then user_identifiers(
                    naming(given.userID), naming(given.userMappingID),
                    naming(given.issuedID), naming(given.email)
                )
            else []
        end as user_identifiers
    from work.syncs
)

select
    *,
    case
        when len(course_identifiers) > 0
            then content_key([
                campus_id, 'course', cast(course_identifiers as varchar)
            ])
    end as course_key,
    case
        when len(user_identifiers) > 0
            then content_key([
                campus_id, 'user', cast(user_identifiers as varchar)
            ])
    end as user_key
from identified;

create table work.reference_subjects as
select
    course_key as subject_key,
    any_value(campus_id) as campus_id,
    'course' as record_type,
    any_value(course_identifiers) as identifiers
from work.referring
where course_key is not null
group by course_key
union all
select
    user_key,
    any_value(campus_id),
    'user',
    any_value(user_identifiers)
from work.referring
where user_key is not null
group by user_key;

create table work.references_named as
from named('work.reference_subjects');

-- Then members, sessions and postings, whose identifiers hold those records.
create table work.dependent_subjects as
with parts as (
    select
        referring.sync_key as subject_key,
        campus_id,
        syncs.record_type,
        given,
        users.record_key as user_record,
        courses.record_key as course_record,
        calendar_date(naming(given.startDate)) as start_date,
        time_of_day(naming(given.startTime)) as start_time
    from work.referring as referring
    inner join work.syncs as syncs using (sync_key, campus_id)
    left join work.references_named as users
        on referring.user_key = users.subject_key
    left join work.references_named as courses
        on referring.course_key = courses.subject_key
    where syncs.record_type not in ('course', 'user')
)

select
    subject_key,
    campus_id,
    record_type,
    case record_type
        when 'course_member' then listed(
            ['course_member_id', 'mapping_id', 'pair'],
            [
                naming(given.courseMemberID),
                naming(given.mappingID),
                user_record || '|' || course_record
            ]
        )
        when 'attendance_session' then listed(
            ['attendance_id', 'mapping_id', 'slot'],
            [
                naming(given.attendanceID),
                naming(given.mappingID),
                course_record || '|' || start_date || coalesce('|' || start_time, '')
            ]
        )
        else listed(
            ['user_attendance', 'user_record', 'mapping_id'],
            [
                user_record || '|' || naming(given.attendanceID),
                user_record || '|' || naming(given.recordID),
                naming(given.mappingID)
            ]
        )
    end as identifiers
from parts;

create table work.dependents_named as
from named('work.dependent_subjects');

create table work.syncs_named as
select
    syncs.* exclude (given),
    coalesce(
        dependents.record_key,
        case syncs.record_type
            when 'course' then courses.record_key
            when 'user' then users.record_key
        end,
        syncs.record_type || '?request=' || md5(syncs.params)
    ) as record_key,
    given
from work.syncs as syncs
left join work.referring as referring using (sync_key)
left join work.dependents_named as dependents
    on syncs.sync_key = dependents.subject_key
left join work.references_named as users
    on referring.user_key = users.subject_key
left join work.references_named as courses
    on referring.course_key = courses.subject_key;
