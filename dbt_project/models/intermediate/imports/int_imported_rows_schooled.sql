with final as (
    select
        outcomes.data_type,
        outcomes.line_number,
        outcomes.record_id,
        outcomes.outcome,
        outcomes.is_invalid,
        outcomes.messages,
        outcomes.is_ragged,
        outcomes.row_count,
        case
            when outcomes.schooled_user_id is null then outcomes.own_school_ids
            when outcomes.data_type in ('demographics', 'userProfiles')
                then case
                    when outcomes.is_after and users_after.is_active
                        then users_after.school_ids
                    else users_before.school_ids
                end
            else list_sort(list_distinct(list_concat(
                outcomes.own_school_ids,
                case
                    when outcomes.is_after
                        then users_after.role_school_ids
                    else users_before.role_school_ids
                end
            )))
        end as school_ids
    from {{ ref('int_imported_outcomes') }} as outcomes
    left join {{ ref('int_imported_users_schooled') }} as users_after
        on
            outcomes.schooled_user_id = users_after.user_id
            and users_after.is_after
    left join {{ ref('int_imported_users_schooled') }} as users_before
        on
            outcomes.schooled_user_id = users_before.user_id
            and not users_before.is_after
)

select * from final
