"""Citations as other people want them: the styles of bibliographies, and links to the very words.

Works on plain values, so that `records` may use it. Imports nothing of ragqa but its errors and the months.
"""

from ragqa.styles.formats import STYLES, Source, format_source
from ragqa.styles.fragment import text_link

__all__ = ["STYLES", "Source", "format_source", "text_link"]
