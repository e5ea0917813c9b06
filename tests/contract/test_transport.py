"""The door to HTTP is bounded, and says whether a request can have had an effect."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest
from sanhui.plugin.errors import CarrierUnavailable, ConfigError, HostUnavailable
from sanhui.plugin.transport import MAX_BYTES, Answer, Client, Lost

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
NOTHING = b""


class Line:
    """A server that speaks byte by byte: each connection gets the next answer, then is hung up."""

    def __init__(self, *answers: bytes | Callable[[socket.socket], None]) -> None:
        self.requests: list[bytes] = []
        self._answers = answers
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        """Hang up; answers that nobody asked for are dropped."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self.requests.append(_request(connection))
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as file:
        lines = list(iter(file.readline, b"\r\n"))
        sizes = [int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")]
        return b"".join(lines) + file.read(sum(sizes))


@contextmanager
def line(*answers: bytes | Callable[[socket.socket], None]) -> Iterator[Line]:
    served = Line(*answers)
    try:
        yield served
    finally:
        served.stop()


@contextmanager
def calling(url: str, *, timeout_s: float = 5.0) -> Iterator[Client]:
    client = Client("host A", url, token="secret", timeout_s=timeout_s, unavailable=HostUnavailable)
    try:
        yield client
    finally:
        client.close()


def test_a_read_that_is_reset_is_tried_once_more() -> None:
    with line(NOTHING, OK) as served, calling(served.url) as client:
        answer = client.get("/cases")

    assert answer == Answer(200, b"{}")
    assert len(served.requests) == 2


def test_a_read_that_is_reset_twice_is_given_up() -> None:
    with (
        line(NOTHING, NOTHING, OK) as served,
        calling(served.url) as client,
        pytest.raises(HostUnavailable, match="host A: GET /cases: RemoteProtocolError"),
    ):
        client.get("/cases")

    assert len(served.requests) == 2


def test_a_write_that_is_reset_is_lost_and_not_tried_again() -> None:
    with line(NOTHING, OK) as served, calling(served.url) as client:
        end = client.post("/notes", b"{}")

    assert end == Lost("host A: POST /notes: RemoteProtocolError")
    assert len(served.requests) == 1


def test_a_write_that_nobody_takes_up_never_left() -> None:
    with line() as served:
        url = served.url
    client = Client("carrier B", url, token="secret", timeout_s=5, unavailable=CarrierUnavailable)

    with pytest.raises(CarrierUnavailable, match="carrier B: POST /messages: ConnectError") as raised:
        client.post("/messages", b"{}")
    client.close()

    assert raised.value.__cause__ is not None


def test_an_answer_cut_in_the_middle_is_lost() -> None:
    cut = b"HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"
    with line(cut) as served, calling(served.url) as client:
        end = client.post("/notes", b"{}")

    assert isinstance(end, Lost)


def test_an_answer_that_never_comes_is_lost_at_the_timeout() -> None:
    over = Event()

    def hang(_: socket.socket) -> None:
        over.wait(30)

    with line(hang) as served, calling(served.url, timeout_s=0.2) as client:
        end = client.post("/notes", b"{}")
        over.set()

    assert end == Lost("host A: POST /notes: ReadTimeout")


def test_an_answer_that_drips_for_ever_ends_at_the_timeout() -> None:
    over = Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not over.wait(0.02):
            connection.sendall(b" ")

    with line(drip) as served, calling(served.url, timeout_s=0.2) as client:
        with pytest.raises(HostUnavailable, match="ReadTimeout"):
            client.get("/cases")
        over.set()

    assert len(served.requests) == 1


@pytest.mark.parametrize(("size", "is_whole"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_an_answer_is_read_up_to_the_cap(size: int, is_whole: bool) -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        # The client hangs up at the cap.
        with suppress(OSError):
            connection.sendall(b" " * size)

    with line(flood) as served, calling(served.url) as client:
        answer = client.get("/cases")

    assert (answer.is_whole, len(answer.body)) == (is_whole, size if is_whole else 0)


def test_a_redirect_is_not_followed() -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
    with line(away, OK) as served, calling(served.url) as client:
        answer = client.get("/cases")

    assert (answer.status, len(served.requests)) == (302, 1)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with line(OK) as proxy, line(OK) as served:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with calling(served.url) as client:
            client.get("/cases")

    assert (len(proxy.requests), len(served.requests)) == (0, 1)


def test_no_number_of_a_query_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with line(OK) as served, calling(served.url) as client:
        client.get("/messages", [("to", "+8619900000001")])

    assert b"19900000001" in served.requests[0]
    assert "19900000001" not in caplog.text


@pytest.mark.parametrize("url", ["", "127.0.0.1:80", "ftp://host", "http://", "http://[::1", "/cases"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigError, match="host A: url"):
        Client("host A", url, token="secret", timeout_s=1, unavailable=HostUnavailable)


@pytest.mark.parametrize("token", ["", "two words", "line\n", "密"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ConfigError, match="host A: the token") as raised:
        Client("host A", "http://127.0.0.1", token=token, timeout_s=1, unavailable=HostUnavailable)

    assert not token or token not in str(raised.value)
