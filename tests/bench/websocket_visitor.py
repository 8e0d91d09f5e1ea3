"""A visitor without a browser: speaks Streamlit's protocol over a websocket as its frontend does.

Keeps cookies, follows the page's address, asks again for what renews itself (`run_every`), fetches the
pictures it is shown, and uploads files. Keeps no messages from one rerun to the next, so that the server
sends all of a page each time; fetches none of the frontend's own scripts. Draws nothing: what a page showed
is `page_seen`'s. Where the visitors go is `crowd`'s.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TypeVar
from urllib.parse import parse_qs, urlencode

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.bench.page_seen import PageSeen

XSRF_COOKIE = "_streamlit_xsrf"
PATIENCE_S = 60
"""After so long without an answer a page counts as failed."""
PICTURES_AT_ONCE = 6
"""As many connections as a browser opens to one server."""


Answer = TypeVar("Answer")


class VisitError(Exception):
    """A page, a picture or an upload did not come as it should."""


class Visitor:
    """A tab that is open on the app; made by `arriving`.

    Attributes:
        http: the browser's side for everything that is no websocket; holds the cookies.
        page: what is on the page now.
        query: the page's query string, as the address bar shows it.
        lost: pictures that could not be had though their page was still open.
    """

    def __init__(self, url: str, http: httpx2.AsyncClient, socket: ClientConnection):
        self.http, self.page, self.query, self.lost = http, PageSeen(), "", 0
        self._url, self._socket = url, socket
        self._session = self._page_hash = self._run = ""
        self._addresses: dict[str, str] = {}
        self._settled: asyncio.Future[None] | None = None
        self._asked: dict[str, asyncio.Future[list[FileURLs]]] = {}
        self._timers: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._fetched: set[str] = set()
        self._hands = asyncio.Semaphore(PICTURES_AT_ONCE)

    async def open(self, page: str, **query: str) -> float:
        """Go to a page of the app, such as "compare"; seconds until it is drawn.

        Raises:
            VisitError: it did not come within `PATIENCE_S`, or the server hung up.
        """
        self.query, self._page_hash = urlencode(query), self._addresses.get(page, "")
        return await self._rerun([], name="" if self._page_hash else page)

    async def press(self, label: str) -> float:
        """Press a button of the page; seconds until all is drawn. Raises KeyError where there is none."""
        return await self._rerun([WidgetState(id=self.page.buttons[label], trigger_value=True)])

    async def upload(self, files: Mapping[str, bytes]) -> float:
        """Drop files onto the page; seconds until what comes of them is drawn. Raises VisitError."""
        start = time.perf_counter()
        state = WidgetState(id=self.page.uploaders[-1])
        urls = await self.upload_places(list(files))
        for place, (name, content) in zip(urls, files.items(), strict=True):
            if (status := await self.put(place, name, content)) != 204:
                raise VisitError(f"the upload of {len(content):,} bytes was answered with {status}")
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.name, info.size, info.file_id = name, len(content), place.file_id
            info.file_urls.CopyFrom(place)
        await self._rerun([state])
        return time.perf_counter() - start

    async def upload_places(self, names: list[str]) -> list[FileURLs]:
        """Addresses for files of these names."""
        message = BackMsg()
        request = message.file_urls_request
        request.request_id, request.session_id = uuid.uuid4().hex, self._session
        request.file_names.extend(names)
        answer = self._asked[request.request_id] = asyncio.get_running_loop().create_future()
        await self._send(message)
        return await _in_time(answer, "no address for an upload")

    async def put(self, place: FileURLs, name: str, content: bytes) -> int:
        """Send one file; the status that the server answered with."""
        headers = {"X-Xsrftoken": self.http.cookies.get(XSRF_COOKIE) or ""}
        try:
            answer = await self.http.put(place.upload_url, files={name: (name, content)}, headers=headers)
        except httpx2.HTTPError as error:
            raise VisitError(f"the upload broke: {error!r}") from error
        return answer.status_code

    async def listen(self) -> None:
        """Take in what the server sends until it or we hang up."""
        with suppress(ConnectionClosed):
            async for frame in self._socket:
                self._heard(ForwardMsg.FromString(frame))
        if self._settled and not self._settled.done():
            self._settled.set_exception(VisitError("the server closed the connection"))

    async def leave(self) -> None:
        """Close the tab."""
        self._stop_timers()
        for task in list(self._tasks):
            task.cancel()
        await self._socket.close()

    async def _rerun(self, states: list[WidgetState], name: str = "") -> float:
        self._settled, self._run = asyncio.get_running_loop().create_future(), ""
        start = time.perf_counter()
        await self._ask_for_rerun(states, name=name)
        try:
            await _in_time(self._settled, "no page")
        finally:
            self._settled = None
        return time.perf_counter() - start

    async def _ask_for_rerun(self, states: list[WidgetState], *, name: str = "", fragment: str = "") -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.page_name = self.query, self._page_hash, name
        asked.fragment_id, asked.is_auto_rerun = fragment, fragment != ""
        asked.context_info.url, asked.context_info.timezone = f"{self._url}/{name}", "UTC"
        asked.widget_states.widgets.extend(states)
        await self._send(message)

    async def _send(self, message: BackMsg) -> None:
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed as error:
            raise VisitError("the server closed the connection") from error

    def _heard(self, message: ForwardMsg) -> None:
        kind, run = message.WhichOneof("type"), message.metadata.run
        if kind == "new_session" and not run.fragment_ids:
            self._begin_page(message)
        elif kind == "new_session" and self._run:
            # A fragment starts only when the page is through. Streamlit sometimes forgets to say that it is:
            # when it is asked for the fragment just as the page's thread ends (streamlit#9921).
            self._settle()
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.page.draw(message.delta.new_element)
            self._fetch_pictures()
        elif kind == "script_finished":
            self._end_page(message)
        elif kind == "navigation":
            self._addresses = {
                page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
            }
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string.lstrip("?")
        elif kind == "auto_rerun":
            self._renew(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_timer(fragment)
        elif kind == "file_urls_response":
            found = message.file_urls_response
            self._asked.pop(found.response_id).set_result(list(found.file_urls))

    def _begin_page(self, message: ForwardMsg) -> None:
        self._stop_timers()
        self.page, self._run = PageSeen(), message.metadata.run.script_run_id
        self._session = message.new_session.initialize.session_id or self._session

    def _end_page(self, message: ForwardMsg) -> None:
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.page.troubles.append("the page's script does not compile")
        elif message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            # A fragment, or a rerun that the page asked for: another one follows.
            return
        if message.metadata.run.script_run_id == self._run:
            self._settle()

    def _settle(self) -> None:
        if self._settled and not self._settled.done():
            self._settled.set_result(None)

    def _renew(self, fragment: str, interval: float) -> None:
        if fragment in self._timers:
            if self._timers[fragment][0] == interval:
                return
            self._stop_timer(fragment)
        self._timers[fragment] = interval, asyncio.ensure_future(self._keep_asking(fragment, interval))

    async def _keep_asking(self, fragment: str, interval: float) -> None:
        with suppress(VisitError):
            while True:
                await asyncio.sleep(interval)
                await self._ask_for_rerun([], fragment=fragment)

    def _stop_timer(self, fragment: str) -> None:
        if fragment in self._timers:
            self._timers.pop(fragment)[1].cancel()

    def _stop_timers(self) -> None:
        for fragment in list(self._timers):
            self._stop_timer(fragment)

    def _fetch_pictures(self) -> None:
        for address in self.page.images:
            if address.startswith("/media/") and address not in self._fetched:
                self._fetched.add(address)
                task = asyncio.ensure_future(self._fetch(address, self.page))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _fetch(self, address: str, page: PageSeen) -> None:
        async with self._hands:
            try:
                found = (await self.http.get(address)).status_code == 200
            except httpx2.HTTPError:
                found = False
            # A page that has gone takes its pictures along: that is nobody's fault.
            self.lost += not found and page is self.page


async def _in_time(answer: "asyncio.Future[Answer]", otherwise: str) -> Answer:
    try:
        return await asyncio.wait_for(answer, PATIENCE_S)
    except TimeoutError as error:
        raise VisitError(f"{otherwise} within {PATIENCE_S} s") from error


@asynccontextmanager
async def arriving(url: str, *, address: str = "127.0.0.1") -> AsyncIterator[Visitor]:
    """A visitor who opens the app's door at `url` and closes the tab at the end.

    Args:
        address: the visitor's own; on Linux any of 127.0.0.0/8.

    Raises:
        VisitError: the server takes nobody in.
    """
    transport = httpx2.AsyncHTTPTransport(local_address=address)
    async with httpx2.AsyncClient(base_url=url, transport=transport, timeout=PATIENCE_S) as http:
        # The document sets the visitor's cookie, the health check the XSRF token, as in a browser.
        for path in ("/", "/_stcore/health"):
            try:
                status = (await http.get(path)).status_code
            except httpx2.HTTPError as error:
                raise VisitError(f"{path} was not answered: {error!r}") from error
            if status != 200:
                raise VisitError(f"{path} was answered with {status}")
        socket = await _connected(url, http, address)
        visitor = Visitor(url, http, socket)
        ears = asyncio.create_task(visitor.listen())
        try:
            yield visitor
        finally:
            await visitor.leave()
            await ears


async def _connected(url: str, http: httpx2.AsyncClient, address: str) -> ClientConnection:
    jar = "; ".join(f"{cookie.name}={cookie.value}" for cookie in http.cookies.jar)
    try:
        return await connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            origin=url,
            subprotocols=["streamlit", http.cookies.get(XSRF_COOKIE) or "none"],
            additional_headers={"Cookie": jar},
            local_addr=(address, 0),
            max_size=None,
            open_timeout=PATIENCE_S,
            proxy=None,
        )
    except Exception as error:
        raise VisitError(f"the server took no connection: {error}") from error


def asked_for(visitor: Visitor, name: str) -> str:
    """A parameter of the visitor's address; "" where it is not there."""
    return parse_qs(visitor.query).get(name, [""])[0]
