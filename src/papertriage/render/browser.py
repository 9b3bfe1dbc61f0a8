"""Open a web address in the reader's browser, without a shell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from papertriage.formats.addresses import arxiv_number, doi, web_address
from papertriage.models import Paper


def address_of(paper: Paper) -> str | None:
    """Return the web address of a paper, made from its arXiv id or DOI if it has none."""
    number = arxiv_number(paper)
    own = f"https://arxiv.org/abs/{number}" if number else None
    name = doi(paper)
    by_doi = f"https://doi.org/{name}" if name else None
    return web_address(paper.url) or web_address(own) or web_address(by_doi)


def open_address(address: str, handed_over: Callable[[], AbstractContextManager[None]]) -> str:
    """Open an address in $BROWSER or the system's browser, and return a message.

    A browser that runs in the terminal gets the terminal meanwhile. If there is no browser, for
    example over ssh, the message contains the address.
    """
    import webbrowser

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return f"no browser found: open {address} yourself"
    if isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    ):
        with handed_over():
            done = browser.open(address)
        return f"opened {address}" if done else f"the browser failed: open {address} yourself"
    # Starting a graphical browser may block for seconds.
    threading.Thread(target=browser.open, args=(address,), daemon=True).start()
    return f"opening {address}"
