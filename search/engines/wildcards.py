"""Words with * and ? in them, held against terms, in time that grows with the terms alone.

What no fitting term can lack is looked for first, which is one step of C a term; the rest is an expression
without a way back, as each run of signs between two * may be taken at the first place where it stands. Does
not depend on the rest of coopsearch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


def fits(text: str) -> Callable[..., re.Match[str] | None]:
    """Return what says whether a term fits: a match from a place to the end of the term."""
    pieces = re.split(r"\*+", text)
    first, *others = (
        "".join("." if sign == "?" else re.escape(sign) for sign in re.findall(r"\?|[^?]+", piece))
        for piece in pieces
    )
    if not others:
        return re.compile(first, re.DOTALL).fullmatch
    *middle, last = others
    # A piece is taken where it first stands and never moved: (?>...) gives nothing back. Without that, ten
    # * in a row of equal letters would try more ways than there are seconds.
    body = first + "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return re.compile(f"{body}.*{last}" if last else f"{body}.*", re.DOTALL).fullmatch


def fitting(text: str, terms: Sequence[str], skip: int) -> list[str]:
    """Return the terms that fit from their character ``skip`` on; all of them begin as the text does."""
    literals = re.findall(r"[^*?]+", text)
    begin = re.split(r"[*?]", text, maxsplit=1)[0]
    least = skip + len(text) - text.count("*")
    if not literals or literals == [begin]:
        # Signs alone after the beginning: only the length decides.
        signs = text[len(begin) :]
        if not signs.strip("*"):
            return list(terms)
        if "*" in signs:
            return [term for term in terms if len(term) >= least]
        return [term for term in terms if len(term) == least]
    if "?" not in text and "*" in text and len(literals) == 1:
        (part,) = literals
        if text.strip("*") == part and text[0] == "*":
            if text[-1] != "*":
                return [term for term in terms if part in term and term.endswith(part, skip)]
            return (
                [term for term in terms if part in term]
                if not skip
                else [term for term in terms if term.find(part, skip) >= 0]
            )
    if "?" not in text and len(literals) == 2 and text.count("*") == 1:  # noqa: PLR2004 - a beginning and an end
        return [term for term in terms if term.endswith(literals[1], skip) and len(term) >= least]
    telling = max(literals, key=len)
    likely = [term for term in terms if telling in term]
    held = fits(text)
    return [term for term in likely if held(term, skip)]
