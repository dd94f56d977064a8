"""Who stands behind a stretch of an article: direct speech, "X said", "according to X", or nobody but the article.

    quotes        where direct speech begins and ends
    near          how far is looked from a place
    verbs         what looks like a finite verb
    nouns         how far the words reach that name a speaker
    reach         how far the words reach that are somebody's
    cues          the words of a sentence that attribute, and which of its words they cover
    attribution   the one that covers a given stretch

English news prose, by rules. Used by `citing`; imports nothing of ragqa but `sentences` and `patterns`.
"""

from ragqa.speech.attribution import Attributed, attribute

__all__ = ["Attributed", "attribute"]
