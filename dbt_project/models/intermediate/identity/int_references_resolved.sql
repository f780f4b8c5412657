{{ resolved_records(
    'int_references_identified', 'int_references_claimed', 'int_references_grouped'
) }}
