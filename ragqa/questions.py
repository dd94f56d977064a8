"""What can be asked: a question is text with a letter or a digit in it, and not too long."""

from __future__ import annotations

from ragqa.errors import QuestionError

__all__ = ["MAX_QUESTION_CHARACTERS", "checked_question"]

MAX_QUESTION_CHARACTERS = 1_000


def checked_question(question: str) -> str:
    """Return a question without the white space around it.

    Raises:
        QuestionError: it is empty, has no letter and no digit, is too long, or is not text.
    """
    asked = question.strip()
    if not asked:
        raise QuestionError("the question is empty: ask something")
    if len(asked) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(asked):,} characters, {MAX_QUESTION_CHARACTERS:,} at most: ask it in fewer words"
        )
    try:
        asked.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(f"the question is not text at character {error.start}: give it in UTF-8") from error
    if not any(character.isalnum() for character in asked):
        raise QuestionError(f"the question {asked[:40]!r} has no letter and no digit: ask something in words")
    return asked
