"""The SQL that turns a regular file into landed rows, each with what is wrong with it.

Every data type lands in one shape, so that one set of models works on all. The rules
come from the seed; here each check becomes an expression over the file's columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.extract.oneroster.cells import WHITE, cells_of, trimmed
from orchestration.extract.oneroster.manifest import TypedFile
from orchestration.extract.oneroster.spooling import SpooledFile
from orchestration.extract.oneroster.standard import (
    Rule,
    named_columns,
    vocabularies,
)
from orchestration.sql import quoted

_STATUSES = "('active', 'tobedeleted', 'inactive')"
_GUID = "[0-9a-zA-Z.\\-_/@]{1,255}"
_INSTANT = (
    "\\d{4}-\\d{2}-\\d{2}"
    "([T ]\\d{2}:\\d{2}(:\\d{2}([.,]\\d+)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?"
)
_DATE = "\\d{4}-\\d{2}-\\d{2}"
_EMAIL = "[^@\\s]+@[^@\\s]+\\.[^@\\s]+"
# Bits of a BIGINT; of columns beyond them it is not told whether they are filled.
MAX_FILLED_COLUMNS = 62
_SHOWN_LENGTH = 100

SCHOOL_COLUMNS = {
    "orgs": "sourcedId",
    "courses": "orgSourcedId",
    "roles": "orgSourcedId",
    "classes": "schoolSourcedId",
    "enrollments": "schoolSourcedId",
}
USER_COLUMNS = {
    "demographics": "sourcedId",
    "userProfiles": "userSourcedId",
    "roles": "userSourcedId",
}
REFERRED_TYPES = ("orgs", "academicSessions", "courses", "classes", "users")


def school_column(data_type: str, version: str) -> str | None:
    """The column that names a row's schools, if its type has one."""
    if data_type == "users":
        return "orgSourcedIds" if version == "1.1" else "primaryOrgSourcedId"
    return SCHOOL_COLUMNS.get(data_type)


def is_password(name: str) -> bool:
    """Whether a column is dropped as the file is read."""
    return "password" in name.lower()


