"""A file of which only some parts are here, for readers that ask only for those."""

import io
from collections.abc import Mapping
from pathlib import Path


class PartialFile(io.RawIOBase):
    """Bytes at their places in a file of `size` bytes.

    Args:
        parts: by the place where they begin, the bytes themselves or a file that holds them.

    Raises:
        OSError: on reading what is in no part.
    """

    def __init__(self, size: int, parts: Mapping[int, bytes | Path]):
        super().__init__()
        self._size = size
        self._place = 0
        self._parts = [
            (start, io.BytesIO(part) if isinstance(part, bytes) else part.open("rb"))
            for start, part in sorted(parts.items())
        ]
        self._lengths = [_length(part) for _, part in self._parts]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = base + offset
        return self._place

    def readinto(self, buffer: memoryview) -> int:
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        for (start, part), length in zip(self._parts, self._lengths, strict=True):
            inside = self._place - start
            if 0 <= inside < length:
                part.seek(inside)
                data = part.read(min(wanted, length - inside))
                buffer[: len(data)] = data
                self._place += len(data)
                return len(data)
        raise OSError(f"byte {self._place:,} of {self._size:,} was not fetched")

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked for, over the borders of parts, or up to the end."""
        left = self._size - self._place if size is None or size < 0 else size
        found = bytearray()
        while len(found) < left:
            chunk = super().read(left - len(found))
            if not chunk:
                break
            found += chunk
        return bytes(found)

    def close(self) -> None:
        for _, part in self._parts:
            part.close()
        super().close()


def _length(part: io.IOBase) -> int:
    return part.seek(0, io.SEEK_END)
