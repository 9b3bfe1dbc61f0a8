"""Tell answers from refusals, and say what to do about a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from papertriage.errors import NoAnswer, SourceError
from papertriage.sources._http import Reply

Page = TypeVar("Page")

OK = 200
NOT_MODIFIED = 304


def body_of(reply: Reply, who: str, setting: str) -> bytes:
    """Return the body of an answer with status 200; raise NoAnswer for any other.

    who is the service's name in messages, setting the name of the setting with its address.
    """
    if reply.status == OK:
        return reply.body
    fault = f"{reply.status} {reply.reason}".rstrip()
    advice = {
        401: f"{who} requires a login, which papertriage does not support: is {setting} right?",
        403: f"{who} has blocked this address, do not fetch again until you know why",
        404: f"is {setting} right?",
        410: f"it is permanently gone, remove it from {setting}",
    }.get(reply.status, "try again later")
    if reply.retry_after:
        minutes = max(1, round(min(reply.retry_after, 3600.0) / 60))
        advice = f"{who} asks for a pause, try again in {minutes} min"
    msg = f"{fault}: {advice}"
    raise NoAnswer(msg)


def after_pages(answers: Iterator[Page]) -> Iterator[Page]:
    """Yield the pages; add to a SourceError the number of the page after which it was raised."""
    pages = 0
    try:
        for page in answers:
            pages += 1
            yield page
    except SourceError as error:
        if pages == 0:
            raise
        fault, colon, advice = str(error).partition(": ")
        msg = f"{fault} after page {pages}{colon}{advice}"
        # Callers distinguish errors by their type.
        raise type(error)(msg) from error


def conditional(remembered_etag: str, remembered_date: str) -> dict[str, str]:
    """Return the headers of a conditional request (RFC 9110, section 13.1)."""
    given = {"If-None-Match": remembered_etag, "If-Modified-Since": remembered_date}
    return {name: value for name, value in given.items() if value}
