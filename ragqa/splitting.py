"""Articles to passages: whole sentences, packed to a length that the embedder reads, with exact offsets.

The packing is langchain-text-splitters'; this module is its only importer. Its ``add_start_index`` searches for each chunk with
``str.find`` and goes wrong on repeated boilerplate, so no text is searched for here: the pieces given to the packer cover the
article without a gap, it is told neither to strip nor to overlap, so its chunks laid end to end are the article, and their offsets
are sums of lengths. The overlap is added afterwards, by moving a start back over whole sentences.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate, pairwise

from ragqa.errors import SettingError
from ragqa.records import Article, Passage
from ragqa.sentences import sentence_spans
from ragqa.words import word_spans

__all__ = ["CHUNK_TOKENS", "OVERLAP_TOKENS", "Splitter"]

logger = logging.getLogger(__name__)

CHUNK_TOKENS = 160
OVERLAP_TOKENS = 32

# A stretch without a space (a table of base64, say) is a token or two to an embedder, whatever its length: it is charged a token
# for this many characters, so that no passage is longer than this times its tokens, and nothing huge is tokenised to be measured.
_CHARACTERS_A_TOKEN = 16

# Where a sentence that is too long is cut, best first. None lies inside a unit of `words`: hence no space of "12 %" or "5 °C".
_SEPARATORS = ["\n", ", ", " (?![%％‰°])"]


class Splitter:
    """Cuts articles into overlapping passages of whole sentences.

    Args:
        count_tokens: how many tokens of the embedder a text has, special tokens not counted.
        chunk_tokens: the most tokens of new text in a passage, from 8 up.
        overlap_tokens: at most this many tokens of whole sentences before them are repeated, below ``chunk_tokens``. A longer
            sentence is not repeated.

    Raises:
        SettingError: a length is out of its range.
    """

    def __init__(
        self,
        count_tokens: Callable[[str], int],
        *,
        chunk_tokens: int = CHUNK_TOKENS,
        overlap_tokens: int = OVERLAP_TOKENS,
    ) -> None:
        if chunk_tokens < 8:
            raise SettingError(f"chunk_tokens must be 8 or more, got {chunk_tokens}")
        if not 0 <= overlap_tokens < chunk_tokens:
            raise SettingError(
                f"overlap_tokens must be from 0 to below chunk_tokens ({chunk_tokens}), got {overlap_tokens}"
            )
        self.chunk_tokens = chunk_tokens
        self.overlap_tokens = overlap_tokens
        # The packer asks for the length of each sentence again and again.
        self._count = lru_cache(maxsize=4096)(count_tokens)

    def split(self, article: Article) -> list[Passage]:
        """Return the passages of ``article`` in order; none where it holds only white space.

        Every passage satisfies ``article.text[p.start:p.end] == p.text``; together they cover all but white space.
        """
        text = article.text
        sentences = sentence_spans(text)
        starts = [start for start, _ in sentences]
        passages = []
        covered = 0
        for chunk_start, chunk_end in self._chunks(text, starts):
            start = self._with_overlap(text, starts, chunk_start, covered)
            covered = chunk_start
            stripped = text[start:chunk_end].strip()
            if not text[chunk_start:chunk_end].strip():
                continue
            start = text.index(stripped[0], start)
            end = start + len(stripped)
            passages.append(
                Passage(id=f"{article.id}#{start}-{end}", article_id=article.id, text=stripped, start=start, end=end)
            )
        return passages

    def _length(self, piece: str) -> int:
        by_characters = -(-len(piece) // _CHARACTERS_A_TOKEN)
        return by_characters if by_characters > self.chunk_tokens else max(by_characters, self._count(piece))

    def _fits(self, piece: str) -> bool:
        return self._length(piece) <= self.chunk_tokens

    def _chunks(self, text: str, starts: list[int]) -> list[tuple[int, int]]:
        """Return stretches of at most ``chunk_tokens`` that together are the whole text, as offsets."""
        from langchain_text_splitters import CharacterTextSplitter, RecursiveCharacterTextSplitter

        lengths = {"chunk_size": self.chunk_tokens, "chunk_overlap": 0, "strip_whitespace": False}
        shorten = RecursiveCharacterTextSplitter(
            separators=_SEPARATORS,
            is_separator_regex=True,
            keep_separator="end",
            length_function=self._length,
            **lengths,
        )
        # The packer is told where it may cut by a private character that the text does not hold.
        mark = next(character for character in map(chr, range(0xF0000, 0x110000)) if character not in text)
        pack = CharacterTextSplitter(
            separator=mark, length_function=lambda piece: self._length(piece.replace(mark, "")), **lengths
        )

        def packed(pieces: list[str]) -> list[str]:
            return _checked([chunk.replace(mark, "") for chunk in pack.split_text(mark.join(pieces))], pieces)

        pieces: list[str] = []
        for start, end in pairwise([0, *starts[1:], len(text)]):
            sentence = text[start:end]
            parts = [sentence] if self._fits(sentence) else _checked(shorten.split_text(sentence), [sentence])
            for part in parts:
                pieces += [part] if self._fits(part) else packed(list(self._units(part)))
        return list(pairwise(accumulate(map(len, packed(pieces)), initial=0)))

    def _units(self, part: str) -> Iterator[str]:
        """Yield ``part`` cut before each word and figure; in single characters where even such a stretch is too long."""
        edges = [[0, 0], *word_spans(part).tolist(), [len(part), len(part)]]
        for (start, end), (following, _) in pairwise(edges):
            unit, rest = part[start:end], part[end:following]
            for stretch in [unit + rest] if self._fits(unit + rest) else [unit, rest]:
                yield from [stretch] if self._fits(stretch) else stretch

    def _with_overlap(self, text: str, starts: list[int], start: int, floor: int) -> int:
        """Return ``start`` moved back over the whole sentences before it that the overlap has room for, not before ``floor``."""
        moved = start
        for index in range(bisect_left(starts, start) - 1, bisect_right(starts, floor) - 1, -1):
            if self._length(text[starts[index] : start]) > self.overlap_tokens:
                break
            moved = starts[index]
        return moved


def _checked(pieces: list[str], given: list[str]) -> list[str]:
    """Return ``pieces`` if they hold the text of ``given``, else ``given``.

    Every offset rests on it: a release of the splitter that breaks it must not go unseen.
    """
    if "".join(pieces) == "".join(given):
        return pieces
    logger.warning("the text splitter did not give back the text of the article; its pieces are used unpacked")
    return given
