import string

from hypothesis import assume, given
from hypothesis import strategies as st

from configs.nearest import did_you_mean, nearest
from configs.settings import setting_docs

KNOWN = [doc.name for doc in setting_docs()]
names = st.sampled_from(KNOWN)
letters = st.sampled_from(string.ascii_lowercase + "_")


@given(names, st.data())
def test_a_name_with_one_wrong_letter_finds_its_way_back(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    typo = name[:at] + data.draw(letters) + name[at + 1 :]
    # "call.mix_endpointing_s" is as near to the minimum as to the maximum
    assume(sum(_n_different(typo, one) <= 1 for one in KNOWN) == 1)
    assert nearest(typo, KNOWN) == name


def _n_different(one: str, other: str) -> int:
    same_place = sum(a != b for a, b in zip(one, other, strict=False))
    return same_place + abs(len(one) - len(other))


@given(names, st.data())
def test_a_name_with_two_letters_swapped_finds_its_way_back(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    typo = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    assert nearest(typo, KNOWN) == name


@given(names)
def test_case_does_not_matter(name: str) -> None:
    assert nearest(name.upper(), KNOWN) == name


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=20), max_size=8))
def test_the_answer_is_a_known_name_or_none(wrong: str, known: list[str]) -> None:
    found = nearest(wrong, known)
    assert found is None or found in known


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=9), min_size=1, max_size=6))
def test_when_none_is_near_all_known_names_are_listed(known: list[str]) -> None:
    assume(nearest("0000", known) is None)
    said = did_you_mean("0000", known)
    assert all(name in said for name in known)
