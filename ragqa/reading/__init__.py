"""Questions and passages to spans, by an extractive question-answering model.

    windows   (question, passage) -> token windows that fit the model
    reader    `ExtractiveReader`: windows -> logits -> spans with offsets into the article
    hub       any ``AutoModelForQuestionAnswering``, by name or folder

The default reader is carried by the package and runs on onnxruntime.
"""

from ragqa.reading.reader import ExtractiveReader

__all__ = ["ExtractiveReader"]
