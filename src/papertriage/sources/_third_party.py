"""Find the sources of other packages, and check that they follow the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import entry_points

from papertriage.errors import ConfigurationError, PapertriageError, SourceError
from papertriage.identifiers import source_id
from papertriage.models import Sighting
from papertriage.models.authority import THIRD_PARTY
from papertriage.sources.contract import Batch, Source, Window
from papertriage.text import visible

# An entry point of this group is a callable without arguments that returns a Source.
GROUP = "papertriage.sources"


class _Guarded:
    """A source whose exceptions all become one-line errors."""

    def __init__(self, name: str, source: Source) -> None:
        self.name = name
        self._source = source

    def feeds(self) -> tuple[str, ...]:
        try:
            return tuple(str(feed) for feed in self._source.feeds())
        except PapertriageError:
            raise
        except Exception as error:
            raise SourceError(self._line(error)) from error

    def batches(
        self, feed: str, window: Window, now: datetime, remembered: Mapping[str, str]
    ) -> Iterator[Batch]:
        try:
            for batch in self._source.batches(feed, window, now, remembered):
                yield self._checked(batch)
        except PapertriageError:
            raise
        except Exception as error:
            raise SourceError(self._line(error)) from error

    def _checked(self, batch: object) -> Batch:
        if not isinstance(batch, Batch):
            msg = f"the source {self.name} is broken: it yields {type(batch).__name__}, not Batch"
            raise SourceError(msg)
        return replace(batch, sightings=tuple(map(self._named, batch.sightings)))

    def _named(self, sighting: Sighting) -> Sighting:
        """Attribute a sighting to this source: its own id "3" becomes my-lab:3."""
        paper = sighting.paper
        lasting = source_id(self.name, paper.id, paper.title)
        return sighting._replace(
            paper=paper._replace(id=lasting), source=self.name, authority=THIRD_PARTY
        )

    def _line(self, error: Exception) -> str:
        why = visible(f"{type(error).__name__}: {error}", 200)
        return f"the source {self.name} is broken: {why}"


def third_party(name: str) -> Source | None:
    """Return the source that a distribution registers under this name, or None.

    Raises ConfigurationError if it cannot be loaded.
    """
    for point in entry_points(group=GROUP, name=name):
        try:
            source = point.load()()
            wrong = "" if source.name == name else f"it calls itself {source.name}"
        except Exception as error:
            reason = visible(f"{type(error).__name__}: {error}", 200)
            msg = f"the source {name} cannot be loaded ({reason}): fix or remove {point.value}"
            raise ConfigurationError(msg) from error
        if wrong:
            msg = f"the source {name} cannot be loaded ({visible(wrong, 80)})"
            raise ConfigurationError(msg)
        return _Guarded(name, source)
    return None
