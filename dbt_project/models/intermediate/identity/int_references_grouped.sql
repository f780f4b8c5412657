{{ connected_components(ref('int_references_linked')) }}
