"""A merchant's book to measure on: a data folder with one asset, two reasons and many accounts."""
import pathlib
import shutil
import subprocess
import tempfile
import time

from process import BENCH, load, run, serve, tael
from table import BUILD

ACCOUNTS = 100000
ONE = ('{"request_id":"{t}","from":"user:{a}/gold","to":"user:{b}/gold","amount":1,'
       '"reason":300002')
BATCH = '{"atomic":false,"transfers":[{[}%s{]}]}'
TOUCH = BATCH % (ONE.replace('{a}', '{n}') + '}')
SIZES = {'{t}': 36, '{a}': 10, '{b}': 10}


def single():
    """A transfer in 281 bytes, the size that a no-op is measured with."""
    size = len(ONE) + 1 + sum(n - 3 for n in SIZES.values())
    return ONE + ' ' * (281 - size) + '}'


class Book:
    def __init__(self, accounts=ACCOUNTS):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='tael-bench-', dir=BUILD))
        self.data, self.accounts = self.work / 'data', accounts
        self.made = tael('init', '--data', self.data)
        tael('asset', 'add', '--data', self.data, '--code', 'gold', '--name', 'gold', '--kind',
             'points')
        for code, giver in ((300001, 'system'), (300002, 'user')):
            tael('reason', 'add', '--data', self.data, '--code', code, '--name', 'move',
                 '--name-en', 'move', '--from', giver, '--to', 'user')
        self.transfers = 1  # the issue
        self.funded = self.engine('fund')

    def engine(self, what, *options):
        """See bench/engine.c."""
        got = run(BENCH / 'engine', what, '-a', self.accounts, *options, self.data,
                  self.made['merchant'], self.made['app'])
        self.transfers += got['transfers']
        return got

    def grow(self, rows, *options):
        """Until it holds so many transfers."""
        if self.transfers < rows:
            self.engine('run', '-b', 8000, '-s', 0, '-n', rows - self.transfers, *options)

    def copy(self):
        """Another folder with the same book, on the disk."""
        other = Book.__new__(Book)
        other.__dict__.update(self.__dict__)
        other.work = pathlib.Path(tempfile.mkdtemp(prefix='tael-bench-', dir=BUILD))
        other.data = other.work / 'data'
        shutil.copytree(self.data, other.data)
        subprocess.run(['sync'], check=True)
        return other

    def fields(self):
        return ['-m', 'POST', '-H', f'Authorization: Bearer {self.made["key"]}', '-H',
                'Content-Type: application/json']

    def over_http(self, connections, per_request=1):
        """Transfers as clients ask for them, until the server has stopped, and so flushed."""
        server = serve(self.data)
        try:
            self.touch(server)
            used = server.cpu_s()
            path = '/v1/transfers' if per_request == 1 else '/v1/transfers/batch'
            body = single() if per_request == 1 else BATCH % (ONE + '}')
            got = load(server.url + path, connections, '-a', self.accounts, '-r', per_request,
                       '-n', 1000000 // per_request, *self.fields(), '-b', body, seconds=8)
            stopping = time.monotonic()
        finally:
            used = server.stop() - used
        if got['errors']:
            raise SystemExit(f'{got["errors"]} of {got["requests"]} requests failed')
        n = got['requests'] * per_request
        self.transfers += n
        took_s = got['ms'] / 1000 + time.monotonic() - stopping
        return {**got, 'transfers': n, 'per_second': n / took_s, 'cpu_us': used * 1e6 / n}

    def touch(self, server):
        """Brings every account into the server's memory."""
        got = load(server.url + '/v1/transfers/batch', 4, '-r', 1000, '-a', self.accounts, '-n',
                   self.accounts // 1000, *self.fields(), '-b', TOUCH, seconds=0)
        if got['errors']:
            raise SystemExit('the accounts could not be touched')
        self.transfers += self.accounts

    def verify(self, killed=False):
        """A figure counts only if the books agree and hold the transfers that were answered, and
        after a kill perhaps more."""
        found = tael('verify', '--data', self.data)
        more = found['transfers'] - self.transfers
        if not found['ok'] or more < 0 or (more > 0 and not killed):
            raise SystemExit(f'void: {self.transfers} transfers were answered, verify says {found}')

    def remove(self):
        shutil.rmtree(self.work, ignore_errors=True)
