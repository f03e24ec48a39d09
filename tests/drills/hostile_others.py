"""Clients that behave: 50 connections that are kept, 100 requests a second in all."""
import os
import selectors
import socket
import time

CONNECTIONS, RATE = 50, 100
REQUEST = b"GET /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\nX-Flagrace-Item: others/%d/1\r\n\r\n"


class Others:
    """Asks in turns on all connections, and notes how long each answer took."""

    def __init__(self, port):
        self.selector = selectors.DefaultSelector()
        self.socks = []
        self.asked = {}
        self.left = {}
        self.count = 0
        for _ in range(CONNECTIONS):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(sock, selectors.EVENT_READ)
            self.socks.append(sock)

    def ask(self, now):
        sock = self.socks[self.count % CONNECTIONS]
        if sock in self.asked:  # It still waits, which is among the times then.
            self.count += 1
            return
        self.asked[sock] = now
        sock.sendall(REQUEST % self.count)
        self.count += 1

    def take(self, sock, times):
        got = sock.recv(1 << 20)
        if not got:
            raise ConnectionError("the server has closed a connection")
        if sock not in self.left:
            head, _, body = got.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(f"the server answers {head[:30]!r}")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])
            self.left[sock] = length - len(body)
        else:
            self.left[sock] -= len(got)
        if self.left[sock] == 0:
            del self.left[sock]
            times.append(time.monotonic() - self.asked.pop(sock))

    def measure(self, seconds):
        """The times of the answers, in seconds, sorted."""
        times = []
        begun = time.monotonic()
        for i in range(int(seconds * RATE)):
            at = begun + i / RATE
            while True:
                now = time.monotonic()
                if now >= at:
                    break
                for key, _ in self.selector.select(at - now):
                    self.take(key.fileobj, times)
            self.ask(time.monotonic())
        while self.asked:
            ready = self.selector.select(10)
            if not ready:
                raise TimeoutError("no answer came for 10 s")
            for key, _ in ready:
                self.take(key.fileobj, times)
        return sorted(times)

    def close(self):
        for sock in self.socks:
            sock.close()


def prefer(priority=10):
    """Runs this process, not its children, before all others, where that is allowed."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK,
                              os.sched_param(priority))
    except OSError:
        pass


def p99(times):
    return times[min(len(times) - 1, int(len(times) * .99))]
