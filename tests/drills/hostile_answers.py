"""What hostile servers answer to flagrace's clients: a script for each kind, which
yields bytes to send and seconds to wait. `request` is what the client sent first."""
import gzip
import random
import socket
import struct
import threading
import time

from hostile_peer import (ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, MORE,
                          PING, PREFACE, PUSH, RST, SETTINGS, WINDOW, WINDOW_SETTING,
                          frame, literal, setting)

FOREVER = 3600
BURST = 1 << 16
BODY = b"GIF89a" + b"x" * 1994
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\nContent-Length: 2000\r\n\r\n" + BODY
HEAD = WHOLE[:17]
OK = frame(HEADERS, END_HEADERS, 1, b"\x88")


def repeat(one):
    """The bytes without end."""
    burst = one * (BURST // len(one) + 1)
    while True:
        yield burst


def endless_interim(rng):
    yield from repeat(b"HTTP/1.1 %d Wait\r\n%s\r\n" % (
        rng.choice((100, 102, 103, 199)), b"Link: x\r\n" * rng.randrange(3)))


def endless_line(rng):
    yield HEAD[:rng.choice((9, 17))] + b"X: "
    yield from repeat(rng.choice((b"y", b" ", b"\t", b":")))


def endless_fields(rng):
    yield HEAD
    yield from repeat(rng.choice((b"X: y\r\n", b"X: " + b"y" * 4000 + b"\r\n",
                                  b"Set-Cookie: a=b\r\n", b" folded\r\n")))


def endless_body(rng):
    yield HEAD + rng.choice((b"", b"Content-Length: 999999999999\r\n",
                             b"Connection: close\r\n")) + b"\r\n"
    yield from repeat(rng.randbytes(1000))


def endless_chunks(rng):
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from repeat(rng.choice((b"1\r\na\r\n", b"400\r\n" + b"a" * 1024 + b"\r\n")))


def endless_extensions(rng):
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n1"
    yield from repeat(rng.choice((b";a", b";a=b", b";" + b"e" * 3000 + b"\r\na\r\n1")))


def endless_trailers(rng):
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    yield from repeat(rng.choice((b"X: y\r\n", b"x", b"X: " + b"y" * 3000 + b"\r\n")))


def gzip_bomb(rng):
    zipped = gzip.compress(bytes(rng.choice((1, 10)) << 20))
    yield HEAD + (b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                  % (len(zipped) + 1)) + zipped


def truncated(rng):
    yield WHOLE[:rng.randrange(HEAD.__len__(), len(WHOLE))]


class CutPlaces:
    """Ends the connection at each byte of an answer in turn."""
    next = 0

    @classmethod
    def script(cls, _):
        cls.next += 1
        yield WHOLE[:cls.next % 800]


def trickle(rng):
    start = rng.randrange(100)
    yield WHOLE[:start]
    for byte in WHOLE[start:]:
        yield 1.0
        yield bytes([byte])


def wrong_length(rng):
    length = rng.choice((b"1" * 30, b"-1", b"1e3", b"0x10", b"", b"2000, 2001", b"+5",
                         b"18446744073709551616", b"2001", b"3000"))
    yield WHOLE.replace(b"2000", length, 1)
    yield 0.01


def contradiction(rng):
    yield WHOLE.replace(b"\r\n\r\n", b"\r\n" + rng.choice((
        b"Content-Length: 1999\r\n", b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: x\r\n",
        b"Content-Length: 2000x\r\n")) + b"\r\n", 1)
    yield 0.01


def nonsense(rng):
    yield rng.choice((b"", HEAD, b"HTTP/", b"\0" * 100)) + rng.randbytes(
        rng.choice((1, 100, 10000, 100000))) + b"\r\n\r\n"


def silence(rng):
    yield WHOLE[:rng.choice((0, 1, 17, 60))]
    yield FOREVER


def h2(*settings):
    return frame(SETTINGS, 0, 0, b"".join(settings)) + frame(SETTINGS, ACK, 0)


def h2_flood(make):
    def script(rng):
        yield h2()
        while True:
            one = make(rng)
            yield one * (BURST // len(one) + 1)
    return script


def h2_continuation(rng):
    yield h2() + frame(HEADERS, 0, 1, b"\x88")
    yield from repeat(frame(MORE, 0, 1, rng.choice((
        b"", literal(b"x", b"y" * rng.randrange(2000))))))


def h2_push(rng):
    yield h2() + b"".join(
        frame(PUSH, END_HEADERS, 1, struct.pack(">I", i) + b"\x82\x86\x84\x01\x01a")
        for i in range(2, rng.choice((4, 2000)), 2))
    yield FOREVER


def h2_goaway(rng):
    yield h2() + frame(GOAWAY, 0, 0, struct.pack(
        ">II", rng.choice((0, 1, 2, 7, (1 << 31) - 1)), rng.choice((0, 1, 11, 99))) +
        rng.randbytes(rng.choice((0, 10, 10000))))
    yield rng.choice((0.01, FOREVER))


def h2_zero_window(rng):
    yield h2(setting(WINDOW_SETTING, 0), setting(3, rng.choice((0, 1, 100))))
    yield OK
    yield FOREVER


def h2_settings_of_all_sizes(rng):
    yield h2(*(setting(rng.randrange(1, 9), rng.choice(
        (0, 1, 16383, 16384, 1 << 24, (1 << 31) - 1, 1 << 31, (1 << 32) - 1)))
        for _ in range(rng.choice((1, 5, 100)))))
    yield rng.choice((0.01, FOREVER))


def h2_bomb(rng):
    value = b"a" * rng.choice((30, 1000, 4000))
    entry = b"\x40" + literal(b"x", value)[1:]
    yield h2() + frame(HEADERS, END_HEADERS, 1, b"\x88" + entry +
                       b"\xbe" * rng.choice((100, 16000 - len(entry))))
    yield FOREVER


def h2_endless_interim(rng):
    interim = frame(HEADERS, END_HEADERS, 1, b"\x08\x03" + rng.choice((b"100", b"103")))
    yield h2()
    yield from repeat(interim)


def h2_endless_body(rng):
    yield h2() + OK
    yield from repeat(frame(DATA, 0, 1, b"b" * rng.choice((0, 1, 16384))))


def h2_padding(rng):
    yield h2() + OK
    yield from repeat(frame(DATA, 8, 1, bytes([rng.choice((255, 10))]) + bytes(11)))


def h2_wrong_streams(rng):
    yield h2() + b"".join(frame(rng.choice((HEADERS, DATA, RST)), rng.choice((0, 1, 4, 5)),
                                rng.randrange(0, 400), b"\x88\0\0\0"[:rng.choice((1, 4))])
                          for _ in range(100))
    yield rng.choice((0.01, FOREVER))


def h2_nonsense(rng):
    yield h2()
    for _ in range(rng.choice((1, 10, 100))):
        yield frame(rng.randrange(16), rng.randrange(256), rng.choice((0, 1, 2, 3, 99)),
                    rng.randbytes(rng.choice((0, 1, 4, 5, 8, 100, 16384, 20000))))
    yield 0.01


def h2_cut(rng):
    whole = h2() + frame(HEADERS, END_HEADERS, 1, b"\x88\x0f\x0d\x042000") + \
        frame(DATA, END_STREAM, 1, BODY)
    yield whole[:rng.randrange(len(whole))]


def h2_trickle(rng):
    yield h2() + OK
    while True:
        yield frame(DATA, 0, 1, b"x")
        yield 1.0


KINDS = {
    "endless-interim": endless_interim, "endless-line": endless_line,
    "endless-fields": endless_fields, "endless-body": endless_body,
    "endless-chunks": endless_chunks, "endless-extensions": endless_extensions,
    "endless-trailers": endless_trailers, "gzip-bomb": gzip_bomb,
    "truncated": truncated, "cut-at-each-byte": CutPlaces.script, "trickle": trickle,
    "wrong-length": wrong_length, "contradiction": contradiction,
    "nonsense": nonsense, "silence": silence,
}
H2_KINDS = {
    "answer-h2-settings": h2_flood(lambda r: frame(SETTINGS, 0, 0, setting(4, r.getrandbits(20)))),
    "answer-h2-ping": h2_flood(lambda r: frame(PING, 0, 0, r.randbytes(8))),
    "answer-h2-window-update": h2_flood(lambda r: frame(WINDOW, 0, r.choice((0, 1)),
                                                 struct.pack(">I", r.choice((0, 1, 1 << 30))))),
    "answer-h2-empty-data": h2_flood(lambda r: OK + frame(DATA, 0, 1) * 100),
    "answer-h2-push": h2_push, "answer-h2-continuation": h2_continuation, "answer-h2-goaway": h2_goaway,
    "answer-h2-zero-window": h2_zero_window, "answer-h2-settings-of-all-sizes": h2_settings_of_all_sizes,
    "answer-h2-bomb": h2_bomb, "answer-h2-endless-interim": h2_endless_interim,
    "answer-h2-endless-body": h2_endless_body, "answer-h2-padding": h2_padding,
    "answer-h2-wrong-streams": h2_wrong_streams, "answer-h2-nonsense": h2_nonsense, "answer-h2-cut": h2_cut,
    "answer-h2-trickle": h2_trickle,
}


class Host:
    """Answers each connection with a script of one kind, by a thread."""

    def __init__(self, script, seed, tls=None):
        """With `tls`, an SSLContext, the scripts are of HTTP/2."""
        self.script, self.random, self.tls = script, random.Random(seed), tls
        self.count = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.port = self.listener.getsockname()[1]
        self.closing = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            rng = random.Random(self.random.getrandbits(64))
            threading.Thread(target=self.answer, args=(sock, rng), daemon=True).start()

    def answer(self, sock, rng):
        sock.settimeout(20)
        with sock:
            try:
                if self.tls:
                    sock = self.tls.wrap_socket(sock, server_side=True)
                first = sock.recv(1 << 16)
                if not first:
                    return
                if self.tls and not first.startswith(PREFACE[:len(first)]):
                    sock.sendall(WHOLE)  # flagrace asks what kind of server it is.
                    return
                self.count += 1
                for item in self.script(rng):
                    if isinstance(item, bytes):
                        sock.sendall(item)
                    elif self.wait(sock, item):
                        return
                sock.shutdown(socket.SHUT_WR)
            except (OSError, ValueError):
                pass
            finally:
                sock.close()

    def wait(self, sock, seconds):
        """Whether the client has gone meanwhile."""
        end = time.monotonic() + seconds
        sock.settimeout(.1)
        while time.monotonic() < end and not self.closing.is_set():
            try:
                if not sock.recv(1 << 16):
                    return True
            except TimeoutError:
                pass
        sock.settimeout(20)
        return self.closing.is_set()

    def close(self):
        self.closing.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
