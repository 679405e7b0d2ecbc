"""Clock, queries, rows and write-ahead log of one stretch of work in an Odoo process."""

import contextlib
import time

import psycopg2

from .engine import TABLES


class Meter:
    """``with Meter(cr) as meter: work()`` commits at the end and leaves seconds, queries, rows and wal.

    Rows and WAL are read through a connection of its own. From PostgreSQL 18 on the WAL is that of the measured
    connection alone; on older servers it is the whole server's, which should then be quiet.
    """

    def __init__(self, cr):
        self.cr = cr
        self.observer = psycopg2.connect(dbname=cr.dbname)
        self.observer.autocommit = True
        cr.execute("SELECT pg_backend_pid()")
        (self.pid,) = cr.fetchone()

    def __enter__(self):
        self.cr.commit()
        self._flush_statistics()
        self._rows, self._wal = self._tables(), self._log_position()
        self._queries, self._start = self.cr.sql_log_count, time.perf_counter()
        return self

    def __exit__(self, error_type, error, _traceback):
        if error_type is None:
            self.cr.commit()
            self.seconds = time.perf_counter() - self._start
            self.queries = self.cr.sql_log_count - self._queries
            self._flush_statistics()
            now = self._tables()
            self.changed = {
                name: now[name] - self._rows.get(name, 0) for name in now if now[name] > self._rows.get(name, 0)
            }
            self.wal = self._log_position() - self._wal
        self.observer.close()

    @property
    def rows(self):
        """Rows written in the tables of figures; what the jobs note about themselves apart."""
        return sum(self.changed.get(name, 0) for name in TABLES)

    def _flush_statistics(self):
        # A connection tells its statistics at most once a second by itself.
        self.cr.execute("SELECT pg_stat_force_next_flush()")
        self.cr.commit()

    def _tables(self):
        query = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE schemaname = 'public'"
        return dict(self._observe(query))

    def _log_position(self):
        if self.observer.server_version >= 180000:
            return int(self._observe("SELECT wal_bytes FROM pg_stat_get_backend_wal(%s)", [self.pid])[0][0])
        return int(self._observe("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")[0][0])

    def _observe(self, query, parameters=()):
        with contextlib.closing(self.observer.cursor()) as cr:
            cr.execute(query, parameters or None)
            return cr.fetchall()


def memory(name="VmHWM"):
    """Return the largest memory of this process since ``forget_peak``, in MB; ``VmRSS`` gives the present one."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(f"{name}:"))


def forget_peak():
    """Let the largest memory begin anew from the present one."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as handle:
        handle.write("5")
