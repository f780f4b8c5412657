{{ linked_by_identifier('int_references_identified', 'int_references_claimed') }}
