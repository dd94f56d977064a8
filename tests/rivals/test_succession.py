"""Who follows whom in a post."""

import pytest

from ragqa.rivals.succession import successions


def told(text):
    return [(text[slice(*own.old)], text[slice(*own.new)]) for own in successions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Gordon Tull gave up his post on Friday. He was replaced by one of the two founders, Hedda Brink.",
        "The board sacked Gordon Tull. He is to be succeeded as chief executive by Hedda Brink.",
        "Hedda Brink succeeds Gordon Tull, who has led the firm for nine years.",
        "Hedda Brink, a founder, replaced Gordon Tull on Monday.",
        "On Monday Hedda Brink took over as chief executive from Gordon Tull.",
        "Gordon Tull resigned on Monday, and Hedda Brink was named as his successor.",
        "Gordon Tull has left. His successor is the banker Hedda Brink.",
        "Gordon Tull’s successor, Hedda Brink, was named on Friday.",
    ],
)
def test_old_and_new_are_told_apart(text):
    assert told(text) == [("Gordon Tull", "Hedda Brink")]


@pytest.mark.parametrize(
    "text",
    [
        "Hedda Brink succeeded in selling the firm of Gordon Tull.",
        "The old pumps were replaced by new ones, said Gordon Tull.",
        "A successor has not been named.",
    ],
)
def test_what_is_no_change_in_a_post_is_none(text):
    assert told(text) == []
