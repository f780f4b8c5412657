{{ connected_components(ref('int_dependents_linked')) }}
