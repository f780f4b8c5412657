{{ config(severity='warn', error_if='< 0', warn_if='!= 0') }}
-- Finds: imports that wait for a person.
-- Why it matters: nothing of them, nor of those behind them, is applied until somebody
-- decides.
-- How to fix it: look at what they would change, then `rollbook approve` or `discard`.

select
    sync_id,
    next_step
from {{ ref('fct_roster_imports') }}
where status = 'On Hold'
