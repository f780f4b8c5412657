-- noqa: disable=PRS
-- The linter's parser does not know `using key`.

{{ connected_components(ref('int_references_linked')) }}
