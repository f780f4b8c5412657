-- What the imports so far amount to. All of it follows from the journal and the landed
-- files, so that it can be built anew from them.

create schema if not exists roster.state;
create schema if not exists roster.incoming;

create table if not exists roster.state.progress (
    format_version integer, event_count bigint
);

create table if not exists roster.state.imports (
    import_no bigint, source varchar, campus_id varchar, sync_id varchar,
    bundle_name varchar, direction varchar, app varchar, posted_by varchar, status varchar,
    stage varchar, message varchar, next_step varchar, next_step_owner varchar,
    decided_by varchar, decision_reason varchar, warnings varchar[],
    hold_reasons varchar[], started_at timestamptz, finished_at timestamptz,
    decided_at timestamptz
);

create table if not exists roster.state.records (
    source varchar, data_type varchar, record_id varchar, is_active boolean,
    content varchar, content_key uhugeint, username varchar,
    own_school_ids varchar[], user_id varchar, has_role_schools boolean,
    first_import_no bigint, last_changed_import_no bigint,
    -- The sound landed row that an active record stands on: a row that repeats it says
    -- nothing new. landed_in is null where one more look is needed.
    row_key uhugeint, landed_in bigint, landed_line bigint, filled bigint,
    referred_orgs varchar[], referred_academicsessions varchar[],
    referred_courses varchar[], referred_classes varchar[], referred_users varchar[]
);

create table if not exists roster.state.known_columns (
    source varchar, data_type varchar, column_name varchar
);

create table if not exists roster.state.known_types (
    source varchar, data_type varchar
);

create table if not exists roster.state.versions (
    import_no bigint, data_type varchar, record_id varchar, change varchar,
    content varchar, changed_fields struct(field varchar, "old" varchar, "new" varchar)[],
    is_active boolean
);

create table if not exists roster.state.rows (
    import_no bigint, data_type varchar, record_id varchar, file_name varchar,
    outcome varchar, content varchar, line_number bigint, is_invalid boolean,
    messages varchar[], school_ids varchar[],
    changed_fields struct(field varchar, "old" varchar, "new" varchar)[]
);

create table if not exists roster.state.counts (
    import_no bigint, data_type varchar, school_id varchar, total bigint,
    no_change bigint, new bigint, updated bigint, deleted bigint,
    deleted_absent bigint, skipped bigint, merged bigint, excluded bigint,
    invalid bigint, skipped_by_provider bigint, granted_by_provider bigint,
    skipped_by_vendor bigint, received_by_vendor bigint
);

create table if not exists roster.state.sources (
    source varchar, kind varchar, campus_id varchar, status varchar, message varchar,
    schedule_cron varchar, time_zone varchar, last_bundle_at timestamptz
);

create table if not exists roster.incoming.files (
    data_type varchar, file_name varchar, is_delta boolean, is_named boolean,
    row_count bigint, filled_names varchar[]
);

create table if not exists roster.incoming.rules (
    data_type varchar, column_name varchar, check_name varchar, argument varchar,
    message varchar
);

create table if not exists roster.incoming.imports (
    import_no bigint, source varchar, version varchar, deleted_records bigint,
    deleted_share double, refused_rows bigint, refused_share double,
    emptied_records bigint
);

create view if not exists roster.incoming.no_rows as
select
    cast(null as varchar) as data_type,
    cast(null as varchar) as file_name,
    cast(null as bigint) as line_number,
    cast(null as varchar) as record_id,
    cast(null as varchar) as status,
    cast(null as timestamptz) as modified_at,
    cast(null as varchar) as content,
    cast(null as uhugeint) as content_key,
    cast(null as bigint) as filled,
    cast(null as varchar[]) as skips,
    cast(null as varchar[]) as flags,
    cast(null as varchar) as username,
    cast(null as varchar[]) as own_school_ids,
    cast(null as varchar) as user_id,
    cast(null as boolean) as has_role_schools,
    cast(null as boolean) as is_ragged,
    cast(null as varchar[]) as referred_orgs,
    cast(null as varchar[]) as referred_academicsessions,
    cast(null as varchar[]) as referred_courses,
    cast(null as varchar[]) as referred_classes,
    cast(null as varchar[]) as referred_users,
    cast(null as ubigint) as row_key_upper,
    cast(null as ubigint) as row_key_lower,
    cast(null as bigint) as landed_in,
    cast(null as bigint) as landed_line
where false;

create view if not exists roster.incoming.no_known_rows as
select
    data_type,
    file_name,
    line_number,
    modified_at,
    landed_in,
    landed_line
from roster.incoming.no_rows;

create view if not exists roster.incoming.rows as from roster.incoming.no_rows;

create view if not exists roster.incoming.known_rows as
from roster.incoming.no_known_rows;

create view if not exists roster.incoming.landed_rows as from roster.incoming.no_rows;

create view if not exists roster.incoming.records as
select
    rowid as record_no,
    * exclude (source)
from roster.state.records
where false;
