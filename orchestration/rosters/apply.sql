-- Take the import that was worked on into the state of its source.

insert into roster.state.versions
select
    imports.import_no, changed.data_type, changed.record_id, changed.change,
    changed.content, changed.changed_fields, true
from workbench.intermediate.int_imported_records_changed as changed
cross join roster.incoming.imports as imports
union all
select
    imports.import_no, deleted.data_type, deleted.record_id, 'deleted',
    records.content, null, false
from workbench.intermediate.int_imported_records_deleted as deleted
cross join roster.incoming.imports as imports
inner join roster.state.records as records
    on
        records.source = imports.source
        and records.data_type = deleted.data_type
        and records.record_id = deleted.record_id;

update roster.state.records as records
set is_active = false, last_changed_import_no = imports.import_no
from workbench.intermediate.int_imported_records_deleted as deleted,
    roster.incoming.imports as imports
where
    records.source = imports.source
    and records.data_type = deleted.data_type
    and records.record_id = deleted.record_id;

delete from roster.state.records as records
using workbench.intermediate.int_imported_records_changed as changed,
    roster.incoming.imports as imports
where
    changed.first_import_no is not null
    and records.source = imports.source
    and records.data_type = changed.data_type
    and records.record_id = changed.record_id;

insert into roster.state.records
select
    imports.source, changed.data_type, changed.record_id, true, changed.content,
    changed.content_key, changed.username, changed.own_school_ids, changed.user_id,
    changed.has_role_schools, coalesce(changed.first_import_no, imports.import_no),
    imports.import_no
from workbench.intermediate.int_imported_records_changed as changed
cross join roster.incoming.imports as imports;

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
        from roster.incoming.rows
        group by data_type
    ) as filled_of_type
        on files.data_type = filled_of_type.data_type
)
where (filled >> cast(place as integer)) & 1 = 1
except
select source, data_type, column_name from roster.state.known_columns;
