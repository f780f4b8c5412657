"""People who sign in with OpenID Connect: their campuses are those they administer."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from reporting.accounts.principal import Principal
from reporting.errors import NotAllowedError, NotAuthenticatedError
from reporting.published import Published
from reporting.state import State

_PREFIX = "person."
_SECONDS_AN_HOUR = 3600


class People:
    """Sessions of people, and what the current publication lets each of them read."""

    def __init__(self, state: State, published: Published, *, hours: int) -> None:
        self._signer = URLSafeTimedSerializer(state.key, salt="person")
        self._published = published
        self.max_age_seconds = hours * _SECONDS_AN_HOUR

    def sign_in(self, email: str) -> str:
        """A token of some hours for someone whose address the provider vouches for.

        Raises:
            NotAllowedError: the person administers no campus.
        """
        if not self.campuses_of(email):
            raise NotAllowedError(
                "you administer no campus: ask the platform to list your address"
            )
        return _PREFIX + str(self._signer.dumps(email.lower()))

    def authenticate(self, text: str) -> Principal:
        """Whose token it is; the campuses are those of now.

        Raises:
            NotAuthenticatedError: it is none, or too old, or the person administers
                no campus any more.
        """
        try:
            email = self._signer.loads(
                text.removeprefix(_PREFIX), max_age=self.max_age_seconds
            )
        except BadSignature as error:
            raise NotAuthenticatedError("sign in again") from error
        return self.principal_of(email)

    def principal_of(self, email: str) -> Principal:
        """Who a person is who has signed in; the campuses are those of now.

        Raises:
            NotAuthenticatedError: the person administers no campus any more.
        """
        campuses = self.campuses_of(email)
        if not campuses:
            raise NotAuthenticatedError("you administer no campus any more")
        return Principal(f"person:{email}", "admin", campuses)

    def campuses_of(self, email: str) -> frozenset[str]:
        """The campuses of an address, whatever its case."""
        with (
            self._published.current() as publication,
            publication.session.cursor() as cursor,
        ):
            rows = cursor.execute(
                "select campus_id from rollbook.marts.brg_campus_admins"
                " where lower(email) = lower($1)",
                [email],
            ).fetchall()
        return frozenset(row[0] for row in rows)


def is_person(text: str) -> bool:
    """Whether a bearer token is that of a person."""
    return text.startswith(_PREFIX)
