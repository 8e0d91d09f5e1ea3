"""The table of facts as one parquet file: 200,000 rows are there in a fraction of a second.

What the columns mean and when a row still holds is `core.data.index`'s to know.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.atomic import open_regular, write_bytes

_READER, _ROOT = b"lineament reader", b"lineament root"
_PATH = "path"
MAX_BYTES = 2**30
"""The facts of 200,000 images with their tiny copies have 60 MB."""


def read_facts(path: Path, reader: str, columns: Sequence[str]) -> pd.DataFrame | None:
    """The stored table by the images' paths; None when there is none, it is damaged or by another reader."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.py_buffer(_content(path)), page_checksum_verification=True)
        stored = (table.schema.metadata or {}).get(_READER, b"").decode("utf-8", "replace")
        if stored != reader or table.column_names != [_PATH, *columns]:
            return None
    except (OSError, ValueError, pa.ArrowException):
        return None
    frame = table.to_pandas(strings_to_categorical=False).set_index(_PATH)
    frame.index = pd.Index([_from_bytes(name) for name in frame.index], dtype=object)
    return frame


def write_facts(path: Path, facts: pd.DataFrame, reader: str, root: Path) -> None:
    """Replace `path` by the table `facts` (index: the images' paths), atomically.

    Args:
        reader: who found the facts; `read_facts` wants the same.
        root: the folder they are about, for whoever looks into the file.

    Raises:
        OSError: the disk is full or may not be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [_to_bytes(name) for name in facts.index]
    columns = {_PATH: pa.array(names, pa.binary())}
    columns |= {name: pa.array(facts[name].to_numpy()) for name in facts}
    table = pa.table(columns).replace_schema_metadata({_READER: reader, _ROOT: _to_bytes(str(root))})
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    write_bytes(path, buffer.getvalue().to_pybytes())


def _content(path: Path) -> bytes:
    """The file's bytes; none of them where it is far too large for one of ours."""
    with open_regular(path) as file:
        content = file.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else b""


# A file's name on Linux need not be valid UTF-8, and parquet's text must be.
def _to_bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _from_bytes(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