def kept_of_ragged_rows(data_type: str, version: str, header: list[str]) -> list[int]:
    """Which places of a row with a wrong number of cells are looked at."""
    names = named_columns(data_type, header)
    wanted = [
        "sourcedId",
        school_column(data_type, version),
        USER_COLUMNS.get(data_type),
    ]
    return list(dict.fromkeys(names.index(name) for name in wanted if name in names))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A file of one type, to be judged by the rules that are in force for it.

    ``row_key`` is an expression over the cells as they stand, kept of sound rows.
    """

    file: TypedFile
    spooled: SpooledFile
    version: str
    rules: Sequence[Rule]
    row_key: str = "cast(null as uhugeint)"

    @property
    def names(self) -> list[str]:
        """The columns by the names that count, passwords among them."""
        return named_columns(self.file.data_type, self.spooled.header)

    @property
    def content_names(self) -> list[str]:
        """The columns of a record's content, in the order of its JSON."""
        return sorted(
            name
            for name in self.names
            if name not in ("status", "dateLastModified") and not is_password(name)
        )

    @property
    def filled_names(self) -> list[str]:
        """The columns whose bit in ``filled`` says that a row fills them."""
        return self.content_names[:MAX_FILLED_COLUMNS]

    def sql(self) -> str:
        """Select the landed rows of the file."""
        return f"""
with delivered as (
    select {", ".join(self._read_columns())}, {self.row_key} as row_key
    from {cells_of(self.spooled)}
),

spelled as (
    select * replace ({", ".join(self._spellings()) or "line_number as line_number"}),
        lower(coalesce({self._value("status")}, 'active')) as status,
        {self.modified_at(self._value("dateLastModified"))} as modified_at
    from delivered
),

rows as (
    select
        line_number,
        {self._value("sourcedId")} as record_id,
        status,
        modified_at,
        {self._content()} as content,
        {self._filled()} as filled,
        {self._broken("skip")} as skips,
        {self._broken("flag")} as flags,
        {self._username()} as username,
        {self._schools()} as own_school_ids,
        {self._value(USER_COLUMNS.get(self.file.data_type))} as user_id,
        {self._references()},
        row_key
    from spelled
)

select
    line_number, record_id, status, modified_at, content,
    md5_number(content) as content_key, filled, skips, flags, username,
    own_school_ids, user_id,
    {self._has_role_schools()} as has_role_schools,
    false as is_ragged,
    {", ".join(_reference_column(each) for each in REFERRED_TYPES)},
    -- In two halves: Parquet has no integer that wide.
    case when skips is null and flags is null then cast(row_key >> 64 as ubigint) end
        as row_key_upper,
    case when skips is null and flags is null
        then cast(row_key & 18446744073709551615 as ubigint) end as row_key_lower
from rows
union all
{self._ragged()}
"""

    def _has_role_schools(self) -> str:
        is_one = self.file.data_type == "users" and self.version == "1.2"
        return "true" if is_one else "false"

    def _place(self, name: str | None) -> int | None:
        names = self.names
        return names.index(name) if name in names else None

    def _value(self, name: str | None) -> str:
        """The trimmed value of a column; null where the file has none."""
        place = self._place(name)
        return "cast(null as varchar)" if place is None else f"c{place}"

    def _read_columns(self) -> list[str]:
        return [
            "line_number",
            *(
                f"{trimmed(f'c{place}')} as c{place}"
                for place, name in enumerate(self.names)
                if not is_password(name)
            ),
        ]

    def _rules(self, check_name: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.check_name == check_name]

    def _spellings(self) -> list[str]:
        """Values of a vocabulary in its own spelling."""
        spelled = {
            # Also where the school ignores the rule: the spelling is the content's.
            place: f"case lower(c{place}) "
            + " ".join(
                f"when {quoted(value.lower())} then {quoted(value)}"
                for value in rule.argument.split()
            )
            + f" else c{place} end as c{place}"
            for rule in vocabularies(self.file.data_type, self.version)
            if (place := self._place(rule.column_name)) is not None
        }
        return list(spelled.values())

    def modified_at(self, value: str) -> str:
        """The instant that a value of dateLastModified is, if it is one."""
        return (
            f"case when regexp_full_match({value}, {quoted(_INSTANT)}) then"
            f" try_cast(regexp_replace(replace({value}, ',', '.'),"
            " '([+-]\\d{2})(\\d{2})$', '\\1:\\2')"
            " as timestamptz) end"
            if self._place("dateLastModified") is not None
            else "cast(null as timestamptz)"
        )

    def _content(self) -> str:
        """The content as JSON text, keys in order: equal contents are equal texts."""
        pairs = ", ".join(
            f"case when {self._value(name)} is not null then {quoted(json_key(name))}"
            f" || cast(to_json({self._value(name)}) as varchar) end"
            for name in self.content_names
        )
        return f"'{{' || concat_ws(',', {pairs or 'null'}) || '}}'"

    def _filled(self) -> str:
        bits = " | ".join(
            f"case when {self._value(name)} is null then 0 else {1 << bit} end"
            for bit, name in enumerate(self.filled_names)
        )
        return f"cast({bits or '0'} as bigint)"

    def _username(self) -> str:
        return self._value("username" if self.file.data_type == "users" else None)

    def _schools(self) -> str:
        return _listed(self._value(school_column(self.file.data_type, self.version)))

    def _references(self) -> str:
        lists = []
        for referred in REFERRED_TYPES:
            values = [
                _listed(self._value(rule.column_name))
                for rule in self._rules("reference")
                if rule.argument == referred
                and self._place(rule.column_name) is not None
            ]
            joined = (
                "cast(null as varchar[])"
                if not values
                else values[0]
                if len(values) == 1
                else "list_concat(" + ", ".join(values) + ")"
            )
            lists.append(f"{joined} as {_reference_column(referred)}")
        return ",\n        ".join(lists)

    def _broken(self, action: str) -> str:
        """The messages of the rules of an action that a row breaks; null when none."""
        found = [
            (broken, self._message(rule))
            for rule in self.rules
            if rule.action == action and (broken := self._condition(rule))
        ]
        if not found:
            return "cast(null as varchar[])"
        any_broken = " or ".join(condition for condition, _ in found)
        told = ", ".join(
            f"case when {condition} then {message} end" for condition, message in found
        )
        return (
            f"case when {any_broken} then"
            f" list_filter([{told}], lambda told: told is not null) end"
        )

    def _condition(self, rule: Rule) -> str | None:
        """When a row breaks a rule, or None where the rule is not for this file."""
        value = self._value(rule.column_name)
        is_kept = "status not in ('tobedeleted', 'inactive')"
        if rule.check_name == "status":
            if rule.argument != ("delta" if self.file.is_delta else "bulk"):
                return None
            unknown = f"lower({value}) not in {_STATUSES}"
            return (
                f"({value} is null or {unknown})"
                if self.file.is_delta
                else f"({value} is not null and {unknown})"
            )
        if rule.check_name == "required":
            missing = f"{value} is null"
            is_id = rule.column_name == "sourcedId"
            return f"({missing})" if is_id else f"({missing} and {is_kept})"
        if rule.check_name == "instant" and not self.file.is_delta:
            return None
        if rule.check_name == "instant":
            return f"(modified_at is null and {is_kept})"
        if self._place(rule.column_name) is None:
            return None
        is_right = self._is_right(rule, value)
        if is_right is None:
            return None
        if rule.check_name == "guid":
            return f"({value} is not null and not ({is_right}))"
        return f"({value} is not null and not ({is_right}) and {is_kept})"

    def _is_right(self, rule: Rule, value: str) -> str | None:
        if rule.check_name == "not_before":
            begin = self._value(rule.argument)
            return (
                f"{begin} is null or not ({_is_date(value)})"
                f" or not ({_is_date(begin)}) or {value} >= {begin}"
            )
        return is_right(rule.check_name, rule.argument, value)

    def _message(self, rule: Rule) -> str:
        """A message in words, with the file, the line and the value."""
        text = quoted(rule.message.replace("{column}", rule.column_name))
        for name, value in (
            ("{value}", self._value(rule.column_name)),
            ("{argument}", self._value(rule.argument)),
        ):
            shown = f"left(coalesce({value}, ''), {_SHOWN_LENGTH})"
            text = (
                f"replace({text}, {quoted(name)}, {shown})"
                if name in rule.message
                else text
            )
        return f"{self._where()} || {text}"

    def _where(self) -> str:
        return f"{quoted(f'{self.file.name}, line ')} || line_number || ': '"

    def _ragged(self) -> str:
        """Rows with a wrong number of cells: nothing of them but whose they are."""
        rule = self._rules("cells")[0]
        message = rule.message.replace("{columns}", str(len(self.names)))
        told = f"replace({quoted(message)}, '{{cells}}', cast(cell_count as varchar))"
        kept = {self.names[place]: place for place in self.spooled.kept}

        def value(name: str | None) -> str:
            return (
                trimmed(f"c{kept[name]}") if name in kept else "cast(null as varchar)"
            )

        data_type = self.file.data_type
        types = "".join(f", 'c{place}': 'VARCHAR'" for place in self.spooled.kept)
        return f"""
select
    line_number, {value("sourcedId")}, 'active', null, null, null, 0,
    [{self._where()} || {told}], null, null,
    {_listed(value(school_column(data_type, self.version)))},
    {value(USER_COLUMNS.get(data_type))}, {self._has_role_schools()}, true,
    {", ".join("null" for _ in REFERRED_TYPES)}, null, null
from read_csv(
    {quoted(str(self.spooled.ragged_path))}, header = false, auto_detect = false,
    delim = ',', quote = '"', escape = '"',
    columns = {{'line_number': 'BIGINT', 'cell_count': 'BIGINT'{types}}}
)
"""


