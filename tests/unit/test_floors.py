"""Holds the plan of the house: who may import whom, where the heavy libraries live, and what no file may do.

Everything is read from the syntax trees, so that an import inside a function counts too; only the last
tests start an interpreter.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "core").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
FILES = [ROOT / "app.py", *PAGES, *CODE]

FLOOR = (
    *("core.access", "core.logs", "core.memory", "core.settings"),
    *("core.errors", "core.faults", "core.atomic"),
)
DATA = ("core.data", "core.evaluation", *FLOOR)
RUNS = ("core.runs", *DATA)
MAY_IMPORT = {
    "core.errors": (),
    "core.faults": (),
    "core.atomic": (),
    "core.settings": ("core.errors",),
    "core.access": ("core.settings", "core.errors"),
    "core.memory": ("core.settings", "core.errors"),
    "core.logs": ("core.settings",),
    "core.data": FLOOR,
    "core.evaluation": FLOOR,
    "core.runs": DATA,
    "core.model": RUNS,
    "core.training": ("core.model", *RUNS),
    "core.jobs": RUNS,
    "core.web": ("core.jobs", *RUNS),
    "core.ui": ("core.jobs", *RUNS),
    "core.cli": ("core.jobs", *RUNS),
    "core.__main__": ("core.cli",),
    "pages": ("core.ui", "core.jobs", *RUNS),
    "app": ("core.ui", "core.web", "core.jobs", *RUNS),
}
"""For each room, the rooms it may import besides itself."""
ONLY_INSIDE_FUNCTIONS = {"core.ui": ("core.model",), "core.cli": ("core.model",)}
"""Rooms that may be imported where they are first needed, because they bring TensorFlow."""

HOMES = {
    "streamlit": ("app", "pages", "core.ui"),
    "tensorflow": ("core.model", "core.training"),
    "keras": ("core.model", "core.training"),
    "starlette": ("app", "core.web"),
}
"""The rooms in which a heavy library lives."""
SLOW_TO_IMPORT = ("sklearn", "scipy", "mtcnn", "matplotlib")
"""Imported inside functions, where the room may import them at all."""

PAGE_LINES = 120
NO_NAMES = ("utils.py", "util.py", "helpers.py", "common.py", "manager.py", "misc.py")
FORBIDDEN_CALLS = ("eval", "exec", "compile", "__import__", "load_model", "yaml.load", "yaml.unsafe_load")
LOADS_MODELS = ROOT / "core" / "model" / "export" / "check.py"
"""The one file that may call `load_model`: on the bundle written a moment before, in its own process."""
FORBIDDEN_MODULES = ("pickle", "dill", "joblib", "marshal", "shelve")


def room(path: Path) -> str:
    """`core.runs` for a file in that folder; `core.errors`, `app` for a file that is a room of its own."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0] if parts[0] in ("app", "pages") else ".".join(parts[:2])


def room_of_module(module: str) -> str:
    """The room a module's name is in."""
    return ".".join(module.split(".")[:2])


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, and whether the import runs when the file is imported.

    Imports under `if TYPE_CHECKING:` never run and are left out.
    """
    yield from _imports(tree(path), path, runs_at_once=True)


def _imports(parent: ast.AST, path: Path, *, runs_at_once: bool) -> Iterator[tuple[str, bool]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.Import):
            yield from ((alias.name, runs_at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path)
            yield base, runs_at_once
            # `from core import jobs` names a room only in its second half.
            yield from ((f"{base}.{alias.name}", runs_at_once) for alias in node.names if base == "core")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        else:
            inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imports(node, path, runs_at_once=runs_at_once and not inside)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def calls(path: Path) -> list[ast.Call]:
    """Every call in a file."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as far as it is written out."""
    return ast.unparse(node.func)


def name(path: Path) -> str:
    """What messages call a file."""
    return str(path.relative_to(ROOT))


def test_the_walk_sees_the_house():
    """Guards the other tests: a wrong folder would make all of them pass on nothing."""
    rooms = {room(path) for path in FILES} - {"core.__init__"}
    assert rooms == set(MAY_IMPORT)
    assert ("keras", True) in set(imports(ROOT / "core" / "model" / "network.py"))


def test_nothing_imports_upward():
    assert not [
        f"{name(path)} ({room(path)}) imports {module}"
        for path in FILES
        for module, at_once in imports(path)
        if not _may_import(room(path), module, at_once)
    ]


