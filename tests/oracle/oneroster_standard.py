"""What OneRoster says of its columns, as the contract's page on formats lists it."""

from __future__ import annotations

BOOLEANS = ("true", "false")
EIGHT_ROLES = (
    *("administrator", "aide", "guardian", "parent"),
    *("proctor", "relative", "student", "teacher"),
)
FLAGS = (
    *("americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican"),
    *("nativeHawaiianOrOtherPacificIslander", "white"),
    *("demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity"),
)

# Columns after sourcedId, status and dateLastModified; a star marks required ones.
_COLUMNS = {
    "orgs": "name* type* identifier parentSourcedId",
    "academicSessions": "title* type* startDate* endDate* parentSourcedId schoolYear*",
    "courses": (
        "schoolYearSourcedId title* courseCode grades orgSourcedId* subjects"
        " subjectCodes"
    ),
    "classes": (
        "title* grades courseSourcedId* classCode classType* location"
        " schoolSourcedId* termSourcedIds* subjects subjectCodes periods"
    ),
    "users 1.1": (
        "enabledUser* orgSourcedIds* role* username* userIds givenName* familyName*"
        " middleName identifier email sms phone agentSourcedIds grades password"
    ),
    "users 1.2": (
        "enabledUser* username* userIds givenName* familyName* middleName identifier"
        " email sms phone agentSourcedIds grades password userMasterIdentifier"
        " resourceSourcedIds preferredGivenName preferredMiddleName"
        " preferredFamilyName primaryOrgSourcedId pronouns"
    ),
    "roles": (
        "userSourcedId* roleType* role* beginDate endDate orgSourcedId*"
        " userProfileSourcedId"
    ),
    "userProfiles": (
        "userSourcedId* profileType* vendorId* applicationId description"
        " credentialType* username* password"
    ),
    "enrollments": (
        "classSourcedId* schoolSourcedId* userSourcedId* role* primary beginDate"
        " endDate"
    ),
    "demographics": " ".join(
        ("birthDate", "sex", *FLAGS, "countryOfBirthCode", "stateOfBirthAbbreviation")
    ),
}
_SINCE_1_2 = ("roles", "userProfiles")
ALL_TYPES = (
    *("orgs", "academicSessions", "courses", "classes", "users"),
    *("roles", "userProfiles", "enrollments", "demographics"),
)


def data_types(version: str) -> list[str]:
    """The data types of a version."""
    return [each for each in ALL_TYPES if version == "1.2" or each not in _SINCE_1_2]


def _listed(data_type: str, version: str) -> list[str]:
    key = f"users {version}" if data_type == "users" else data_type
    return _COLUMNS[key].split()


def columns(data_type: str, version: str) -> list[str]:
    """The columns of a type, in the standard's order."""
    own = [name.rstrip("*") for name in _listed(data_type, version)]
    return ["sourcedId", "status", "dateLastModified", *own]


def required(data_type: str, version: str) -> list[str]:
    """The columns that must not be empty, but for sourcedId."""
    return [
        name.rstrip("*") for name in _listed(data_type, version) if name.endswith("*")
    ]


VOCABULARIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("orgs", "type"): (
        *("department", "school", "district", "local", "state", "national"),
    ),
    ("academicSessions", "type"): ("gradingPeriod", "semester", "schoolYear", "term"),
    ("classes", "classType"): ("homeroom", "scheduled"),
    ("users", "enabledUser"): BOOLEANS,
    ("roles", "roleType"): ("primary", "secondary"),
    ("roles", "role"): (
        *("aide", "counselor", "districtAdministrator", "guardian", "parent"),
        *("principal", "proctor", "relative", "siteAdministrator", "student"),
        *("systemAdministrator", "teacher"),
    ),
    ("enrollments", "role"): EIGHT_ROLES,
    ("enrollments", "primary"): BOOLEANS,
    ("demographics", "sex"): ("male", "female", "unspecified", "other"),
    **{("demographics", flag): BOOLEANS for flag in FLAGS},
}


def vocabulary(data_type: str, column: str, version: str) -> tuple[str, ...] | None:
    """The values that a column may have, if they are listed."""
    if (data_type, column) == ("users", "role"):
        return EIGHT_ROLES if version == "1.1" else None
    return VOCABULARIES.get((data_type, column))


DATES = {
    "academicSessions": ("startDate", "endDate"),
    "roles": ("beginDate", "endDate"),
    "enrollments": ("beginDate", "endDate"),
    "demographics": ("birthDate",),
}
SPANS = {
    "academicSessions": ("startDate", "endDate"),
    "roles": ("beginDate", "endDate"),
    "enrollments": ("beginDate", "endDate"),
}
REFERENCES: dict[str, dict[str, str]] = {
    "orgs": {"parentSourcedId": "orgs"},
    "academicSessions": {"parentSourcedId": "academicSessions"},
    "courses": {"schoolYearSourcedId": "academicSessions", "orgSourcedId": "orgs"},
    "classes": {
        "courseSourcedId": "courses",
        "schoolSourcedId": "orgs",
        "termSourcedIds": "academicSessions",
    },
    "users": {
        "orgSourcedIds": "orgs",
        "primaryOrgSourcedId": "orgs",
        "agentSourcedIds": "users",
    },
    "roles": {"userSourcedId": "users", "orgSourcedId": "orgs"},
    "userProfiles": {"userSourcedId": "users"},
    "enrollments": {
        "classSourcedId": "classes",
        "schoolSourcedId": "orgs",
        "userSourcedId": "users",
    },
    "demographics": {"sourcedId": "users"},
}
# Names seen in real files, in lower case.
DRIFT = {
    "datalastmodified": "dateLastModified",
    "prefferedgivenname": "preferredGivenName",
    "schoolyearid": "schoolYearSourcedId",
    "grade": "grades",
}


def standard_name(given: str, data_type: str, version: str) -> str:
    """The column that a header's name means; an extra one is itself."""
    lowered = given.strip().lower()
    known = {name.lower(): name for name in columns(data_type, version)}
    if lowered in known:
        return known[lowered]
    if data_type == "demographics" and lowered == "usersourcedid":
        return "sourcedId"
    return DRIFT.get(lowered, given.strip())
