-- Written from the reports' own yml: exports, API and dashboard read it, so a report is
-- described in one place.

{{ report_catalog_rows() }}
