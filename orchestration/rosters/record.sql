-- Note what the import did, or would do while it is held.

delete from roster.state.rows
where import_no = (select import_no from roster.incoming.imports);

delete from roster.state.counts
where import_no = (select import_no from roster.incoming.imports);

insert into roster.state.rows
select
    imports.import_no, shown.data_type, shown.record_id, shown.file_name,
    shown.outcome, shown.content, shown.line_number, shown.is_invalid,
    shown.messages, shown.school_ids, shown.changed_fields
from workbench.intermediate.int_imported_rows_shown as shown
cross join roster.incoming.imports as imports;

insert into roster.state.counts
select
    imports.import_no, counted.data_type, counted.school_id, counted.total,
    counted.no_change, counted.new, counted.updated, counted.deleted,
    counted.deleted_absent, counted.skipped, counted.merged, counted.excluded,
    counted.invalid, null, null, null, null
from workbench.intermediate.int_imported_rows_counted as counted
cross join roster.incoming.imports as imports;