def _may_import(here: str, module: str, at_once: bool) -> bool:
    if module.split(".")[0] not in ("core", "pages", "app", "tests") or module == "core":
        return True
    target = room_of_module(module)
    late = not at_once and target in ONLY_INSIDE_FUNCTIONS.get(here, ())
    return late or target in (here, *MAY_IMPORT[here])


def test_no_two_rooms_import_each_other():
    edges = {
        (room(path), room_of_module(module))
        for path in CODE
        for module, _ in imports(path)
        if module.startswith("core.")
    }
    assert not [(a, b) for a, b in edges if a < b and (b, a) in edges]


def test_heavy_libraries_stay_at_home():
    assert not [
        f"{name(path)} imports {module}"
        for path in FILES
        for module, _ in imports(path)
        if room(path) not in HOMES.get(module.split(".")[0], (room(path),))
    ]


def test_slow_libraries_are_imported_inside_functions():
    assert not [
        f"{name(path)} imports {module} at its top"
        for path in FILES
        for module, at_once in imports(path)
        if at_once and module.split(".")[0] in SLOW_TO_IMPORT
    ]


def test_pages_are_flat_and_short():
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for path in PAGES:
        assert not [node for node in ast.walk(tree(path)) if isinstance(node, definitions)], name(path)
        assert len(path.read_text(encoding="utf-8").splitlines()) < PAGE_LINES, name(path)


def test_every_file_says_what_it_is_for():
    assert not [name(path) for path in FILES if tree(path).body and not ast.get_docstring(tree(path))]
    assert not [name(path) for path in FILES if path.name in NO_NAMES]


def test_no_file_runs_what_it_reads():
    """Whoever can write a file under `artifacts/` must not run code with it."""
    for path in FILES:
        modules = {module.split(".")[0] for module, _ in imports(path)}
        assert not modules & set(FORBIDDEN_MODULES), name(path)
        found = {call for call in map(called, calls(path)) if _runs_code(call)}
        if path == LOADS_MODELS:
            found -= {"keras.saving.load_model"}
        assert not found, f"{name(path)} calls {found}"


def test_the_file_that_loads_models_does_so_safely_and_is_started_never_imported():
    loads = [call for call in calls(LOADS_MODELS) if called(call).split(".")[-1] == "load_model"]
    assert len(loads) == 1
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in loads[0].keywords}
    assert options["safe_mode"] == "True"
    assert not [name(path) for path in FILES if "core.model.export.check" in dict(imports(path))]


def _runs_code(call: str) -> bool:
    return call in FORBIDDEN_CALLS or call.split(".")[-1] == "load_model"


def test_numpy_files_are_read_without_pickle():
    for path in FILES:
        for call in calls(path):
            if called(call) in ("np.load", "numpy.load"):
                options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
                assert options.get("allow_pickle") == "False", f"{name(path)}: {ast.unparse(call)}"


IMPORT_THE_SERVER_SIDE = """
import importlib, pkgutil, sys
import core
for info in pkgutil.walk_packages(core.__path__, "core."):
    if info.name.split(".")[1] in ("model", "training") or info.name in ("core.ui.shell", "core.__main__"):
        continue
    importlib.import_module(info.name)
heavy = {"tensorflow", "keras", "sklearn", "scipy", "mtcnn"} & sys.modules.keys()
print(",".join(sorted(heavy)) or "light")
"""


def test_the_server_side_imports_no_tensorflow():
    """Every module of every room but the two where TensorFlow lives, in a fresh interpreter."""
    assert _output_of(IMPORT_THE_SERVER_SIDE) == "light"


RUN_THE_PAGES = """
import os, sys
from streamlit.testing.v1 import AppTest
for page in sys.argv[1:]:
    test = AppTest.from_file(page, default_timeout=60).run()
    assert not test.exception, (page, test.exception)
    assert test.title, page
heavy = {"tensorflow", "keras", "sklearn", "scipy", "mtcnn"} & sys.modules.keys()
print(",".join(sorted(heavy)) or "light")
"""


def test_the_shell_and_pages_run_without_tensorflow(tmp_path: Path):
    """The first look at a page costs no TensorFlow. Dataset is left out: it draws the synthetic faces."""
    pages = [path for path in PAGES if path.stem != "dataset"]
    assert _output_of(RUN_THE_PAGES, *map(str, pages), artifacts=tmp_path) == "light"


def _output_of(program: str, *arguments: str, artifacts: Path | None = None) -> str:
    """The last line that a program prints in a fresh interpreter in the project's folder."""
    env = {**os.environ, **({"LINEAMENT_ARTIFACTS": str(artifacts)} if artifacts else {})}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]
