"""What a command shows on a terminal of so many columns: HTCondor's tools cut lines at its edge, and not in a pipe."""

import fcntl
import os
import pty
import struct
import subprocess
import termios


def on_terminal(columns, *command):
    """Run a command on a terminal of its own; give what stands there."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its, stderr=its, cwd="/tmp"):
        os.close(its)
        shown = b"".join(iter(lambda: _more(ours), b""))
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _more(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the last writer has gone
        return b""
