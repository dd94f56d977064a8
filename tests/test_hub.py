"""A name that no model bears is said at once, with and without a network. The hub is a server of the test's own."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import perf_counter

import pytest

from ragqa import ExtractiveReader, ModelError, load_embedder
from ragqa.hub import ensure_on_hub


class Hub(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"id": "newsroom/tiny"}'
        if self.path.endswith("/newsroom/tiny"):
            self.send_response(200)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), Hub)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")


@pytest.mark.usefixtures("online")
def test_a_name_is_looked_up_in_all_the_ways_it_may_be_meant() -> None:
    ensure_on_hub(["newsroom/tiny"], what="reader")
    ensure_on_hub(["newsroom/tinny", "newsroom/tiny"], what="reader")
    with pytest.raises(ModelError, match=r"the reader 'newsroom/tinny' can't be loaded: there is no such folder"):
        ensure_on_hub(["newsroom/tinny"], what="reader")
    with pytest.raises(ModelError, match="no such name on the model hub"):
        ensure_on_hub(["no/such/folder"], what="reader")


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("load", [ExtractiveReader.from_pretrained, load_embedder])
def test_without_a_network_a_wrong_name_is_not_tried_for_a_minute(load) -> None:
    with pytest.raises(
        ModelError, match="it is no folder, and not in the cache of the model hub, which can't be reached"
    ):
        load("newsroom/warm-up")  # imports the libraries, which takes its time
    began = perf_counter()
    with pytest.raises(ModelError, match="newsroom/tinny"):
        load("newsroom/tinny")
    assert perf_counter() - began < 20
