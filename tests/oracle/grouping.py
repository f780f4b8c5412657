"""Which attempts outside the roster are one record? Section 2, step 2."""

from oracle.identifiers import SLOT, SLOT_DATE, Claim, Identifier
from oracle.rules import RuleCounter


def joining(claim: Claim) -> frozenset[Identifier]:
    """Return the identifiers by which a claim joins others.

    "A course name joins only attempts that have no other course identifier."
    """
    own = claim.identifiers
    if claim.record_type == "course" and len(own) > 1:
        own = tuple(one for one in own if one.kind != "name")
    return frozenset(own)


def groups_of(claims: list[Claim]) -> list[set[int]]:
    """Step 2, the rest, by repeated merging.

    "Attempts that no roster record claims are the same record when they share an
    identifier of the same kind, directly or through a chain of such attempts."
    """
    groups: list[tuple[set[int], set[tuple[str, Identifier]]]] = []
    for place, claim in enumerate(claims):
        members = {place}
        shared = {(claim.campus_id, one) for one in joining(claim)}
        touching = [group for group in groups if group[1] & shared]
        apart = [group for group in groups if not group[1] & shared]
        for more_members, more_shared in touching:
            members |= more_members
            shared |= more_shared
        groups = [*apart, (members, shared)]
    return [members for members, _ in groups]


def group_key(record_type: str, claims: list[Claim], rules: RuleCounter) -> str:
    """Name a group.

    "`<record_type>?<kind>=<value>` of the strongest identifier in the group, the
    smallest value where several tie."
    """
    _count_group(claims, rules)
    ranked = _kinds_strongest_first(record_type)
    everything = {one for claim in claims for one in claim.identifiers}
    strongest = min(everything, key=lambda one: ranked.index(one.kind)).kind
    values = sorted({one.text for one in everything if one.kind == strongest})
    rules.hit_if("key_smallest_of_tie", when=len(values) > 1)
    kind = SLOT if strongest == SLOT_DATE else strongest
    return f"{record_type}?{kind}={values[0]}"


def _kinds_strongest_first(record_type: str) -> tuple[str, ...]:
    # A slot with a time before one without: no group has only these two kinds, so
    # that their order never shows.
    return {
        "course": ("course_id", "mapping_id", "add_code", "name"),
        "user": ("user_id", "mapping_id", "issued_id", "email"),
        "course_member": ("course_member_id", "mapping_id", "pair"),
        "attendance_session": ("attendance_id", "mapping_id", SLOT, SLOT_DATE),
        "attendance_posting": ("user_attendance", "user_record", "mapping_id"),
    }[record_type]


def _count_group(claims: list[Claim], rules: RuleCounter) -> None:
    if claims[0].record_type == "course":
        named = any(one.kind == "name" for c in claims for one in c.identifiers)
        several = any(len(claim.identifiers) > 1 for claim in claims)
        rules.hit_if("course_name_not_joining", when=named and several)
    if len(claims) < 2:
        return
    sets = [joining(claim) for claim in claims]
    seen: set[Identifier] = set()
    for own in sets:
        for one in own & seen:
            rules.hit(f"group_by_{one.kind}")
            only_name = one.kind == "name"
            rules.hit_if("group_by_course_name_only", when=only_name)
        seen |= own
    chained = any(a.isdisjoint(b) for a in sets for b in sets)
    rules.hit_if("group_by_chain", when=chained)
    kinds = {claim.is_reference for claim in claims}
    rules.hit_if("group_with_reference", when=len(kinds) > 1)
