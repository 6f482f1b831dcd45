"""Which language a sentence is in, as far as the words that every sentence needs give it away."""

import re
import unicodedata

_COMMON: dict[str, str] = {
    "en": (
        "the and is are was were of to that this these those it its we you they he she i my our "
        "your their have has had do does did not don't isn't can't won't i'm it's that's we're "
        "you're i'll we'll i'd what how why when who with for from at by but if or yes be been "
        "would could should will can about there here just know think sorry okay let's"
    ),
    "de": (
        "der die das und ist sind nicht ich wir sie ihr mein unser eine einen einem einer mit von "
        "zu auf für auch aber oder wenn wie wer warum ja nein doch haben hat hatte wird werden "
        "würde kann können bei nach noch nur schon sehr es im am zum zur dass guten danke bitte"
    ),
    "fr": (
        "le la les et est sont pas je nous vous il elle ils une des du de que qui pour avec sur "
        "dans mais oui non nos notre votre mon ma mes ce cette ça c'est j'ai n'est avons avez ont "
        "être très bien merci bonjour comment pourquoi quand où"
    ),
    "es": (
        "el la los las y es son yo nosotros usted ustedes una unos que por para con pero sí "
        "nuestro nuestra mi su sus tenemos tengo tiene está están muy bien gracias hola cómo "
        "cuándo dónde porque eso esto lo le se de del al más"
    ),
    "it": (
        "il lo la gli e è sono io noi voi lei una che per con ma sì nostro nostra mio sua abbiamo "
        "ho ha hanno molto bene grazie buongiorno come perché quando dove questo questa del della "
        "di da nel non si più anche"
    ),
    "nl": (
        "de het een en is zijn niet ik wij we jij u hij zij van voor met op maar als hoe waarom ja "
        "nee ons onze mijn hebben heeft had wordt worden kan kunnen bij naar nog dat die deze ook "
        "er aan om te dank goed"
    ),
    "pt": (
        "o os as e é são eu nós você vocês uma uns que por para com mas sim não nosso nossa meu "
        "sua temos tenho tem está estão muito bem obrigado obrigada olá como quando onde porque "
        "isso isto do da dos das no na se mais"
    ),
}
_ENGLISH_TOO = "die is we you he her an am in on no me so do come has had as to i a or of be by"
"""Words that stand in other lists and are English as well, so that they tell nothing against it."""
_SHORT = 4
"""Words up to which a single common word of another language is enough."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _lists() -> dict[str, frozenset[str]]:
    return {tag: frozenset(words.split()) for tag, words in _COMMON.items()}


_LISTS = _lists()
_SHARED_WITH_ENGLISH = frozenset(_ENGLISH_TOO.split())


def in_language(text: str, language: str) -> bool:
    """False when the text is in another language than the BCP 47 tag says: it is written in
    another script, or holds more common words of another language than of this one. True where
    nothing can be told, and for languages that are not known here."""
    own = language.split("-")[0].lower()
    if own not in _LISTS:
        return True
    if not _latin(text):
        return False
    words = [w.lower().replace("’", "'") for w in _WORD.findall(text)]
    n_own = sum(w in _LISTS[own] for w in words)
    n_other = max(_n_of(other, own, words) for other in _LISTS if other != own)
    enough = 1 if len(words) <= _SHORT else 2
    return n_other < enough or n_other <= n_own


def _n_of(other: str, own: str, words: list[str]) -> int:
    not_telling = _SHARED_WITH_ENGLISH if own == "en" else _LISTS[own]
    return sum(w in _LISTS[other] and w not in not_telling for w in words)


def _latin(text: str) -> bool:
    if text.isascii():
        return True
    return all("LATIN" in unicodedata.name(c, "") for c in text if c.isalpha() and not c.isascii())
