{{ linked_by_identifier('int_dependents_identified', 'int_dependents_claimed') }}
