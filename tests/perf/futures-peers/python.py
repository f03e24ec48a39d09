# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's two executors, called as: python.py MODE WORKERS TASKS"""
import concurrent.futures as cf
import sys
import time


def echo(x):
    return x


def main():
    mode, workers, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    kind = cf.ProcessPoolExecutor if mode.startswith("process") \
        else cf.ThreadPoolExecutor
    with kind(max_workers=workers) as ex:
        for f in [ex.submit(echo, 0) for _ in range(workers)]:
            f.result()
        begin = time.monotonic()
        if mode.endswith("roundtrip"):
            for i in range(n):
                assert ex.submit(echo, i).result() == i
        elif mode == "process-chunks":
            assert list(ex.map(echo, range(n), chunksize=1000)) == \
                list(range(n))
        else:
            fs = [ex.submit(echo, i) for i in range(n)]
            if mode == "as_completed":
                begin = time.monotonic()
                assert sum(f.result() for f in cf.as_completed(fs)) == \
                    n * (n - 1) // 2
            else:
                for i, f in enumerate(fs):
                    assert f.result() == i
        print(f"{(time.monotonic() - begin) * 1e6 / n:.4f}")


if __name__ == "__main__":
    main()
