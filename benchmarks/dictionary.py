"""Make a dictionary for abstracts of the phrases that many of them share."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

# A phrase of so many papers is nobody's own.
SHARED_BY = 60
_LONGEST = 8
_SIZE = 65_536
# A match of fewer letters saves nothing.
_MATCH = 3
_SAMPLES = 20_000
_HEAD = 2_000
_LEVEL = 3
_WORD = re.compile(r"\S+\s*")

_Words = tuple[str, ...]


def shared_phrases(abstracts: Sequence[str], least: int) -> dict[str, int]:
    """Return the phrases of at most eight words that stand in at least so many abstracts.

    By length: a phrase is counted where both of its shorter halves were frequent (Agrawal and
    Srikant, "Fast algorithms for mining association rules", 1994).
    """
    texts = [_WORD.findall(abstract) for abstract in abstracts]
    frequent: Collection[_Words] = ()
    found: dict[str, int] = {}
    for length in range(1, _LONGEST + 1):
        counts: Counter[_Words] = Counter()
        for words in texts:
            phrases = {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
            counts.update(
                phrase
                for phrase in phrases
                if length == 1 or (phrase[1:] in frequent and phrase[:-1] in frequent)
            )
        frequent = {phrase for phrase, count in counts.items() if count >= least}
        found |= {"".join(phrase): counts[phrase] for phrase in frequent}
    return found


def content(phrases: dict[str, int], size: int) -> bytes:
    """Return the phrases that save most, the best last: zstd finds what is near more cheaply."""
    saved = {text: count * (len(text) - _MATCH) for text, count in phrases.items()}
    chosen, held = [], ""
    for text in sorted(saved, key=lambda text: (-saved[text], text)):
        if len(held) >= size:
            break
        if len(text) > _MATCH and text not in held:
            chosen.append(text)
            held += text
    whole = ""
    kept = []
    for text in sorted(chosen, key=len, reverse=True):
        if text not in whole:
            whole += text
            kept.append(text)
    return "".join(sorted(kept, key=lambda text: saved[text])).encode()


def dictionary(phrases: bytes, samples: Iterable[str]) -> bytes:
    """Return a Zstandard dictionary of the phrases; of the samples it holds only statistics."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    raw = zstd.ZstdDict(phrases, is_raw=True)
    texts = [text.encode() for text in samples]
    return zstd.finalize_dict(raw, texts, len(phrases) + _HEAD, _LEVEL).dict_content


def main(arguments: list[str]) -> int:
    """Write a dictionary: `make dictionary NAME=name`."""
    try:
        data, out = map(Path, arguments)
    except ValueError:
        sys.stderr.write("usage: python benchmarks/dictionary.py DATA OUT\n")
        return 2
    if out.exists():
        sys.stderr.write(f"{out} is there: caches are read with it, so name another file\n")
        return 2
    abstracts = list(_abstracts(data))
    phrases = content(shared_phrases(abstracts, SHARED_BY), _SIZE)
    every = max(len(abstracts) // _SAMPLES, 1)
    out.write_bytes(dictionary(phrases, islice(abstracts, 0, None, every)))
    return 0


def _abstracts(data: Path) -> Iterator[str]:
    for name in ("abstracts.jsonl.gz", "abstracts-older.jsonl.gz"):
        with gzip.open(data / "corpus" / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["abstract"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
