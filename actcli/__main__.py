"""The entry point: what makes the start fast is set here, before anything heavy is imported."""

import gc
import os
import signal
import sys


def run() -> None:
    """Run actcli on the arguments of this process and end it with the right status, or by the right signal."""
    # The kernels use no linear algebra; starting its threads would cost a third of the whole run.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports make no garbage worth a search; the collector wakes up once a command runs.
    gc.disable()
    for quiet_end in ("SIGPIPE", "SIGINT"):
        # Die of a closed pipe and of Ctrl-C as any Unix filter does, so that a shell loop stops too.
        # What the parent ignores stays ignored, but for SIGPIPE, which Python itself ignores.
        if hasattr(signal, quiet_end) and (quiet_end == "SIGPIPE" or signal.getsignal(signal.SIGINT) != signal.SIG_IGN):
            signal.signal(getattr(signal, quiet_end), signal.SIG_DFL)
    from actcli.cli import main
    from actcli.terminal import Terminal

    status = main(sys.argv[1:], Terminal.of_process())
    # Everything is written and flushed; taking NumPy down in order would cost 8 ms.
    os._exit(status)


if __name__ == "__main__":
    run()
