import pytest

from agents.language import in_language

SAMPLES = {
    "en": ["I'd have to look that up.", "Go on.", "Hm, no.", "Okay.", "Who is this?", "Maybe."],
    "de": ["Das müsste ich nachsehen.", "Ja, bitte?", "Wir haben im Moment keine Zeit dafür."],
    "fr": ["Je ne sais pas, il faut que je vérifie.", "Oui.", "C'est trop cher pour nous."],
    "es": ["No lo sé, tengo que mirarlo.", "Sí, ¿quién es?", "Es muy caro para nosotros."],
    "it": ["Non lo so, devo controllare.", "Sì, chi è?", "Per noi è troppo caro."],
    "nl": ["Dat weet ik niet, ik moet het nakijken.", "Ja, met wie?", "Het is te duur voor ons."],
    "pt": ["Não sei, tenho que ver isso.", "Sim, quem é?", "É muito caro para nós."],
}


@pytest.mark.parametrize("tag", sorted(SAMPLES))
def test_a_language_is_taken_for_itself(tag: str) -> None:
    assert all(in_language(text, tag) for text in SAMPLES[tag])
    assert all(in_language(text, f"{tag}-XX") for text in SAMPLES[tag])


@pytest.mark.parametrize("tag", sorted(set(SAMPLES) - {"en"}))
def test_another_language_is_found_in_an_english_call(tag: str) -> None:
    assert not any(in_language(text, "en") for text in SAMPLES[tag])


@pytest.mark.parametrize("tag", sorted(set(SAMPLES) - {"en"}))
def test_english_is_found_in_any_other_call(tag: str) -> None:
    assert not in_language("I would have to look that up for you.", tag)


@pytest.mark.parametrize(
    "text", ["それはわかりません。", "Мы не знаем.", "لا أعرف", "不知道", "Δεν ξέρω"]
)
def test_another_script_is_another_language(text: str) -> None:
    assert not in_language(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "This is Maria de la Cruz.",
        "The café is on the way to the airport.",
        "We had a déjà vu with that.",
        "Die cutting is what we do.",
        "Mm-hm.",
        "€",
    ],
)
def test_names_and_borrowed_words_are_english(text: str) -> None:
    assert in_language(text, "en")


def test_a_language_that_is_not_known_here_is_never_refused() -> None:
    assert in_language("To jest bardzo drogie.", "pl")
    assert in_language("それはわかりません。", "ja")
