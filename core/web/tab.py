"""One browser tab's websocket: how fast it may talk, and how much at a time.

A page sends a small message for each click, in bytes. Whatever else comes is ended here, before the app
unpacks it.
"""

from starlette.types import Message, Receive, Send

from core.web.bucket import Bucket

BURST, PER_SECOND = 200, 20
"""Messages that a tab may send at once, and a second in the long run. A person sends one a click."""
MESSAGE_BYTES = 2**20
"""Of one message. Files do not travel this way."""
NOT_UNDERSTOOD, POLICY_VIOLATION, TOO_BIG = 1003, 1008, 1009
"""Codes of a closed websocket, RFC 6455 section 7.4."""


class Tab:
    """`receive` and `send` of one websocket, which ends for whoever sends too much.

    The app hears that the other side has gone, and leaves; the other side hears why.
    """

    def __init__(self, receive: Receive, send: Send):
        self._receive, self._send = receive, send
        self._bucket = Bucket(BURST, PER_SECOND)
        self._ended = False

    async def receive(self) -> Message:
        """The next message."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return message
        data = message.get("bytes")
        if data is None:
            return await self._end(NOT_UNDERSTOOD)
        if len(data) > MESSAGE_BYTES:
            return await self._end(TOO_BIG)
        return message if self._bucket.take() else await self._end(POLICY_VIOLATION)

    async def send(self, message: Message) -> None:
        """Pass a message on, while there is somebody to hear it."""
        if not self._ended:
            await self._send(message)

    async def _end(self, code: int) -> Message:
        self._ended = True
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}
