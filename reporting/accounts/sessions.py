"""Sessions of browsers: a signed cookie, and the forms that it may send.

The cookie holds who signed in, never the token itself. What it allows is looked up in
every request, so a revoked token or a lost campus counts at once.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from reporting.errors import NotAllowedError, NotAuthenticatedError
from reporting.state import EndedSessionRow, State, now

_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in with a browser."""

    session_id: str
    subject: str


class Sessions:
    """Begins, reads and ends sessions; signs what forms send back."""

    def __init__(self, state: State, *, hours: int) -> None:
        self._state = state
        self._cookies = URLSafeTimedSerializer(state.key, salt="dashboard session")
        self._forms = URLSafeSerializer(state.key, salt="dashboard form")
        self.max_age_seconds = hours * _SECONDS_AN_HOUR

    def begin(self, subject: str) -> str:
        """A cookie for someone who has shown who they are."""
        return str(self._cookies.dumps([secrets.token_urlsafe(18), subject]))

    def read(self, cookie: str) -> Session:
        """Whose session a cookie is.

        Raises:
            NotAuthenticatedError: nobody's, too old, or signed out of.
        """
        try:
            session_id, subject = self._cookies.loads(
                cookie, max_age=self.max_age_seconds
            )
        except (BadSignature, ValueError, TypeError) as error:
            raise NotAuthenticatedError("sign in again") from error
        with self._state.session() as session:
            if session.get(EndedSessionRow, session_id) is not None:
                raise NotAuthenticatedError("you signed out: sign in again")
        return Session(session_id, subject)

    def end(self, ended: Session) -> None:
        """Let a session count no more, also not from a copy of its cookie."""
        oldest = now() - timedelta(seconds=self.max_age_seconds)
        with self._state.writing, self._state.session() as session:
            session.merge(EndedSessionRow(session_id=ended.session_id, ended_at=now()))
            session.query(EndedSessionRow).filter(
                EndedSessionRow.ended_at < oldest
            ).delete()
            session.commit()

    def form_token(self, binding: str) -> str:
        """What a form must send back; ``binding`` is what its browser alone has."""
        return str(self._forms.dumps(binding))

    def check_form(self, binding: str | None, given: str) -> None:
        """Make sure that a form came from a page of ours in the same browser.

        Raises:
            NotAllowedError: it did not.
        """
        try:
            found = str(self._forms.loads(given))
        except BadSignature:
            found = ""
        if not binding or not hmac.compare_digest(found.encode(), binding.encode()):
            raise NotAllowedError(
                "this form is too old, or from another page: go back and try again"
            )
