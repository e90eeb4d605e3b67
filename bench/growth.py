"""How the ledger fares when it has grown: rates at 1, 5 and 10 million transfers, request ids of
chance, and the start after a kill. Takes half an hour."""
import subprocess
import time
import urllib.request

from book import BATCH, ONE, Book
from process import BENCH, serve
from table import median_row, ratios

ROUNDS, MILLION, SPAN = 5, 1000000, 200000


def measure():
    ordered, chance = Book(), Book()
    kept = [ordered, chance]
    try:
        at = {'1m': (grown(kept, ordered, MILLION), ()),
              '5m': (grown(kept, ordered, 5 * MILLION), ())}
        ordered.grow(10 * MILLION)
        at['10m'] = (ordered, ())
        chance.grow(5 * MILLION, '-u')
        at['random_5m'] = (chance, ('-u',))
        rates(at)
        restarts(ordered)
    finally:
        for book in kept:
            book.remove()


def grown(kept, book, rows):
    book.grow(rows)
    kept.append(book.copy())
    return kept[-1]


def rates(at):
    """Each span from a copy, so that every round begins at the same number of transfers."""
    got = {name: [] for name in at}
    cpu_us = {name: [] for name in at}
    for _ in range(ROUNDS):
        for name, (book, options) in at.items():
            copy = book.copy()
            try:
                one = copy.engine('run', '-n', SPAN, '-s', 0, *options)
                copy.verify()
            finally:
                copy.remove()
            got[name].append(one['per_second'])
            cpu_us[name].append(one['cpu_ns'] / 1000)
    for name, values in got.items():
        median_row(f'engine_{name}', values, '1/s', cpu_us=cpu_us[name])
    median_row('rows_10m_over_1m', ratios(got['10m'], got['1m']), 'ratio', '>= 0.85, aim 0.95')
    median_row('random_over_ordered_5m', ratios(got['random_5m'], got['5m']), 'ratio',
               '>= 0.4, aim 0.8')


def restarts(book):
    """Killed while it posts; the time is that from the command to the first good /readyz."""
    took = []
    for _ in range(ROUNDS):
        server = serve(book.data)
        posting = subprocess.Popen(
            [BENCH / 'load', '-c', '8', '-s', '10', '-a', str(book.accounts), '-r', '1000',
             *book.fields(), '-b', BATCH % (ONE + '}'), server.url + '/v1/transfers/batch'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(4)
        server.stop(kill=True)
        posting.kill()
        posting.wait()
        began = time.monotonic()
        server = serve(book.data)
        while not ready(server.url):
            time.sleep(0.002)
        took.append(round(time.monotonic() - began, 2))
        server.stop()
    book.verify(killed=True)
    median_row('restart_10m_seconds', took, 's', '<= 3, aim 1')


def ready(url):
    try:
        with urllib.request.urlopen(url + '/readyz', timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False
