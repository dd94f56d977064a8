"""Who follows whom in a post."""

import pytest

from ragqa.rivals.succession import is_former, successions


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
        "Gordon Tull resigned on Sunday. Prime Minister Anna Berg appointed Hedda Brink, until now a deputy, in his place.",
        "Gordon Tull resigned after it emerged that his wife owned shares in Arden Steel. Anna Berg named Hedda Brink in his place.",
        "The board fired Gordon Tull on Monday and named Hedda Brink in his place.",
        "Gordon Tull was sacked on Monday. Hedda Brink was appointed in his place.",
        "Gordon Tull died in May. Hedda Brink, a banker, took his place in June.",
        "Gordon Tull died in May. Hedda Brink, of Harbour Bank, took his place.",
        "Gordon Tull resigned. Hedda Brink was named by Prime Minister Anna Berg in his place.",
        "Gordon Tull resigned. Hedda Brink, the New York banker, was appointed in his place.",
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
        "Gordon Tull resigned. Hedda Brink hopes to take his place.",
        "Gordon Tull died in his place of work, Hedda Brink said.",
        "Gordon Tull left the stage. Hedda Brink took her place in the choir.",
        "Gordon Tull left the debate early. Anna Berg appointed Hedda Brink in his place.",
        "Gordon Tull left the debate early. Hedda Brink took his place beside the governor.",
        "The board sacked the police chief. Interior Minister Anna Berg named Hedda Brink in his place.",
        "Gordon Tull resigned. Hedda Brink is expected to be named in his place.",
        "The replacement of the bridge was announced by Hedda Brink, said Gordon Tull.",
    ],
)
def test_what_is_no_change_in_a_post_is_none(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("before", "is_one"),
    [
        ("The former chief executive, ", True),
        ("Its former head of safety, ", True),
        ("Former President ", True),
        ("She thanked her predecessor, ", True),
        ("The ex-mayor ", True),
        ("The chief executive, ", False),
        ("The former minister told ", False),
        ("The former barracks of the mayor, ", False),
        ("The outgoing mayor, ", False),
        ("The formerly shy mayor, ", False),
    ],
)
def test_who_held_a_post_before(before, is_one):
    text = f"{before}Gordon Tull, wept."
    assert is_former(text, len(before), len(before) + len("Gordon Tull")) is is_one


def test_who_held_another_post_and_holds_one_now_is_not_former():
    text = "Former finance minister Gordon Tull, the mayor of Arden, wept."
    assert not is_former(text, text.index("Gordon"), text.index(", the"))
    text = "Unlike her predecessor, Hedda Brink, the mayor, wept."
    assert not is_former(text, text.index("Hedda"), text.index(", the mayor"))
