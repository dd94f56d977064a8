"""Files and folders of text, Markdown, HTML, JSON, JSON lines, CSV and Parquet, to articles: the first step of the way.

loading     which files, in which order; faults; ids that meet
text        text and Markdown, front matter, sidecars
html        HTML pages
rows        files of many articles
fields      the names people give to fields, and the `Article` made of them
decoding    bytes to text
"""

from ragqa.articles.fields import MAX_CHARACTERS
from ragqa.articles.loading import Fault, Loaded, iter_articles, load_articles, origin_of

__all__ = ["MAX_CHARACTERS", "Fault", "Loaded", "iter_articles", "load_articles", "origin_of"]
