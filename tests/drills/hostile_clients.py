"""What hostile clients send to the server: a script for each kind (hostile_peer)."""
import random
import ssl
import struct

from hostile_peer import (ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, MORE,
                          PING, PREFACE, PRIORITY, RST, SETTINGS, WINDOW,
                          WINDOW_SETTING, frame, indexed_head, literal, setting)

FOREVER = 3600
BURST = 1 << 16
HEAD = indexed_head()
GET = b"GET /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n\r\n"
CONFIG = b"/_flagrace/config"


def begin(*settings):
    return PREFACE + frame(SETTINGS, 0, 0, b"".join(settings)) + frame(SETTINGS, ACK, 0)


def flood(rng, make):
    """After the preface, bursts of the frames that make(rng) returns; 1 MB at most."""
    yield begin()
    for _ in range(rng.choice((1, 4, 16))):
        one = make(rng)
        yield one * (BURST // len(one))


def streams(first=1, last=1 << 31):
    return range(first, last, 2)


def rapid_reset(rng):
    ids = iter(streams())
    code = struct.pack(">I", rng.choice((0, 5, 8)))
    opened = rng.choice((1, 1, 10, 100))
    flags = END_HEADERS | (END_STREAM if rng.random() < .8 else 0)
    yield begin()
    for _ in range(rng.choice((1, 10))):
        burst = []
        for _ in range(1000 // opened):
            batch = [next(ids) for _ in range(opened)]
            burst += [frame(HEADERS, flags, i, HEAD) for i in batch]
            burst += [frame(RST, 0, i, code) for i in batch]
        yield b"".join(burst)


def continuation(rng):
    part = rng.choice((b"", b"\x82", literal(b"x", b"y" * rng.randrange(1, 2000))))
    yield begin() + frame(HEADERS, 0, 1, HEAD)
    for _ in range(16):
        yield frame(MORE, 0, 1, part) * (BURST // (9 + len(part)))


def settings(rng):
    return flood(rng, lambda r: frame(SETTINGS, 0, 0, b"".join(
        setting(r.choice((1, 3, 4, 6)), r.randrange(1 << 20))
        for _ in range(r.choice((0, 1, 6, 100))))))


def ping(rng):
    return flood(rng, lambda r: frame(PING, 0, 0, r.randbytes(8)))


def priority(rng):
    return flood(rng, lambda r: b"".join(
        frame(PRIORITY, 0, i, struct.pack(">IB", r.randrange(0, i, 2), 7))
        for i in r.sample(range(1, 1 << 16, 2), 100)))


def empty_data(rng):
    yield begin() + frame(HEADERS, END_HEADERS, 1, HEAD)
    yield from flood_more(rng, frame(DATA, 0, 1))


def flood_more(rng, one):
    for _ in range(rng.choice((1, 4, 16))):
        yield one * (BURST // len(one))


def window_update(rng):
    yield begin() + frame(HEADERS, END_HEADERS, 1, HEAD)
    step = rng.choice((0, 1, 1, 1, 1 << 16, (1 << 31) - 1))
    yield from flood_more(rng, frame(WINDOW, 0, rng.choice((0, 1)),
                                     struct.pack(">I", step)))


def zero_window(rng):
    """Streams whose bodies may not be sent; a byte of each now and then."""
    yield begin(setting(WINDOW_SETTING, rng.choice((0, 1, 100))))
    yield b"".join(frame(HEADERS, END_HEADERS | END_STREAM, i, HEAD)
                   for i in streams(1, 512))
    for _ in range(rng.choice((1, 10))):
        yield 0.2
        yield b"".join(frame(WINDOW, 0, i, struct.pack(">I", 1))
                       for i in streams(1, 512))
    yield FOREVER


def hpack_bomb(rng):
    """One byte stands for a field of 4 KB that was put into the table."""
    value = b"a" * rng.choice((4000, 1000, 30))
    entry = b"\x40" + literal(b"x", value)[1:]
    refers = b"\xbe" * rng.choice((2, 1000, 15000))
    yield begin() + frame(HEADERS, END_HEADERS | END_STREAM, 1, HEAD + entry)
    for i in streams(3, 200):
        yield frame(HEADERS, END_HEADERS | END_STREAM, i, HEAD + refers)


def header_lists(rng):
    size = rng.choice((1, 100, 4000))
    fields = b"".join(literal(b"x%d" % i, b"v" * size)
                      for i in range(16000 // (size + 12)))
    ids = iter(streams())
    yield begin()
    for _ in range(rng.choice((10, 100))):
        yield frame(HEADERS, END_HEADERS | END_STREAM, next(ids), HEAD + fields)


def too_many_streams(rng):
    ids = iter(streams())
    yield begin()
    for _ in range(10):
        yield b"".join(frame(HEADERS, END_HEADERS, next(ids), HEAD)
                       for _ in range(rng.choice((100, 1000))))


def nonsense_frames(rng):
    yield (begin() if rng.random() < .7 else
           rng.randbytes(rng.randrange(1, 24)) + begin())
    for _ in range(rng.choice((1, 10, 100))):
        kind = rng.randrange(16)
        payload = rng.randbytes(rng.choice((0, 1, 4, 5, 8, 100, 16384)))
        one = frame(kind, rng.randrange(256), rng.choice((0, 1, 2, 3, 5, 99)), payload)
        if kind == GOAWAY or rng.random() < .1:
            one = one[:rng.randrange(len(one)) + 1]
        yield one


def kept_bodies(rng):
    """Requests with heads and bodies as large as allowed, none of which ends."""
    path = b"/" + b"p" * rng.randrange(3000, 4000)
    fields = HEAD[:2] + literal(b":path", path) + literal(b":authority", b"a") + \
        literal(b"if-range", b"r" * 3000)
    yield begin(setting(WINDOW_SETTING, 1 << 30))
    for i in streams(1, 512):
        yield frame(HEADERS, END_HEADERS, i, fields) + frame(DATA, 0, i, b"b" * 16384)
    yield FOREVER


def hello():
    """The ClientHello of a usual client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        context.wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def tls_half_open(rng):
    whole = hello()
    yield whole[:rng.randrange(1, len(whole) + 1)]
    yield FOREVER


def tls_garbage(rng):
    bytes_ = bytearray(hello())
    for _ in range(rng.choice((1, 3, 30))):
        bytes_[rng.randrange(1, len(bytes_))] = rng.randrange(256)
    yield bytes(bytes_)
    for _ in range(rng.choice((0, 1, 4))):
        yield (b"\x16\x03\x01" + struct.pack(">H", 16384) + rng.randbytes(16384))
    yield rng.choice((0.01, 1))


def tls_handshakes(rng):
    yield rng.choice((GET, b"", rng.randbytes(100))) or 0.0


def slow_loris(rng):
    """One byte of the head now and then, for ever."""
    for byte in GET[:-2] + b"X: " + b"y" * 4000:
        yield bytes([byte])
        yield rng.uniform(.5, 1.5)


def slow_readers(rng):
    yield GET * rng.choice((1, 64, 500))
    yield FOREVER


def parts(rng):
    """Ranges of bodies that are never read."""
    one = GET[:-2] + b"Range: bytes=%d-\r\n\r\n" % rng.randrange(2000)
    yield one * rng.choice((64, 500))
    yield FOREVER


def idle(rng):
    yield b"" if rng.random() < .5 else GET
    yield FOREVER


def connections(rng):
    yield rng.choice((b"G", GET, b"\r\n", b"\0"))


def pipelined(rng):
    one = rng.choice((GET, b"HEAD / HTTP/1.1\r\nHost:a\r\n\r\n",
                      b"GET /x HTTP/1.1\r\nHost:a\r\n\r\n"))
    yield from flood_more(rng, one)


def header_lines(rng):
    yield GET[:-2]
    line = rng.choice((b"a:\r\n", b"Cookie: " + b"c" * 70 + b"\r\n", b"x" * 900))
    for _ in range(16):
        yield line * (BURST // len(line))


def chunked_bodies(rng):
    """A configuration that never ends; its pieces are as small as packets go."""
    yield b"PUT " + CONFIG + b" HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = rng.choice((b"1\r\na\r\n", b"1;" + b"e" * 200 + b"\r\na\r\n",
                        b"400\r\n" + b"a" * 1024 + b"\r\n"))
    if rng.random() < .5:
        yield chunk * (BURST // len(chunk))
    for _ in range(20000 // len(chunk)):
        yield chunk


def no_token(rng):
    token = rng.choice((b"", b"Flagrace-Token: \r\n",
                        b"Flagrace-Token: " + rng.randbytes(8).hex().encode() + b"\r\n"))
    path = rng.choice((b"config", b"witness?all", b"connections", b"stats", b"metrics"))
    body = b"latency=0s&seed=%d" % rng.randrange(1 << 30)
    one = (rng.choice((b"GET", b"PUT", b"HEAD")) + b" /_flagrace/" + path +
           b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + token +
           b"Content-Length: %d\r\n\r\n" % len(body) + body)
    yield from flood_more(rng, one)


def witness(rng):
    path = rng.choice((b"witness?all", b"witness?trial=t", b"connections"))
    for _ in range(rng.choice((1, 4))):
        yield b"GET /_flagrace/" + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + GET
        yield 0.5


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def trusting_h2():
    context = trusting()
    context.set_alpn_protocols(["h2"])
    return context


class Kind:
    """A kind of attack. `places`: how many connections at once; `serve`: options of
    the server; `reads`: whether answers are read; `rows`: of the witness, before."""

    def __init__(self, script, places=16, tls=None, reads=True, serve=(), rows=0):
        self.script, self.places, self.tls = script, places, tls
        self.reads, self.serve, self.rows = reads, serve, rows

    def scripts(self, seed):
        rng = random.Random(seed)
        while True:
            yield self.script(random.Random(rng.getrandbits(64)))


BODIES = ("--payload", "100000")
TLS = ("--tls",)
KINDS = {
    "h2-rapid-reset": Kind(rapid_reset),
    "h2-rapid-reset-unread": Kind(rapid_reset, reads=False),
    "h2-continuation": Kind(continuation),
    "h2-settings": Kind(settings),
    "h2-settings-unread": Kind(settings, reads=False),
    "h2-ping": Kind(ping),
    "h2-ping-unread": Kind(ping, reads=False),
    "h2-priority": Kind(priority),
    "h2-empty-data": Kind(empty_data),
    "h2-window-update": Kind(window_update),
    "h2-zero-window": Kind(zero_window, 64, serve=BODIES),
    "h2-hpack-bomb": Kind(hpack_bomb),
    "h2-header-lists": Kind(header_lists),
    "h2-too-many-streams": Kind(too_many_streams),
    "h2-nonsense": Kind(nonsense_frames),
    "h2-kept-bodies": Kind(kept_bodies, 64),
    "h2-tls-rapid-reset": Kind(rapid_reset, tls=trusting_h2, serve=TLS),
    "tls-half-open": Kind(tls_half_open, 500, serve=TLS),
    "tls-garbage": Kind(tls_garbage, serve=TLS),
    "tls-handshakes": Kind(tls_handshakes, tls=trusting, serve=TLS),
    "slow-loris": Kind(slow_loris, 1000),
    "slow-readers": Kind(slow_readers, 100, reads=False, serve=BODIES),
    "unread-parts": Kind(parts, 100, reads=False, serve=BODIES),
    "idle": Kind(idle, 15000),
    "connections": Kind(connections),
    "pipelined": Kind(pipelined),
    "pipelined-unread": Kind(pipelined, reads=False),
    "header-lines": Kind(header_lines),
    "chunked-bodies": Kind(chunked_bodies),
    "no-token": Kind(no_token, serve=("--token-file", "token")),
    "witness": Kind(witness, 4, rows=1000000),
}
