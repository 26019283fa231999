"""What the system does not let a command use, and no command speaks of, is one sentence with the file's name."""

import errno

import pytest

from console.terminal.program import guarded


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENAMETOOLONG, errno.ELOOP, errno.EMFILE])
def test_that_a_file_that_cannot_be_used_is_one_sentence(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> int:
        raise OSError(number, "why not", "x" * 5000)

    assert guarded(run) == 2
    said = capsys.readouterr().err
    assert said.endswith("x: could not be used: why not; see what it is, and who may read it.\n")
    assert len(said) < 300


def test_that_what_is_about_no_file_is_still_a_fault_of_the_program() -> None:
    def run() -> int:
        raise OSError(errno.EINVAL, "not a file")

    with pytest.raises(OSError, match="not a file"):
        guarded(run)
