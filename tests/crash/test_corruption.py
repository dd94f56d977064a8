"""A damaged index folder answers rightly or says what is wrong, and a repair gives back what can be read."""

import sys

import pytest
from damaging import STORE, damage, told

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs fork and /proc")


def assert_right(found):
    assert [seen.fault for seen in found if seen.fault] == []
    # Where the file of the articles is whole, so is the index after a repair; `mangling` has compared all that it answers.
    assert all(seen.left_out == 0 for seen in found if not seen.file.startswith(STORE))


def test_damaged_folders_answer_rightly_or_say_what_is_wrong(tmp_path):
    found = damage(tmp_path, range(20))
    assert_right(found)
    assert any(seen.answered for seen in found)
    assert any(not seen.answered for seen in found)
    assert sum(seen.left_out is not None for seen in found) >= 10


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_thousand_damaged_folders_answer_rightly_or_say_what_is_wrong(tmp_path, capsys):
    found = damage(tmp_path, range(1_000, 2_000))
    with capsys.disabled():
        print(f"\n{told(found)}")
    assert_right(found)
    assert len(found) == 1_000
    assert sum(seen.left_out is not None for seen in found) >= 800
