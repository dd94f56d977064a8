"""Another reader and another embedder, from folders: python examples/04_own_model.py [READER_FOLDER [EMBEDDER_FOLDER]].

A reader is any `AutoModelForQuestionAnswering`, or a folder with a `reader.json` as ragqa carries one itself, which is taken if you
name none. An embedder is any sentence-transformers model. Names on the model hub do as well as folders; they are downloaded once.
"""

import sys
import tempfile
from pathlib import Path

import ragqa
from ragqa import ExtractiveReader, HybridRetriever, Index, Pipeline, load_embedder

ARTICLES = Path(__file__).parent / "articles"
CARRIED = Path(ragqa.__file__).parent / "models" / "reader"

reader_folder, embedder_folder = (*sys.argv[1:], *[None] * 2)[:2]
reader = ExtractiveReader.from_pretrained(reader_folder or CARRIED)
embedder = load_embedder(embedder_folder)

with tempfile.TemporaryDirectory() as folder, Index.open(folder, embedder=embedder, create=True) as index:
    # The parts are given to the pipeline, never looked up by name. An index belongs to the embedder that made it.
    qa = Pipeline(index=index, retriever=HybridRetriever(index, depth=100), reader=reader)
    qa.add(ARTICLES)
    response = qa.ask("How many Windows devices did the faulty update affect?", top_k=1)
    known = index.info()
    print(f"reader {reader.name}, embedder {known['embedder']} ({known['dim']} dimensions)")
    for answer in response.answers:
        # A reader that was not calibrated gives scores and no confidence: a squashed logit is no probability.
        sure = "no confidence" if answer.confidence is None else f"confidence {answer.confidence:.0%}"
        print(f"{answer.text} ({sure}, score {answer.score:.1f})")
