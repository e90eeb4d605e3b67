"""Good books with everything in them: transfers, orders by points and Alipay, refunds, a top-up,
money that came twice, an open case, a hold.  Made by `tael serve` and `tael sandbox`.
"""
import json
import os
import pathlib
import signal
import struct
import subprocess
import time
import urllib.error
import urllib.request

TAEL = os.environ['TAEL']
PATIENCE = 60  # seconds for what the server does by itself; it takes much less


def tael(*arguments):
    """Runs a command; returns (exit code, output, errors)."""
    done = subprocess.run([TAEL, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def answer(*arguments):
    code, out, err = tael(*arguments, '--json')
    assert code == 0, f'tael {" ".join(arguments)}: {err}'
    return json.loads(out)


class Process:
    """A server of ours, until the end of the block."""

    def __init__(self, log, *arguments, environment=None):
        self.log = log
        self.arguments = arguments
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([TAEL, *self.arguments, '--json'], text=True,
                                            stdout=subprocess.PIPE, stderr=log,
                                            env=self.environment)
        line = self.process.stdout.readline()
        assert line, pathlib.Path(self.log).read_text(encoding='utf-8')
        self.url = json.loads(line)['listening']
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def call(self, method, path, body=None, key=''):
        """Returns (status, JSON)."""
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Authorization': f'Bearer {key}', 'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b'null')


class Shop:
    """A data folder with a test merchant whose Alipay is the sandbox; a server works on it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = str(self.folder / 'data')
        self.clock = str(self.folder / 'clock')
        made = answer('init', '--data', self.data)
        self.key, self.merchant, self.app = made['key'], made['merchant'], made['app']

    def sandbox(self):
        return Process(self.folder / 'sandbox.log', 'sandbox', '--listen', '127.0.0.1:0',
                       '--out', str(self.folder / 'sandbox'))

    def add_alipay(self):
        return answer('channel', 'add', '--data', self.data, '--channel', 'alipay', '--name',
                      'main', '--config', str(self.folder / 'sandbox' / 'alipay.json'))

    def server(self, *options, **more):
        return Process(self.folder / 'server.log', 'serve', '--data', self.data, '--listen',
                       '127.0.0.1:0', '--test-clock', self.clock, *options, **more)

    def later(self, seconds):
        """Moves the server's clock forward."""
        path = pathlib.Path(self.clock)
        (offset,) = struct.unpack('<q', path.read_bytes())
        with open(path, 'r+b') as clock:
            clock.write(struct.pack('<q', offset + seconds * 1000))


class Till:
    """The shop's calls."""

    def __init__(self, shop, server, sandbox):
        self.shop, self.server, self.sandbox = shop, server, sandbox

    def get(self, path):
        status, body = self.server.call('GET', path, key=self.shop.key)
        assert status == 200, (path, status, body)
        return body

    def post(self, path, body=None, want=(200, 201)):
        status, reply = self.server.call('POST', path, body or {}, key=self.shop.key)
        assert status in want, (path, status, reply)
        return reply

    def payer(self, action, number):
        """The payer's side: pay, scan, …"""
        status, reply = self.sandbox.call('POST', f'/sandbox/{action}',
                                          {'channel': 'alipay', 'out_trade_no': number})
        assert status == 200, (action, status, reply)

    def order(self, number, amount, **more):
        return self.post('/v1/orders', {'out_order_no': number, 'amount': amount,
                                        'subject': 'tea', 'user': '7', **more})['id']

    def pay(self, order, method='alipay.qr', gold=0):
        wallets = [{'asset': 'gold', 'amount': gold}] if gold else []
        return self.post(f'/v1/orders/{order}/pay', {'method': method, 'wallets': wallets})

    def sync(self, order):
        return self.post(f'/v1/orders/{order}/sync')

    @staticmethod
    def until(true):
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end
            time.sleep(0.02)

    def paid_twice(self, number, amount):
        """Two attempts, both paid; the second one's money waits in suspense."""
        order = self.order(number, amount)
        first, second = self.pay(order), None
        second = self.pay(order, gold=100)
        assert first['id'] != second['id']
        self.payer('pay', second['number'])
        assert self.sync(order)['status'] == 'paid'
        self.payer('pay', first['number'])
        self.shop.later(8000)
        self.until(lambda: 'twice' in self.get(f'/v1/orders/{order}')['flags'])
        return first['number']

    def given_back(self, number):
        """Waits until the platform has refunded a trade."""
        def is_refunded():
            _, shown = self.sandbox.call('GET', '/sandbox/trades')
            return any(trade['out_trade_no'] == number and trade['refunds']
                       for trade in shown['trades'])
        self.until(is_refunded)


def keep(till):
    """A day's business."""
    till.post('/v1/assets', {'code': 'gold', 'name': '金币', 'kind': 'points', 'scale': 0,
                             'pay': {'units': 100, 'fen': 1, 'max_percent': 50}})
    till.post('/v1/assets/gold/issue', {'request_id': 'issue-1', 'amount': 1000000})
    till.post('/v1/reasons', {'code': 300002, 'name': '红包', 'name_en': 'red packet',
                              'from': 'system', 'to': 'user'})
    for n in range(1, 6):
        till.post('/v1/transfers', {'request_id': f'gift-{n}', 'from': 'system/gold',
                                    'to': f'user:{n + 5}/gold', 'amount': 50000 + n,
                                    'reason': 300002, 'memo': 'thanks', 'ref': 'spring'})

    mixed = till.order('mixed', 1000)
    attempt = till.pay(mixed, gold=20000)
    till.payer('pay', attempt['number'])
    assert till.sync(mixed)['status'] == 'paid'
    till.post(f'/v1/orders/{mixed}/refunds', {'out_refund_no': 'mixed-1', 'amount': 300})

    points = till.order('points', 100)
    wallet = [{'asset': 'gold', 'amount': 5000}]
    status, _ = till.server.call('POST', f'/v1/orders/{points}/pay',
                                 {'method': 'wallet', 'wallets': wallet}, key=till.shop.key)
    assert status == 400  # gold pays half of an order at most

    topup = till.order('topup', 2000, action={'name': 'wallet.topup', 'args': {}})
    attempt = till.pay(topup)
    till.payer('pay', attempt['number'])
    assert till.sync(topup)['status'] == 'paid'
    till.post(f'/v1/orders/{topup}/refunds', {'out_refund_no': 'topup-1', 'amount': 500})

    from_wallet = till.order('from-wallet', 600)
    till.post(f'/v1/orders/{from_wallet}/pay', {
        'method': 'wallet', 'wallets': [{'asset': 'cny', 'amount': 300},
                                        {'asset': 'gold', 'amount': 30000}]})
    till.post(f'/v1/orders/{from_wallet}/refunds', {'out_refund_no': 'wallet-1', 'amount': 200})

    till.given_back(till.paid_twice('twice', 700))
    till.sandbox.call('POST', '/sandbox/faults', {'channel': 'alipay', 'operation': 'refund',
                                                  'kind': 'error', 'times': 1000})
    till.paid_twice('twice-open', 800)
    waiting = till.order('waiting', 900)
    till.pay(waiting, gold=1000)


def make(folder):
    """Writes the books into folder/data and stops the servers."""
    shop = Shop(folder)
    with shop.sandbox() as sandbox:
        shop.add_alipay()
        with shop.server() as server:
            keep(Till(shop, server, sandbox))
    return shop
