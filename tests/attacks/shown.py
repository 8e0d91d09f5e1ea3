"""All texts that a page sends to the browser, and whether the browser would read them as Markdown or HTML."""

from collections.abc import Iterator

import pandas as pd
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

AS_TEXT = {
    "Selectbox.options",
    "Selectbox.raw_value",
    "MultiSelect.options",
    "MultiSelect.raw_values",
    "TextInput.default",
    "TextInput.value",
    "TextArea.default",
    "TextArea.value",
    "Code.code_text",
    "Image.alt",
    "VegaLiteChart.alt",
    "VegaLiteChart.spec",
    "PageLink.query_string",
}
"""Fields that Streamlit shows as they are. A field that is not here counts as read for Markdown."""


def texts(app: AppTest) -> Iterator[tuple[str, str]]:
    """Each text with its field, such as `Markdown.body`; cells and headings of `st.table` among them."""
    for node in _nodes(app._tree):
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield from _fields(proto)
        if getattr(node, "type", "") == "table":
            yield from (("Table", text) for text in _cells(node.value))


def _nodes(node: object) -> Iterator[object]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        for one in value if field.is_repeated and not hasattr(value, "items") else [value]:
            if isinstance(one, Message):
                yield from _fields(one)
            elif isinstance(one, str) and field.name != "id":
                yield f"{message.DESCRIPTOR.name}.{field.name}", one


def _cells(table: pd.DataFrame) -> list[str]:
    return [str(cell) for cell in (*table.columns, *table.index, *table.to_numpy().ravel())]
