"""The parts of hostile clients and servers: frames of HTTP/2, and the loop that plays
scripts on many sockets at once.

A script is a generator. What it yields is done before it goes on: bytes are sent, a
number of seconds is waited. It is ended when the peer closes the connection.
"""
import heapq
import selectors
import socket
import ssl
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, MORE = range(10)
END_STREAM, ACK, END_HEADERS = 1, 1, 4
WINDOW_SETTING = 4
READ_MAX = 1 << 18


def frame(kind, flags, stream, payload=b""):
    return (struct.pack(">I", len(payload))[1:] +
            struct.pack(">BBI", kind, flags, stream) + payload)


def setting(number, value):
    return struct.pack(">HI", number, value)


def literal(name, value):
    """A field of HPACK that is not put into the table."""
    return b"\0" + text(name) + text(value)


def text(value):
    """A string of HPACK, without Huffman's code."""
    return number(len(value), 7) + value


def number(value, bits):
    """An integer of HPACK (RFC 7541, 5.1) whose other bits are 0."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([value])
    out, value = [most], value - most
    while value > 127:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


def indexed_head(path=b"/flags/cn/cn.gif"):
    """GET of the path from a, in few bytes."""
    return b"\x82\x86" + b"\x04" + text(path) + b"\x01\x01a"


class Stage:
    """Plays scripts on connections to one address, `places` at once."""

    def __init__(self, port, places, tls=None, reads=True):
        self.port, self.places, self.tls, self.reads = port, places, tls, reads
        self.selector = selectors.DefaultSelector()
        self.waiting = []
        self.open = 0
        self.count = 0  # of scripts that were begun

    def play(self, scripts, until):
        """Plays scripts of the iterator until the time; then closes all of them."""
        actors = set()
        more = True
        while time.monotonic() < until and (more or self.open):
            while more and self.open < self.places:
                script = next(scripts, None)
                more = script is not None
                if more and not self.begin(script, actors):
                    break
                if self.count % 64 == 0:
                    break
            self.turn(until, actors)
        for actor in list(actors):
            actor.close()

    def begin(self, script, actors):
        try:
            actor = Actor(self, script, actors)
        except OSError:
            time.sleep(0.01)
            return False
        actors.add(actor)
        self.open += 1
        self.count += 1
        return True

    def turn(self, until, actors):
        now = time.monotonic()
        end = min(until, self.waiting[0][0] if self.waiting else until)
        timeout = 0 if self.open < self.places else max(0, end - now)
        for key, events in self.selector.select(timeout):
            key.data.ready(events)
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= now:
            actor = heapq.heappop(self.waiting)[2]
            if actor in actors:
                actor.go_on()


class Actor:
    """One connection and its script."""
    numbers = 0

    def __init__(self, stage, script, actors):
        self.stage, self.script, self.actors = stage, script, actors
        self.sock = socket.socket()
        if not stage.reads:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(5)
        try:
            self.sock.connect(("127.0.0.1", stage.port))
        except OSError:
            self.sock.close()
            raise
        self.sock.setblocking(False)
        self.out = memoryview(b"")
        self.secret = None
        if stage.tls:
            self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            self.secret = stage.tls.wrap_bio(self.incoming, self.outgoing)
        self.shaken = not stage.tls
        self.events = 0
        self.watch(selectors.EVENT_READ if stage.reads else 0)
        self.go_on()

    def watch(self, events):
        if self.events == events:
            return
        if not events:
            self.stage.selector.unregister(self.sock)
        elif self.events:
            self.stage.selector.modify(self.sock, events, self)
        else:
            self.stage.selector.register(self.sock, events, self)
        self.events = events

    def close(self):
        if self not in self.actors:
            return
        self.watch(0)
        self.sock.close()
        self.actors.discard(self)
        self.stage.open -= 1

    def shake(self):
        try:
            self.secret.do_handshake()
            self.shaken = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            self.close()
        self.out = memoryview(bytes(self.out) + self.outgoing.read())

    def next_bytes(self):
        """The next bytes to send; None: later, or never."""
        if not self.shaken:
            self.shake()
            return None
        item = next(self.script, None)
        if item is None:
            self.close()
        elif isinstance(item, bytes):
            if not self.secret:
                return item
            self.secret.write(item)
            return self.outgoing.read()
        else:
            Actor.numbers += 1
            heapq.heappush(self.stage.waiting,
                           (time.monotonic() + item, Actor.numbers, self))
        return None

    def go_on(self):
        if not self.out:
            item = self.next_bytes()
            if item is not None:
                self.out = memoryview(item)
        self.send()

    def send(self):
        sent = bool(self.out)
        try:
            while self.out:
                self.out = self.out[self.sock.send(self.out):]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if self not in self.actors and self.sock.fileno() < 0:
            return
        reading = selectors.EVENT_READ if self.stage.reads or not self.shaken else 0
        again = bool(self.out) or (sent and self.shaken)
        self.watch(reading | (selectors.EVENT_WRITE if again else 0))

    def ready(self, events):
        if events & selectors.EVENT_READ:
            try:
                got = self.sock.recv(READ_MAX)
            except BlockingIOError:
                got = b"-"
            except OSError:
                got = b""
            if not got:
                self.close()
                return
            if self.secret and not self.shaken:
                self.incoming.write(got)
                self.go_on()
                return
        if events & selectors.EVENT_WRITE:
            if self.out:
                self.send()
            else:
                self.watch(self.events & ~selectors.EVENT_WRITE)
                self.go_on()
