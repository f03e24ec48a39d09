"""A folder in which one command at a time runs, with a call or a limit that makes
it fail."""
import collections
import ctypes
import ctypes.util
import os
import resource
import shutil
import signal
import struct
import subprocess

from commands import FLAGRACE, INPUT

FAILING = os.path.abspath(os.environ.get(
    "FAILING", "build/dev/tests/faults/libfailing.so"))
SECONDS_MAX = 300  # what takes longer hangs, on a busy machine, too
CALL = struct.Struct("=24sQ")
CALLS_MAX = 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)
NO_RANDOMIZE, SUBREAPER, NEW_MOUNTS, REMOUNT, PRIVATE = \
    0x40000, 36, 0x20000, 32, (1 << 18) | (1 << 14)
# What may be limited, and how much of it at most.
RESOURCES = {"file-size": resource.RLIMIT_FSIZE,
             "descriptors": resource.RLIMIT_NOFILE,
             "address-space": resource.RLIMIT_AS}

Task = collections.namedtuple("Task", "command how what number site")
Outcome = collections.namedtuple("Outcome", "status output errors")


def become_a_place():
    """Equal addresses in each process, and what is left comes to us."""
    LIBC.personality(NO_RANDOMIZE)
    LIBC.prctl(SUBREAPER, 1, 0, 0, 0)


def own_mounts():
    """Whether this process may mount; what it mounts, no other one sees."""
    return LIBC.unshare(NEW_MOUNTS) == 0 and \
        LIBC.mount(b"none", b"/", None, PRIVATE, None) == 0


def mount(folder, flags, options):
    if LIBC.mount(b"none", folder.encode(), b"tmpfs", flags, options.encode()):
        raise OSError(ctypes.get_errno(), "mount")


class Place:
    def __init__(self, folder):
        self.folder = folder
        self.count = os.path.join(folder, "count")
        self.disk = os.path.join(folder, "disk")
        self.work = os.path.join(self.disk, "work")
        self.temporary = os.path.join(self.disk, "temporary")
        self.mounted = False
        os.mkdir(self.disk)

    def prepare(self):
        for path in (self.work, self.temporary):
            shutil.rmtree(path, ignore_errors=True)
            os.makedirs(path)
        shutil.copytree(os.path.join(self.folder, "before"),
                        os.path.join(self.work, "before"))
        with open(self.count, "wb") as file:
            file.truncate(8 + CALLS_MAX * CALL.size)

    def counted(self):
        """The calls, in their order: (name, site)."""
        with open(self.count, "rb") as file:
            count = min(struct.unpack("=Q", file.read(8))[0], CALLS_MAX)
            data = file.read(count * CALL.size)
        return [(name.rstrip(b"\0").decode(), site)
                for name, site in CALL.iter_unpack(data)]

    def fill(self, what, number):
        """A disk that has so many pages, or files, left."""
        if not self.mounted:
            mount(self.disk, 0, "size=1g")
            self.mounted = True
            self.prepare()
        used = os.statvfs(self.disk)
        if what == "disk":
            pages = used.f_blocks - used.f_bfree + number
            mount(self.disk, REMOUNT, f"size={pages * used.f_bsize}")
        else:
            files = used.f_files - used.f_ffree + number
            mount(self.disk, REMOUNT, f"nr_inodes={files}")

    def make_room(self):
        if self.mounted:
            mount(self.disk, REMOUNT, "size=1g,nr_inodes=100000")

    def leave(self):
        if self.mounted:
            LIBC.umount(self.disk.encode())

    def environment(self, task):
        changes = {"PATH": "/nowhere", "HOME": self.work,
                   "TMPDIR": self.temporary,
                   "ASAN_OPTIONS": "exitcode=99:detect_leaks=1:"
                   "verify_asan_link_order=0:allocator_may_return_null=1"}
        if task and task.how in ("once", "onwards", "count"):
            changes.update({
                "LD_PRELOAD": FAILING, "FAILING_CALL": task.what,
                "FAILING_COUNT": self.count,
                "FAILING_FROM" if task.how == "onwards" else "FAILING_AT":
                    str(task.number)})
        return {**os.environ, **changes}

    def run(self, words, task=None):
        """Returns the outcome; a status of None is of a command that hangs."""
        self.make_room()
        self.prepare()
        if task and task.what in ("disk", "files"):
            self.fill(task.what, task.number)
        return self.again(words, task)

    def again(self, words, task=None):
        """The same, in the folder as it is."""
        limit = task and RESOURCES.get(task.what)

        def restrict():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            if limit is not None and task.how == "limit":
                resource.setrlimit(limit, (task.number, task.number))

        process = subprocess.Popen(
            [FLAGRACE] + words, cwd=self.work, env=self.environment(task),
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, errors="replace", start_new_session=True,
            preexec_fn=restrict, restore_signals=False)
        return finish(process, INPUT.get(task.command, "") if task else "")


def finish(process, said):
    try:
        output, errors = process.communicate(said, timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        return Outcome(None, output, errors)
    return Outcome(process.returncode, output, errors)
