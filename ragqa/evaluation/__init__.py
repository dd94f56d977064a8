"""Gold questions and the metrics by which answers to them are judged."""
