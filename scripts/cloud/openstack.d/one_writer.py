"""One writer at a time for each SQLite file: importing this is enough.

oslo.db begins deferred transactions: a reader that turns writer while another thread writes is told "database is
locked" at once, and no timeout helps.  nova.tests.fixtures.DatabaseWriteLock has the same cure.
"""

from __future__ import annotations

import collections
import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

from oslo_db.sqlalchemy import enginefacade

_CONTEXT = enginefacade._TransactionContextManager  # noqa: SLF001 - there is no public place to hook into
_PLAIN = _CONTEXT._transaction_scope  # noqa: SLF001
_GUARD = threading.Lock()
_LOCKS: dict[str, Any] = collections.defaultdict(threading.RLock)


@contextlib.contextmanager
def _scope(self: Any, context: Any) -> Iterator[Any]:
    with contextlib.ExitStack() as stack:
        if self._mode is enginefacade._WRITER:  # noqa: SLF001
            with _GUARD:
                lock = _LOCKS[str(self.reader.get_engine().url)]
            stack.enter_context(lock)
        yield stack.enter_context(_PLAIN(self, context))


_CONTEXT._transaction_scope = _scope  # noqa: SLF001

# Dozens of threads that wait for the interpreter wake up every five milliseconds to ask for it: that takes more time
# than what they have to do.
sys.setswitchinterval(0.1)
