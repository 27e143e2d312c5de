"""The live view: what condor_status shows with our print formats, redrawn in place on a terminal."""

from __future__ import annotations

import sys
import time

from live.panda import StandIn
from live.pool import run

FORMATS = ("/usr/share/condor/elastic.cpf", "/usr/share/condor/elastic-workers.cpf")
PLAIN_EVERY = 15  # seconds between two pictures where nothing can be redrawn


class Show:
    """A place on the terminal that is drawn again and again; plain text, less often, where there is no terminal."""

    def __init__(self) -> None:
        self.live = None
        self.last = 0.0
        if sys.stdout.isatty():
            from rich.live import Live

            self.live = Live(auto_refresh=False, vertical_overflow="crop")
            self.live.start()

    def close(self) -> None:
        """Leave the last picture on the terminal."""
        if self.live:
            self.live.stop()

    def progress(self, text: str) -> None:
        """Show one line while there is nothing else to see."""
        self._put(text + " ...", force=True)

    def draw(self, panda: StandIn, what: str) -> None:
        """Show the tables, and how far PanDA's jobs are."""
        if not self.live and time.monotonic() - self.last < PLAIN_EVERY:
            return
        tables = [run("condor_status", "-any", "-print-format", path, check=False).stdout for path in FORMATS]
        self._put(f"PanDA: {panda.finished()} of {panda.total} jobs finished; {what}\n\n" + "\n".join(tables))

    def _put(self, text: str, *, force: bool = False) -> None:
        if self.live:
            from rich.text import Text

            self.live.update(Text(text), refresh=True)
        elif force or time.monotonic() - self.last >= PLAIN_EVERY:
            print(text, flush=True)
            self.last = time.monotonic()
