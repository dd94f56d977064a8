"""Files and folders of text, Markdown, HTML, JSON, JSON lines, CSV and Parquet, to articles: the first step of the way.

loading     files to articles and faults; ids that meet
files       which files, in which order
text        text and Markdown, front matter, sidecars
markdown    Markdown to the text that its reader sees
html        HTML pages
rows        files of many articles
fields      the names people give to fields, and the `Article` made of them
decoding    bytes to text
"""

from ragqa.articles.fields import MAX_CHARACTERS
from ragqa.articles.files import Fault, origin_of
from ragqa.articles.loading import Loaded, bytes_to_read, iter_articles, load_articles

__all__ = ["MAX_CHARACTERS", "Fault", "Loaded", "bytes_to_read", "iter_articles", "load_articles", "origin_of"]
