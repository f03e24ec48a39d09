"""Hosts for the drill `hosts`: network namespaces on this machine, joined by veth
and a bridge, and Open MPI started in them.

The drill runs in namespaces of its own (network, mounts, processes), so all that it
makes is gone when it ends, whoever kills it: the kernel ends the processes with the
drill, and the namespaces of the hosts with the processes.
"""
import json
import os
import shutil
import subprocess
import sys

NET = "10.77.0"
# The host whose monotonic clock is a second ahead.
SKEWED = "late"
INSIDE = "FLAGRACE_HOSTS_INSIDE"


def sh(command, **options):
    return subprocess.run(command, shell=True, check=True, text=True, **options)


def lack():
    """Why there can be no hosts here; None: there can."""
    for tool, package in (("mpirun", "openmpi-bin"), ("ip", "iproute2"),
                          ("unshare", "util-linux")):
        if not shutil.which(tool):
            return f"{tool} is not installed (Debian: {package})"
    return None


def enter():
    """Runs this script again in namespaces of its own. Returns there, or a reason."""
    reason = lack()
    if reason or os.environ.get(INSIDE):
        return reason
    words = ["unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork",
             "--kill-child", "--mount-proc"]
    if os.geteuid():
        words[1:1] = ["--user", "--map-root-user"]
    probe = subprocess.run(
        [*words, "sh", "-c", "ip link add hosts0 type bridge"],
        capture_output=True, text=True, check=False)
    if probe.returncode:
        return "no network of one's own here: " + probe.stderr.strip()
    sys.stdout.flush()
    os.environ[INSIDE] = "1"
    os.execvp(words[0], [*words, sys.executable, *sys.argv])
    return None


class Server:
    """A `flagrace serve` where rank 0 is: on the head, or on host number `host`. It
    ends with the drill."""

    def __init__(self, flagrace, hosts, host=0):
        enter_host = [hosts.agent, hosts.names[host - 1]] if host else []
        # The ready line tells the address.
        self.process = subprocess.Popen(
            [*enter_host, flagrace, "serve", "--host", f"{NET}.{host + 1}", "--port",
             "0"], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def words(self):
        return ["--url", self.url, "--allow-remote"]

    def received(self):
        """How many requests it has received."""
        stats = subprocess.run(["curl", "-s", self.url + "/_flagrace/stats"],
                               capture_output=True, check=True)
        return json.loads(stats.stdout)["requests"]


class Hosts:
    """The machine with rank 0, called head, and `count` hosts n1, n2, ..; the last
    one is called `late` if its clock is to be ahead."""

    def __init__(self, folder, count, skewed=False):
        self.folder = folder
        self.names = [f"n{i}" for i in range(1, count + 1)]
        if skewed:
            self.names[-1] = SKEWED
        sh("mount -t tmpfs none /run && mkdir /run/netns && hostname head && "
           "ip link set lo up && ip link add hosts0 type bridge && "
           f"ip addr add {NET}.1/24 dev hosts0 && ip link set hosts0 up")
        for i, name in enumerate(self.names):
            self._add(name, i + 2)
        self._write_files()

    def _add(self, name, last):
        sh(f"ip netns add {name} && "
           f"ip link add to-{name} type veth peer name eth0 netns {name} && "
           f"ip link set to-{name} master hosts0 up && "
           f"ip -n {name} addr add {NET}.{last}/24 dev eth0 && "
           f"ip -n {name} link set eth0 up && ip -n {name} link set lo up")

    def _write_files(self):
        names = os.path.join(self.folder, "names")
        with open(names, "w", encoding="ascii") as file:
            file.write(f"127.0.0.1 localhost\n{NET}.1 head\n")
            for i, name in enumerate(self.names):
                file.write(f"{NET}.{i + 2} {name}\n")
        sh(f"mount --bind {names} /etc/hosts")
        self.agent = os.path.join(self.folder, "enter")
        with open(self.agent, "w", encoding="ascii") as file:
            file.write(f"""#!/bin/bash
# What ssh is to hosts that are machines: enter HOST COMMAND..
host=$1
shift
clock=()
[ "$host" != {SKEWED} ] || clock=(unshare --time --monotonic 1 --fork --kill-child)
exec nsenter "--net=/run/netns/$host" unshare --uts "${{clock[@]}}" \\
    sh -c "hostname $host; exec $*"
""")
        os.chmod(self.agent, 0o755)

    def sever(self, name):
        sh(f"ip link set to-{name} down")

    def mend(self, name, server):
        sh(f"ip link set to-{name} up && "
           f"until {self.agent} {name} curl -s -m 1 -o {os.devnull} {server.url}; do :; "
           "done")

    def words(self, program, hosts=None):
        """The command that starts rank 0 here and a rank on each host."""
        hosts = len(self.names) if hosts is None else hosts
        listed = ",".join(["head", *self.names[:hosts]])
        root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
        mca = {"plm_rsh_agent": self.agent, "btl": "tcp,self",
               "oob_tcp_if_include": f"{NET}.0/24",
               "btl_tcp_if_include": f"{NET}.0/24",
               # A host whose network is gone is noticed in seconds, not in minutes.
               "oob_tcp_keepalive_time": "2", "oob_tcp_keepalive_intvl": "1",
               "oob_tcp_keepalive_probes": "3",
               # Ranks that wait do not take the CPUs of those that work.
               "mpi_yield_when_idle": "1"}
        return ["mpirun", *root, "-np", str(hosts + 1), "--host", listed,
                "--map-by", "node", "--bind-to", "none",
                *[w for k, v in mca.items() for w in ("--mca", k, v)], *program]

    def run(self, program, hosts=None, **options):
        options = {"timeout": 120, "check": False, "text": True,
                   "capture_output": True, **options}
        return subprocess.run(self.words(program, hosts), **options)
