-- Take the import that was worked on into the state of its source. A record's number is
-- its place in the table when it was looked up. It keeps that here until a list of it is
-- updated, which moves the record: so those come last, after all that names a place.
-- A checkpoint writes an updated column anew, nearly whole: none is updated for nothing.

insert into roster.state.versions
select
    imports.import_no, changed.data_type, changed.record_id, changed.change,
    changed.content, changed.changed_fields, true
from workbench.intermediate.int_imported_records_changed as changed
cross join roster.incoming.imports as imports
union all
select
    imports.import_no, deleted.data_type, deleted.record_id, 'deleted',
    deleted.content, null, false
from workbench.intermediate.int_imported_records_deleted as deleted
cross join roster.incoming.imports as imports;

update roster.state.records as records
set is_active = false, last_changed_import_no = imports.import_no
from workbench.intermediate.int_imported_records_deleted as deleted,
    roster.incoming.imports as imports
where records.rowid = deleted.record_no;

delete from roster.state.records as records
using workbench.intermediate.int_imported_records_changed as changed
where records.rowid = changed.record_no;

insert into roster.state.records
select
    imports.source, changed.data_type, changed.record_id, true, changed.content,
    changed.content_key, changed.username, changed.own_school_ids, changed.user_id,
    changed.has_role_schools, coalesce(changed.first_import_no, imports.import_no),
    imports.import_no, changed.row_key, changed.landed_in, changed.landed_line,
    changed.filled, changed.referred_orgs, changed.referred_academicsessions,
    changed.referred_courses, changed.referred_classes, changed.referred_users
from workbench.intermediate.int_imported_records_changed as changed
cross join roster.incoming.imports as imports;

update roster.state.records as records
set landed_in = null
from workbench.intermediate.int_imported_records_unconfirmed as unconfirmed
where records.rowid = unconfirmed.record_no;

update roster.state.records as records
set
    own_school_ids = confirmed.own_school_ids, user_id = confirmed.user_id,
    has_role_schools = confirmed.has_role_schools,
    row_key = confirmed.row_key, landed_in = confirmed.landed_in,
    landed_line = confirmed.landed_line, filled = confirmed.filled,
    referred_orgs = confirmed.referred_orgs,
    referred_academicsessions = confirmed.referred_academicsessions,
    referred_courses = confirmed.referred_courses,
    referred_classes = confirmed.referred_classes,
    referred_users = confirmed.referred_users
from workbench.intermediate.int_imported_records_confirmed as confirmed
where records.rowid = confirmed.record_no;

-- Users who bear one username are looked at in every import, in whichever order their
-- rows stand, also where the school does not want to be told of it.
update roster.state.records as records
set landed_in = null
from roster.incoming.imports as imports
where
    records.source = imports.source
    and records.data_type = 'users'
    and records.is_active
    and records.landed_in is not null
    and records.username in (
        select bearers.username
        from roster.state.records as bearers
        inner join roster.incoming.imports as borne
            on bearers.source = borne.source
        where
            bearers.data_type = 'users'
            and bearers.is_active
            and bearers.username in (
                select rows.username
                from workbench.intermediate.int_imported_rows_opened as rows
                where rows.data_type = 'users'
            )
        group by bearers.username
        having count(*) > 1
    );

insert into roster.state.known_types
select imports.source, files.data_type
from roster.incoming.files as files
cross join roster.incoming.imports as imports
except
select source, data_type from roster.state.known_types;

insert into roster.state.known_columns
select source, data_type, column_name
from (
    select
        imports.source,
        files.data_type,
        unnest(files.filled_names) as column_name,
        unnest(range(len(files.filled_names))) as place,
        filled_of_type.filled
    from roster.incoming.files as files
    cross join roster.incoming.imports as imports
    inner join (
        select data_type, bit_or(filled) as filled
        from workbench.intermediate.int_imported_rows_opened
        group by data_type
    ) as filled_of_type
        on files.data_type = filled_of_type.data_type
)
where (filled >> cast(place as integer)) & 1 = 1
except
select source, data_type, column_name from roster.state.known_columns;
