"""Transfers, in process and over HTTP, beside what SQLite and the server's loop do without them."""
import concurrent.futures
import statistics

from book import Book, single
from process import BENCH, Process, load, run
from table import BUILD, median_row, ratios, row

ROUNDS, NOOP_GOOD = 5, 0.6
BOOKS = 2  # are verified at the same time, by a processor each


class Rounds:
    """Values by name, one a round."""

    def __init__(self):
        self.rate, self.cpu_us, self.bytes = {}, {}, {}

    def add(self, name, got):
        self.rate.setdefault(name, []).append(got['per_second'])
        if 'cpu_ns' in got:
            self.cpu_us.setdefault(name, []).append(got['cpu_ns'] / 1000)
        if 'cpu_us' in got:
            self.cpu_us.setdefault(name, []).append(got['cpu_us'])
        if 'bytes_each' in got:
            self.bytes.setdefault(name, []).append(got['bytes_each'])

    def show(self, *names):
        for name in names:
            median_row(name, self.rate[name], '1/s', cpu_us=self.cpu_us.get(name))

    def over(self, name, above, below, goal, note=''):
        median_row(name, ratios(self.rate[above], self.rate[below]), 'ratio', goal, note)

    def over_noop(self, connections, goal):
        """It counts only if the no-op itself is a good one: not far below a bare server's."""
        noop, epoll = f'noop_{connections}', f'epoll_{connections}'
        good = statistics.median(ratios(self.rate[noop], self.rate[epoll])) >= NOOP_GOOD
        self.over(f'{noop}_over_epoll', noop, epoll, f'>= {NOOP_GOOD}')
        self.over(f'http_{connections}_over_noop', f'http_{connections}', noop, goal,
                  '' if good else 'DOES NOT COUNT: the no-op is too slow')


def measure():
    r = Rounds()
    noop, bare, books = Process(BENCH / 'noop_net'), Process(BENCH / 'raw', 'http'), []
    try:
        for left in reversed(range(ROUNDS)):
            books.append(Book())
            one_round(r, books[-1], noop, bare)
            if len(books) == BOOKS or left == 0:
                verify(books)
    finally:
        noop.stop()
        bare.stop()
        for book in books:
            book.remove()
    show(r)


def one_round(r, book, noop, bare):
    r.add('bulk', run(BENCH / 'reference', BUILD))
    r.add('engine_8000', book.engine('run', '-b', 8000))
    r.add('engine_100', book.engine('run', '-b', 100))
    r.add('engine_uniform', book.engine('run'))
    r.add('engine_hot', book.engine('run', '-h'))
    for c in (64, 256):
        cpu = noop.cpu_s()
        got = load(noop.url + '/', c, '-b', single(), seconds=2)
        got['cpu_us'] = (noop.cpu_s() - cpu) * 1e6 / got['requests']
        r.add(f'noop_{c}', got)
        r.add(f'epoll_{c}', load(bare.url + '/', c, '-b', single()))
        r.add(f'http_{c}', book.over_http(c))
    r.add('bulk_again', run(BENCH / 'reference', BUILD))
    r.add('batch_1000', book.over_http(8, 1000))


def verify(books):
    """Between two rounds, and at the end; what was verified goes."""
    with concurrent.futures.ThreadPoolExecutor(len(books)) as pool:
        list(pool.map(Book.verify, books))
    while books:
        books.pop().remove()


def show(r):
    r.show('bulk', 'engine_8000', 'engine_100', 'engine_uniform', 'engine_hot', 'batch_1000',
           'noop_64', 'noop_256', 'http_64', 'http_256')
    r.over_noop(256, '>= 0.25, aim 0.45')
    r.over_noop(64, '>= 0.15, aim 0.35')
    r.over('batch_1000_over_bulk', 'batch_1000', 'bulk_again', '>= 0.15, aim 0.30')
    r.over('engine_8000_over_bulk', 'engine_8000', 'bulk', '>= 0.30, aim 0.45')
    r.over('engine_100_over_bulk', 'engine_100', 'bulk', '>= 0.10, aim 0.17')
    r.over('hot_over_uniform', 'engine_hot', 'engine_uniform', '>= 0.9, aim 1.0')
    median_row('bytes_per_transfer_100', r.bytes['engine_100'], 'bytes', '<= 1536, aim 700')
    sync = run(BENCH / 'raw', 'sync', BUILD)
    row('sync', sync['p50_us'], 'us', '', f'p99 {sync["p99_us"]}; 8 KiB of a file overwritten')


def memory():
    """Of a process that has posted to a million accounts."""
    book = Book(1000000)
    try:
        row('rss_1m_accounts_mib', book.funded['anonymous_mib'], 'MiB', '<= 300, aim 200')
        book.verify()
    finally:
        book.remove()
