"""Open a web address in the reader's browser, never through a shell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from papertriage.formats.addresses import arxiv_number, doi, web_address
from papertriage.models import Paper


def address_of(paper: Paper) -> str | None:
    """Return the http or https address of the paper's page, by its arXiv id or DOI if need be."""
    number = arxiv_number(paper)
    own = f"https://arxiv.org/abs/{number}" if number else None
    name = doi(paper)
    by_doi = f"https://doi.org/{name}" if name else None
    return web_address(paper.url) or web_address(own) or web_address(by_doi)


def open_address(address: str, handed_over: Callable[[], AbstractContextManager[None]]) -> str:
    """Open an address with what $BROWSER names, else the system's browser; say what was done.

    A browser that draws on the terminal itself runs while the terminal is handed over to it. Where
    there is none, as over ssh, the address is all there is to say.
    """
    import webbrowser

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return f"no browser here: {address}"
    if isinstance(browser, webbrowser.GenericBrowser) and not isinstance(
        browser, webbrowser.BackgroundBrowser
    ):
        with handed_over():
            done = browser.open(address)
        return f"opened {address}" if done else f"the browser failed: {address}"
    # A graphical browser may let its caller wait for seconds.
    threading.Thread(target=browser.open, args=(address,), daemon=True).start()
    return f"opening {address}"
