"""The set-up takes a torch without CUDA, whatever pip would have taken. Real pip, on tiny wheels that stand in for torch's."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
CUDA = 'nvidia-cudnn-cu13==9.20.0.48; platform_system == "Linux"'
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="torch brings CUDA packages on Linux alone")


@pytest.fixture(scope="module")
def install() -> ModuleType:
    spec = importlib.util.spec_from_file_location("install", ROOT / "tools" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def index_with_torch(folder: Path, version: str, *needs: str) -> str:
    """Make a package index with a wheel of torch that holds metadata only, and return its address."""
    home = folder / "torch"
    home.mkdir(parents=True)
    name = f"torch-{version}-py3-none-any.whl"
    info = f"torch-{version}.dist-info"
    with ZipFile(home / name, "w") as wheel:
        lines = ["Metadata-Version: 2.1", "Name: torch", f"Version: {version}", *(f"Requires-Dist: {n}" for n in needs)]
        wheel.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    (home / "index.html").write_text(f'<a href="{name.replace("+", "%2B")}">{name}</a>', encoding="utf-8")
    return folder.as_uri()


@pytest.fixture
def use_index(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let pip see one package index and nothing of the settings of this machine."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return lambda address: monkeypatch.setenv("PIP_INDEX_URL", address)


def test_a_python_that_is_too_old_is_told_which_one_to_name(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "OLDEST", (3, 99))
    monkeypatch.setattr(install, "NEWEST", (3, 99))
    with pytest.raises(SystemExit, match=r"ragqa needs Python 3\.99 to 3\.99, and .* is 3\.\d+.*make PYTHON="):
        install.check_version()


def test_torch_is_pinned_in_the_constraints_file(install: ModuleType) -> None:
    assert install.pinned_torch() == "2.13.0"


@linux_only
def test_cuda_packages_are_seen_before_anything_is_installed(
    install: ModuleType, use_index: Callable[[str], None], tmp_path: Path
) -> None:
    use_index(index_with_torch(tmp_path, "2.13.0", "sympy>=1.13.3", CUDA))
    assert install.requirements_of_torch(Path(sys.executable)) == ["sympy>=1.13.3", CUDA]


def test_another_torch_than_the_pinned_one_is_no_torch(
    install: ModuleType, use_index: Callable[[str], None], tmp_path: Path
) -> None:
    use_index(index_with_torch(tmp_path, "2.12.0"))
    assert install.requirements_of_torch(Path(sys.executable)) is None


@linux_only
@pytest.mark.slow
def test_cpu_build_is_installed_where_the_first_choice_brings_cuda(
    install: ModuleType, use_index: Callable[[str], None], tmp_path: Path
) -> None:
    use_index(index_with_torch(tmp_path / "pypi", "2.13.0", CUDA))
    cpu_wheels = index_with_torch(tmp_path / "cpu", "2.13.0+cpu")
    python = install.make_environment(tmp_path / "venv")

    nowhere = (tmp_path / "nowhere").as_uri()
    with pytest.raises(SystemExit, match=r"torch==2\.13\.0\+cpu could not be installed from file:.*TORCH_INDEX=URL"):
        install.install_torch(python, nowhere)
    assert install.installed_torch(python) is None

    install.install_torch(python, cpu_wheels)
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    )
    assert "torch==2.13.0+cpu" in listed.stdout.splitlines()
    assert "nvidia" not in listed.stdout

    install.install_torch(python, nowhere)  # it is there: nothing is asked for again


@pytest.mark.slow
def test_first_choice_is_installed_where_it_brings_no_cuda(
    install: ModuleType, use_index: Callable[[str], None], tmp_path: Path
) -> None:
    use_index(index_with_torch(tmp_path / "mirror", "2.13.0+cpu", "sympy>=1.13.3"))
    python = install.make_environment(tmp_path / "venv")
    install.install_torch(python, (tmp_path / "nowhere").as_uri())
    assert install.installed_torch(python) == "2.13.0"
