"""All that ``import ragqa`` offers, imported: its package does that with the first name that is asked for."""

from ragqa.articles import Fault, Loaded, load_articles
from ragqa.calibration import Calibration
from ragqa.embedding import Embedder, load_embedder
from ragqa.errors import (
    ArticleError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    MissingExtra,
    ModelError,
    QuestionError,
    RagqaError,
    SettingError,
    StorageError,
)
from ragqa.explaining import Explanation, Verdict, Weighed
from ragqa.filling import AddReport
from ragqa.index import Index, SourceRow
from ragqa.pipeline import Pipeline
from ragqa.reading import ExtractiveReader
from ragqa.records import (
    Answer,
    Article,
    Citation,
    Conflict,
    Filter,
    Hit,
    Passage,
    Response,
    Span,
    Timeline,
)
from ragqa.retrieval import DenseRetriever, HybridRetriever, LexicalRetriever, Retriever
from ragqa.splitting import Splitter

__all__ = [
    "AddReport",
    "Answer",
    "Article",
    "ArticleError",
    "Calibration",
    "Citation",
    "Conflict",
    "DenseRetriever",
    "Embedder",
    "Explanation",
    "ExtractiveReader",
    "Fault",
    "Filter",
    "Hit",
    "HybridRetriever",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "LexicalRetriever",
    "Loaded",
    "MissingExtra",
    "ModelError",
    "Passage",
    "Pipeline",
    "QuestionError",
    "RagqaError",
    "Response",
    "Retriever",
    "SettingError",
    "SourceRow",
    "Span",
    "Splitter",
    "StorageError",
    "Timeline",
    "Verdict",
    "Weighed",
    "load_articles",
    "load_embedder",
]
