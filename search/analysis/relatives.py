"""Families: stems that a language's rules of word formation join, and inflection does not.

smuggle and smuggler, migrate and migrant, sécuriser and sécurité, تهريب and مهرب. The rules stand in the
packages of the languages. This file knows no index, no text and no NLTK.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coopsearch.search.analysis.derivation import Relative


def relatives(word: str, stem: str, language: str) -> Iterator[Relative]:
    """Yield the family of a folded word and its stem in a language, real or not; no order is promised."""
    rules = _rules(language)
    return rules(word, stem) if rules is not None else iter(())


def _rules(language: str) -> Callable[[str, str], Iterator[Relative]] | None:
    if language == "en":
        from coopsearch.search.analysis.english.derivation import english

        return english
    if language == "fr":
        from coopsearch.search.analysis.french.derivation import french

        return french
    if language == "ar":
        from coopsearch.search.analysis.arabic.derivation import arabic

        return arabic
    return None
