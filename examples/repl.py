"""Ask your own articles, one question after another: python examples/repl.py FOLDER."""

import sys
import tempfile

from ragqa import Pipeline, RagqaError


def main(paths: list[str]) -> None:
    """Index ``paths`` in a temporary folder and answer questions until the input ends."""
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(folder) as qa:
        report = qa.add(paths)
        print(f"{report.added} articles. Type a question, or Ctrl-D to leave.")
        for line in sys.stdin:
            try:
                response = qa.ask(line)
            except RagqaError as error:
                print(f"  {error}")
                continue
            if response.abstained:
                print(f"  not in these articles ({response.reason})")
            for answer in response.answers:
                cited = answer.citations[0]
                print(f"  {answer.text}  ({answer.confidence:.0%})")
                print(f"    “{cited.sentence}”")
                print(f"    {cited.title}, {cited.source}, {cited.published_at}, characters {cited.start}-{cited.end}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or ["examples/articles"])
    except RagqaError as error:
        sys.exit(str(error))
