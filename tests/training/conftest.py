import pytest


@pytest.fixture(scope="session", autouse=True)
def one_core():
    """Tiny networks are computed soonest on one core: several would wait for each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAGQA_THREADS", "1")
        yield
