-- The columns of a roster record by name, as text; instants on the campus's wall clock.

with final as (
    {{ roster_values() }}
)

select * from final
