"""Questions and passages to spans, by an extractive question-answering model.

    windows   (question, passage) -> token windows that fit the model
    reader    `ExtractiveReader`: windows -> logits -> spans with offsets into the article
    judge     whether a place in one report rivals the answer in another
    hub       any ``AutoModelForQuestionAnswering``, by name or folder

The default reader is carried by the package and runs on onnxruntime.
"""

from ragqa.reading.judge import Judge, Marked, Pair
from ragqa.reading.reader import ExtractiveReader

__all__ = ["ExtractiveReader", "Judge", "Marked", "Pair"]
