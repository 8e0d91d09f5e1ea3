"""The server keeps opened data sets in memory, but none that has left the list."""

import gc
import weakref
from pathlib import Path

from core.data.sources import forget, register_folder
from core.settings import Settings
from core.ui.dataset_open import _held
from tests.app.pages import page
from tests.faces import make_celeba


def test_a_data_set_that_left_the_list_leaves_the_memory(host: Settings, tmp_path: Path) -> None:
    source = register_folder(make_celeba(tmp_path / "faces"), host)
    first = page("dataset")
    first.query_params["source"] = source.id
    assert not first.run().exception
    frame = weakref.ref(_held()[source.id].frame)
    forget(source.id, host)
    del first
    assert not page("dataset").run().exception
    assert source.id not in _held()
    gc.collect()
    assert frame() is None
