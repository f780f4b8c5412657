{{ resolved_records(
    'int_dependents_identified', 'int_dependents_claimed', 'int_dependents_grouped'
) }}
