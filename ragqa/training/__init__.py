"""Training of readers: from questions with answers to the kind of reader that ragqa carries.

examples, data            gold files -> examples, checked against their contexts
negatives, additions      examples -> unanswerable ones, and ones with a part of their context
features, batches         examples -> windows of tokens -> batches of about equal length
settings, log             what decides a run, and what it did
teacher                   what a larger model says of each window
network, loop, checkpoint the network, its steps, and how a stopped run goes on to the same result
scoring, run              a whole run, scored on the way
export, calibrate         weights -> the reader that `Pipeline` takes, and its fitted confidence
"""

from ragqa.training.additions import Additions
from ragqa.training.data import TrainingData, read_data
from ragqa.training.log import Step, Taught
from ragqa.training.run import ReaderFacts, train_reader
from ragqa.training.settings import TrainingSettings

__all__ = [
    "Additions",
    "ReaderFacts",
    "Step",
    "Taught",
    "TrainingData",
    "TrainingSettings",
    "read_data",
    "train_reader",
]
