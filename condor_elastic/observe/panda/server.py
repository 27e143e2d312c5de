"""Ask a PanDA server: one account, one cycle, one session, and a reason for people when there is no answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from typing import TypeVar, final
from urllib.parse import urlsplit

from condor_elastic.model import Expiry
from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.credentials import Credential, credential, nobody
from condor_elastic.observe.panda.fetch import Answer, Limits, fetch, late, session
from condor_elastic.observe.panda.refusal import OK, REFUSED, hidden, refusal, said

Came = TypeVar("Came")


@final
class Server:
    """A PanDA server in one cycle, with the account's credential as its file holds it now.

    A credential that cannot be used is an error of get(), or, where the account may do without it, a warning.
    """

    def __init__(self, account: Account, timeout: int, max_bytes: int, now: float) -> None:
        """Read the credential; ask nothing yet."""
        self.account = account
        self.warning = ""
        self._limits = Limits(timeout, max_bytes)
        self._session = session()
        self._credential, self._unusable = nobody(account), ""
        try:
            self._credential = credential(account, now)
        except ValueError as error:
            self._unusable = str(error)
        if self._unusable and account.retry_without_token:
            self._go_without(self._unusable)

    def __enter__(self) -> Server:
        """Give the server itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    @property
    def expiry(self) -> Expiry | None:
        """Say when the credential ends, if it can be used and says so."""
        ends = self._credential.expires
        return None if ends is None else Expiry(self.account.credential, ends)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        """Ask for a path below the server's URL, or for a full URL, which sees no credential on any other server.

        Raises ValueError with the reason when there is no whole answer with status 200 in time.
        """
        url = self.account.url + path if path.startswith("/") else path
        ask = self._ask if _origin(url) == _origin(self.account.url) else self._ask_as_nobody
        return within(self._limits.timeout, lambda: ask(url, params or {}))

    def hidden(self, text: str) -> str:
        """Put … where the token, or a piece of it, stands in a text; for messages that are made of an answer."""
        return hidden(text, self._credential.token)

    def _ask(self, url: str, params: Mapping[str, str]) -> bytes:
        if self._unusable:
            raise ValueError(self._unusable)
        if self.warning:
            return self._ask_as_nobody(url, params)
        answer = self._fetch(url, params, self._credential)
        if not (self._credential.token and answer.status in REFUSED):
            return self._good(answer)
        why = refusal(self.account, answer.status, self._text(answer))
        if not self.account.retry_without_token:
            raise ValueError(why)
        try:
            body = self._ask_as_nobody(url, params)
        except ValueError as error:
            raise ValueError(f"{why}; without it: {error}") from None
        self._go_without(why)
        return body

    def _ask_as_nobody(self, url: str, params: Mapping[str, str]) -> bytes:
        return self._good(self._fetch(url, params, nobody(self.account)))

    def _fetch(self, url: str, params: Mapping[str, str], shown: Credential) -> Answer:
        try:
            return fetch(self._session, url, params, shown, self._limits)
        except ValueError as error:
            raise ValueError(self.hidden(str(error))) from None

    def _good(self, answer: Answer) -> bytes:
        if answer.status == OK:
            token = self._credential.token.encode()
            return answer.body.replace(token, "…".encode()) if token else answer.body
        if answer.location:
            to = self.hidden(answer.location)
            raise ValueError(f"HTTP status {answer.status}: a redirect to {to[:100]!r}, which is not followed")
        raise ValueError(said(answer.status, self._text(answer)))

    def _text(self, answer: Answer) -> str:
        return self.hidden(answer.body.decode("utf-8", "replace"))

    def _go_without(self, why: str) -> None:
        self._unusable, self.warning = "", f"{why}; asked without it"


def within(seconds: int, ask: Callable[[], Came]) -> Came:
    """Give what a call gives, or raise what it raises, or ValueError when time is up.

    The call is made by a thread that is then left behind: a name server that hangs, or a server that dribbles its
    answer byte by byte, is beyond the reach of a socket's timeout.
    """
    future: Future[Came] = Future()

    def answer() -> None:
        try:
            future.set_result(ask())
        except BaseException as error:  # it is raised where the answer is awaited
            future.set_exception(error)

    threading.Thread(target=answer, daemon=True).start()
    wait([future], seconds)
    if not future.done():
        raise ValueError(late(seconds))
    return future.result()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()