def is_right(check_name: str, argument: str, value: str) -> str | None:
    """SQL that says whether a value meets a check; None where it is of another kind."""
    match check_name:
        case "guid":
            return f"regexp_full_match({value}, {quoted(_GUID)})"
        case "vocabulary":
            return f"{value} in ({', '.join(map(quoted, argument.split()))})"
        case "date":
            return _is_date(value)
        case "year":
            return f"regexp_full_match({value}, '\\d{{4}}')"
        case "email":
            return f"regexp_full_match({value}, {quoted(_EMAIL)})"
    return None


def json_key(name: str) -> str:
    """A column's name as a JSON object begins a member with it."""
    import json

    return f"{json.dumps(name, ensure_ascii=False)}:"


def _reference_column(data_type: str) -> str:
    return f"referred_{data_type.lower()}"


def _listed(value: str) -> str:
    """The parts of a value that is a list; null where there is none."""
    if value.startswith("cast(null"):
        return "cast(null as varchar[])"
    return (
        f"case when {value} is null then null"
        f" when not contains({value}, ',') then [{value}]"
        f" else list_distinct(list_filter(list_transform(string_split({value}, ','),"
        f" lambda part: trim(part, {WHITE})), lambda part: part != '')) end"
    )


def _is_date(value: str) -> str:
    return (
        f"coalesce(regexp_full_match({value}, {quoted(_DATE)})"
        f" and try_cast({value} as date) is not null, false)"
    )
