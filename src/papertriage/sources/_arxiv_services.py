"""Share between arXiv's services the pace of requests, the categories and the ids."""

from __future__ import annotations

import re

from papertriage import config, paths
from papertriage.errors import InputError
from papertriage.identifiers import versioned_id
from papertriage.sources._pace import RequestPace
from papertriage.text import visible

# https://arxiv.org/category_taxonomy: cs.LG, hep-th, cond-mat.mes-hall; cs.* is a wildcard.
_CATEGORY = re.compile(
    r"([a-z]+(?:-[a-z]+)*)(?:\.(\*|[a-z]+(?:-[a-z]+)*))?", re.IGNORECASE | re.ASCII
)
# Archives without subject classes: the archive is the category.
_CLASSLESS = frozenset(
    {
        "gr-qc",
        "hep-ex",
        "hep-lat",
        "hep-ph",
        "hep-th",
        "math-ph",
        "nucl-ex",
        "nucl-th",
        "quant-ph",
    }
)
# Archives that got subject classes later: old papers have the bare archive as their category.
_ONCE_CLASSLESS = frozenset({"astro-ph", "cond-mat", "q-bio"})
_WITH_CLASSES = _ONCE_CLASSLESS | {"cs", "econ", "eess", "math", "nlin", "physics", "q-fin", "stat"}
_OAI = re.compile(r"oai:arxiv\.org:", re.IGNORECASE)


# arXiv also answers too many requests with 406.
_OVERRUN = frozenset({406, 429})


def shared_pace() -> RequestPace:
    """Return the pace of requests to arXiv, whose limit applies to all its services together."""
    file, delay = paths.data_dir() / "arxiv.pace", config.number("sources.arxiv.delay")
    return RequestPace(file, delay, overrun=_OVERRUN)


def category(given: str) -> str:
    """Return a category in arXiv's spelling; raise InputError if it is not a category.

    Both "cs" and "cs.*" mean all categories of an archive; "cs" is returned.
    """
    match = _CATEGORY.fullmatch(given.strip())
    if match is None:
        msg = f"{visible(given, 60)} is not an arXiv category such as cs.LG or hep-th"
        raise InputError(msg)
    archive, subject = match[1].lower(), match[2] or "*"
    if subject == "*":
        return archive
    # Classes of two letters are upper case (cs.LG), longer ones lower case (physics.optics).
    return f"{archive}.{subject.upper() if len(subject) == 2 else subject.lower()}"  # noqa: PLR2004 - see above


def searched(name: str) -> tuple[str, ...]:
    """Return the search terms for a category: the API finds nothing for "cs", only for "cs.*"."""
    if "." in name or name in _CLASSLESS:
        return (name,)
    bare = name not in _WITH_CLASSES or name in _ONCE_CLASSLESS
    return (f"{name}.*", name) if bare else (f"{name}.*",)


def categories(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the categories in arXiv's spelling, without duplicates; raise InputError if empty."""
    if not given:
        msg = "no categories to fetch: give some, such as --categories cs.LG,stat.ML"
        raise InputError(msg)
    return tuple(dict.fromkeys(map(category, given)))


def arxiv_id(given: str) -> tuple[str, int | None] | None:
    """Return (id, version) of an arXiv id, address or OAI identifier; None for anything else."""
    found = versioned_id(_OAI.sub("", given.strip(), count=1))
    return found if found is not None and found[0].startswith("arxiv:") else None


def addresses(paper_id: str, version: int | None) -> tuple[str, str]:
    """Return the addresses of a paper's abstract page and of its PDF."""
    bare = paper_id.removeprefix("arxiv:")
    return (
        f"https://arxiv.org/abs/{bare}",
        f"https://arxiv.org/pdf/{bare}{f'v{version}' if version else ''}",
    )
