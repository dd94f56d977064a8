"""Ask your own articles, one question after another: python examples/repl.py FOLDER."""

import sys
import tempfile

from ragqa import Pipeline, RagqaError


def show(qa: Pipeline, question: str) -> None:
    """Ask a question and print its answers, each with the sentence that it stands in and where that is."""
    response = qa.ask(question)
    if response.abstained:
        print(f"  not in these articles ({response.reason})")
    for answer in response.answers:
        cited = answer.citations[0]
        print(f"  {answer.text}  ({answer.confidence:.0%})\n    “{cited.sentence}”")
        print(f"    {cited.title}, {cited.source}, {cited.published_at}, characters {cited.start}-{cited.end}")


def main(paths: list[str]) -> None:
    """Index ``paths`` in a temporary folder and answer questions until the input ends."""
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
        print(f"{qa.add(paths).added} articles. Type a question, or Ctrl-D to leave.")
        for line in sys.stdin:
            try:
                show(qa, line)
            except RagqaError as error:  # a question that can't be asked ends nothing
                print(f"  {error}")


if __name__ == "__main__":
    main(sys.argv[1:] or ["examples/articles"])
