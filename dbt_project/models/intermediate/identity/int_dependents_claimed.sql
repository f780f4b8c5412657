{{ claimed_by_roster('int_dependents_identified') }}
