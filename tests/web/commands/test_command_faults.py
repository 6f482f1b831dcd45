"""What a person reads for an error, whatever it was wrapped in."""

import errno

import pytest

from configs.fault import Fault
from speech.fault import SpeechFault
from web.commands.faults import FAULT, UNEXPECTED, as_fault, report

NO_DEBUG: dict[str, str] = {}


def test_a_fault_is_its_code_its_sentence_and_its_remedy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = report(Fault("port-in-use", "Port 1 is in use.", "Take [another]."), NO_DEBUG)
    assert code == FAULT
    assert capsys.readouterr().err == "error[port-in-use]: Port 1 is in use.\n  Take [another].\n"


def test_a_fault_inside_a_task_group_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    inner = SpeechFault("espeak-broken", "It broke.")
    group = ExceptionGroup("tasks", [ValueError("x"), ExceptionGroup("more", [inner])])
    assert as_fault(group) is inner
    assert report(group, NO_DEBUG) == FAULT


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EACCES, "not-permitted"),
        (errno.EROFS, "not-permitted"),
    ],
)
def test_what_the_system_refuses_has_a_code_of_its_own(number: int, code: str) -> None:
    fault = as_fault(OSError(number, "no", "calls"))
    assert fault is not None
    assert fault.code == code
    assert "calls" in fault.said


def test_anything_else_is_unexpected_and_says_how_to_see_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report(ValueError("what the rep said"), NO_DEBUG) == UNEXPECTED
    said = capsys.readouterr().err
    assert "error[unexpected]" in said
    assert "REHEARSE_DEBUG=1" in said
    assert "what the rep said" not in said
    assert "Traceback" not in said
