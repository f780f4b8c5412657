-- Pseudo-randomness without state: a draw is a function of the seed, a purpose and a
-- key, so it does not matter which thread computes it, or in which order. It is md5,
-- because hash() may change with DuckDB's version; it costs half a microsecond, which
-- is nothing for records and items.
create macro draw(draw_key, purpose) as md5_number_lower(
    concat(getvariable('seed'), ' ', purpose, ' ', draw_key)
);

create macro pick(draw_key, purpose, choices) as (
    (draw(draw_key, purpose) % choices::ubigint)::integer
);

create macro chance(draw_key, purpose, per_ten_thousand) as (
    draw(draw_key, purpose) % 10000 < per_ten_thousand
);

create macro entity_key(campus_no, record_no, kind) as draw(
    concat(campus_no, '-', record_no), kind
);

-- Requests are ten times as many as items: theirs is plain 32-bit arithmetic
-- (C. Wellons' "lowbias32"), which costs a twentieth of md5. Give it a column: it
-- repeats its argument eight times, and nested calls take seconds to plan.
create macro stirred_once(bits) as (
    (xor(bits, bits >> 16) * 2146121005::ubigint) & 4294967295::ubigint
);

create macro stirred_twice(bits) as (
    (xor(bits, bits >> 15) * 2221713035::ubigint) & 4294967295::ubigint
);

create macro mixed(bits) as (
    xor(stirred_twice(stirred_once(bits)), stirred_twice(stirred_once(bits)) >> 16)
);

create macro attempt_key(item_key, run_no) as mixed(
    xor(item_key, (run_no * 2654435761)::ubigint) & 4294967295::ubigint
);

-- What else becomes of a request: some get no answer.
create macro luck(sent_key) as (mixed(sent_key) % 10000)::integer;

create macro is_unanswered(luck_of_request) as luck_of_request < 45;

-- The version of an item that only fills a share: it goes when all others are sent.
create macro spare_version() as 99;

-- How often an item fails before it succeeds: never, for some runs, or for good.
create macro failing_sends(item_key) as case
    when chance(item_key, 'persistent error', 230) then 1000000
    when
        chance(item_key, 'healing error', 500)
        then 1 + pick(item_key, 'failing sends', 6)
    else 0
end;

create macro moment(started_at, spread_ms, item_key, run_no) as make_timestamp(
    epoch_us(started_at)
    + 1000 * (attempt_key(item_key, run_no) % spread_ms::ubigint)::bigint
);

create macro utc_instant(local_time, zone) as timezone(
    'UTC', timezone(zone, local_time)
);

create macro iso_text(instant) as strftime(instant, '%Y-%m-%dT%H:%M:%SZ');

-- One JSON member, or null where it is not sent: concat_ws leaves nulls out.
create macro field(field_name, field_value, is_sent) as case
    when is_sent then '"' || field_name || '":' || to_json(field_value)::varchar
end;
