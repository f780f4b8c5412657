{# One row per linked node: node_key, group_key (the least node of its component).

Every round a node takes the least of its own, its parent's and its neighbours'
grandparents (hooking and pointer jumping), so a chain of n nodes needs about log(n)
rounds: 100,000 links in 2 s on 2 cores, where one hop a round took a round a link. #}
{% macro connected_components(links) -%}
with recursive links as materialized (
    select
        from_key,
        to_key,
    from {{ links }}
    union all
    select
        to_key as from_key,
        from_key as to_key,
    from {{ links }}
),

parents (node_key, parent_key) using key (node_key) as (
    select distinct
        from_key as node_key,
        from_key as parent_key,
    from links
    union
    (
        with grandparents as (
            select
                nodes.node_key,
                nodes.parent_key,
                parents_of_nodes.parent_key as grandparent_key,
            from recurring.parents as nodes
            inner join recurring.parents as parents_of_nodes
                on nodes.parent_key = parents_of_nodes.node_key
        ),

        nearest as (
            select
                links.from_key as node_key,
                min(grandparents.grandparent_key) as least_key,
            from links
            inner join grandparents
                on links.to_key = grandparents.node_key
            group by links.from_key
        ),

        proposals as (
            select
                grandparents.parent_key as node_key,
                nearest.least_key as parent_key,
            from nearest
            inner join grandparents
                on nearest.node_key = grandparents.node_key
            union all
            select
                node_key,
                least_key as parent_key,
            from nearest
            union all
            select
                node_key,
                grandparent_key as parent_key,
            from grandparents
        ),

        best as (
            select
                node_key,
                min(parent_key) as parent_key,
            from proposals
            group by node_key
        )

        select
            best.node_key,
            best.parent_key,
        from best
        inner join recurring.parents as known
            on best.node_key = known.node_key
        where best.parent_key < known.parent_key
    )
)

select
    node_key,
    parent_key as group_key,
from parents
{%- endmacro %}
