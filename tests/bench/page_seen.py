"""What a page of Streamlit showed, read from the messages that a browser would draw it from.

Knows protobufs and nothing of the network: `websocket_visitor` hands it what came. Elements are not taken
away again when the page replaces them; a full rerun begins an empty page.
"""

from dataclasses import dataclass, field

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Element_pb2 import Element


@dataclass
class PageSeen:
    """What one rerun of a page drew, and what its fragments drew since.

    Attributes:
        buttons: ids of the buttons that can be pressed, by label.
        uploaders: ids of the drop zones.
        texts: every text, caption and title.
        images: addresses of the pictures.
        troubles: exceptions, and whatever was said in a red box.
    """

    buttons: dict[str, str] = field(default_factory=dict)
    uploaders: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def draw(self, element: Element) -> None:
        """Note one element."""
        kind = element.WhichOneof("type")
        drawn = getattr(element, kind) if kind else None
        if kind == "button" and not drawn.disabled:
            self.buttons[drawn.label] = drawn.id
        elif kind == "file_uploader":
            self.uploaders.append(drawn.id)
        elif kind in ("markdown", "heading", "alert"):
            self.texts.append(drawn.body)
        elif kind == "imgs":
            self.images += [image.url for image in drawn.imgs]
        if kind == "exception" and not drawn.is_warning:
            self.troubles.append(f"{drawn.type}: {drawn.message}")
        elif kind == "alert" and drawn.format == Alert.ERROR:
            self.troubles.append(drawn.body)

    def says(self, words: str) -> bool:
        """Whether a text of the page holds these words."""
        return any(words in text for text in self.texts)
