"""Whether words are English. The labeler reads no other language, and "kein Pneumothorax" must not become one.

Counts small words alone: findings are spelt alike in many languages.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_SMALL = (
    "the is are was were no not and or of with without there in on at to from has have been seen this that which for"
    " by be right left lower upper normal clear small large mild both heart lung lungs size within limits evidence"
)
_ENGLISH = frozenset(_SMALL.split())
_OTHERS = (
    # German, Dutch, Scandinavian
    "kein keine keinen keiner keinem nicht ohne und oder der das den dem eine einer eines mit ist sind wird werden bei"
    " von vom zum zur links rechts beidseits nachweis herz lunge lungen geen niet zonder het een zijn wordt ingen inga"
    " utan och eller ikke uten og"
    # Romance
    " pas sans les une ou avec aucun aucune dans sont sur droite gauche sin los las del hay derrame derecho izquierdo"
    " sem não nao nem direita esquerda senza della delle nessun nessuna destra sinistra fara fără este"
    # Slavonic, Turkish, Malay and others in Latin letters
    " bez nie brak oraz jest nema nije yok yoktur izlenmedi değil tidak tampak dengan khong không"
)
_FOREIGN = frozenset(_OTHERS.split())
_LATIN_SHARE = 0.6


def is_english(words: str) -> bool:
    """Whether ``words`` (lower case) may be read as English; a few names without any small word may."""
    if words.isascii() and not _FOREIGN.intersection(words.split()):
        return True
    found = _WORD.findall(words)
    if found and sum(word[0] < "\u0250" for word in found) < _LATIN_SHARE * len(found):
        return False
    foreign = sum(word in _FOREIGN for word in found)
    return foreign == 0 or sum(word in _ENGLISH for word in found) > foreign
