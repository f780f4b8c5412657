{{ claimed_by_roster('int_references_identified') }}
