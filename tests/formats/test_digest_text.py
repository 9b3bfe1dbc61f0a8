from __future__ import annotations

import re

from hypothesis import given

from builders import make_coverage, make_digest, make_news, make_pick, make_picked, make_unpicked
from hostile import hostile_text
from papertriage.formats.digest_text import digest_text


@given(hostile_text)
def test_lines_fit_a_mail_and_hold_no_terminal_codes(text):
    pick = make_picked(title=text, abstract=text, authors=(text,), pick=make_pick(reasons=(text,)))
    found = digest_text(
        make_digest(
            picks=(pick,),
            feeds=(make_coverage(message=text),),
            topics=(make_news(topic=text, best=(make_unpicked(title=text),)),),
            missed=text,
        )
    )
    assert max(map(len, found.split("\n"))) <= 78
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", found)
