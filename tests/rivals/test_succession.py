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
        "Gordon Tull was replaced yesterday by Hedda Brink.",
        "Gordon Tull was succeeded as chief executive by Hedda Brink.",
        "Gordon Tull was followed as mayor by Hedda Brink.",
        "Gordon Tull, who retires this summer, will be followed by Hedda Brink.",
        "Gordon Tull, criticised on 20 May, has been replaced by Hedda Brink.",
        "The board replaced Gordon Tull with the banker Hedda Brink.",
        "Gordon Tull was ousted; the party replaced him with Hedda Brink.",
        "Gordon Tull was ousted. Prime Minister Anna Berg replaced him with Hedda Brink.",
        "Hedda Brink replaced Gordon Tull with immediate effect.",
        "Hedda Brink replaced Gordon Tull in a deal with Anna Berg.",
        "Hedda Brink was named as the successor to Gordon Tull.",
        "The successor to Gordon Tull is Hedda Brink.",
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
        "Gordon Tull led all the way, followed by Hedda Brink.",
        "Gordon Tull spoke first, followed by Hedda Brink.",
        "Gordon Tull was followed down the aisle by Hedda Brink.",
        "Hedda Brink succeeded where Gordon Tull had failed.",
        "Hedda Brink could replace Gordon Tull.",
        "Hedda Brink is running to replace Gordon Tull.",
        "Gordon Tull will not be replaced by Hedda Brink.",
        "Hedda Brink named the successor to Gordon Tull.",
        "The replacement of the bridge was announced by Hedda Brink, said Gordon Tull.",
    ],
)
def test_what_is_no_change_in_a_post_is_none(text):
    assert told(text) == []
