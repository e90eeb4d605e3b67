"""A whole Tael for one test: sandbox, store, server, and a shop that is told what happened.

    with World() as w:
        order = w.order(amount=8800)
        att = w.pay(order, 'alipay.qr')
        w.payer_pays(att)
        w.wait_for(lambda: w.get_order(order)['status'] == 'paid')
        w.verify()

Everything listens on loopback on free ports and lives in a temporary folder that is removed. Time
is the machine's plus an offset that a test moves (`w.step_clock`); nothing sleeps longer than a
poll.
"""
import hashlib
import hmac
import base64
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

TAEL = os.environ.get('TAEL', 'build/tael')
WATCHDOG_S = 60  # only so that a hang ends; no test depends on it


class Failed(AssertionError):
    pass


def expect(condition, text=''):
    if not condition:
        raise Failed(text or 'expectation failed')


def equal(got, want, text=''):
    if got != want:
        raise Failed(f'{text}: got {got!r}, expected {want!r}')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def platform_of(name):
    """Of a configuration's file or a method: "wechat-cert.json" and "wechat.qr" are WeChat's."""
    return name.split('.')[0].split('-')[0]


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def code(self):
        return self.json.get('code')

    def __repr__(self):
        return f'{self.status} {self.text[:300]}'


class Shop:
    """Receives webhooks. `reply(request)` decides the status; every request is kept."""

    def __init__(self):
        self.got = []
        self.reply = lambda request: 200
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get('Content-Length', '0')))
                request = {'path': self.path, 'headers': dict(self.headers), 'body': body}
                shop.got.append(request)
                status = shop.reply(request)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self, kind=None):
        all_events = [json.loads(r['body']) for r in list(self.got)
                      if not r['path'].startswith('/notify/')]
        return [e for e in all_events if kind is None or e['type'] == kind]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def signed_right(request, secret):
    """Standard Webhooks, computed here from its description."""
    h = {k.lower(): v for k, v in request['headers'].items()}
    key = base64.b64decode(secret.removeprefix('whsec_'))
    text = f"{h['webhook-id']}.{h['webhook-timestamp']}.".encode() + request['body']
    want = 'v1,' + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return want in h['webhook-signature'].split(' ')


class World:
    keys = {}  # of the sandbox: what each file of them holds

    def __init__(self, channel_config='alipay.json', public=True, notice_scale=1, serve_env=None,
                 start=True, hold_notices=False, one_clock=False,
                 tls=False):
        """channel_config: a file of the sandbox, or several: the account of the first is called
        main, others by their channel. one_clock: the sandbox's time moves with the server's, for
        platforms that refuse what was signed five minutes ago. hold_notices: channels reach the
        shop instead of the server; the test hands notices on with `w.notices()` and
        `w.hand_on(notice)`. tls: the sandbox by https, asking for clients' certificates where
        its platform does."""
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix='tael-e2e-'))
        self.data = self.dir / 'data'
        self.clock = self.dir / 'clock'
        self.clock.write_bytes(struct.pack('<q', 0))
        self.public, self.notice_scale = public, notice_scale
        self.hold_notices, self.one_clock, self.tls = hold_notices, one_clock, tls
        self.processes = []
        self.serve_env = serve_env or {}
        self.server = None
        self.numbers = 0
        self.shop = Shop()
        try:
            self._begin(channel_config, start)
        except BaseException:
            self.close()
            raise

    def _begin(self, channel_config, start):
        self.sandbox_url = self._start_sandbox()
        made = self.tael_json('init', '--data', self.data, '--json')
        self.merchant, self.app, self.key = made['merchant'], made['app'], made['key']
        configs = [channel_config] if isinstance(channel_config, str) else channel_config or []
        for config in configs:
            added = self.add_channel('main' if config == configs[0] else platform_of(config),
                                     config)
            if config == configs[0]:
                self.channel = added
        self.port = free_port()
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if exc[0] is not None:
            log = self.dir / 'serve.log'
            if log.exists():
                for line in log.read_text(errors='replace').splitlines()[-25:]:
                    print('#   ' + line)
        self.close()

    # --- processes ---

    def spawn(self, log, *args, env=None):
        out = open(self.dir / log, 'ab')
        p = subprocess.Popen([TAEL, *map(str, args)], stdout=subprocess.PIPE, stderr=out,
                             env={**os.environ, **(env or {})}, text=True)
        out.close()
        self.processes.append(p)
        return p

    def _listening(self, p, log):
        line = p.stdout.readline()
        if not line:
            raise Failed(f'{log} did not start: ' + (self.dir / log).read_text()[-2000:])
        return json.loads(line)['listening']

    def _start_sandbox(self):
        # Making keys is most of a start: the first world's serve all of this program's.
        for name, keys in World.keys.items():
            (self.dir / name).write_bytes(keys)
            (self.dir / name).chmod(0o600)
        more = ['--test-clock', self.clock] if self.one_clock else []
        more += ['--tls'] if self.tls else []
        p = self.spawn('sandbox.log', 'sandbox', '--listen', '127.0.0.1:0', '--out', self.dir,
                       '--json', '--notice-scale', self.notice_scale, *more)
        url = self._listening(p, 'sandbox.log')
        World.keys = {file.name: file.read_bytes() for file in self.dir.glob('*-keys.json')}
        return url

    def start(self, stop_at=None):
        """With a kill point the server may be dead before it answers: False."""
        env = {'TAEL_STOP_AT': stop_at} if stop_at else {}
        url = f'http://127.0.0.1:{self.port}'
        args = ['serve', '--data', self.data, '--listen', f'127.0.0.1:{self.port}',
                '--allow-private-webhooks', '--test-clock', self.clock, '--json']
        if self.public:
            args += ['--public-url', self.shop.url if self.hold_notices else url]
        self.server = self.spawn('serve.log', *args, env={**self.serve_env, **env})
        try:
            self.url = self._listening(self.server, 'serve.log')
        except Failed:
            if not stop_at:
                raise
            return False
        return True

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(WATCHDOG_S)

    def kill(self):
        self.server.kill()
        self.server.wait(WATCHDOG_S)

    def died_or_kill(self):
        """True if a kill point was met. A dying server's connections break before it can be waited
        for, so it gets a moment to be found dead."""
        try:
            self.server.wait(1)
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def killed_at(self, point, act):
        """Restarts with the kill point, acts, restarts; tells whether the point was met."""
        self.stop()
        died = True
        if self.start(stop_at=point):
            try:
                act()
            except (OSError, ValueError, Failed, http.client.HTTPException):
                pass
            died = self.died_or_kill()
        self.start()
        return died

    def wait_dead(self):
        return self.server.wait(WATCHDOG_S)

    def close(self):
        for p in self.processes:
            if p.poll() is None:
                p.kill()
            p.wait()
            p.stdout.close()
        self.shop.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def tael(self, *args, stdin=None, ok=True):
        r = subprocess.run([TAEL, *map(str, args)], capture_output=True, text=True, input=stdin,
                           timeout=WATCHDOG_S)
        if ok and r.returncode != 0:
            raise Failed(f'tael {" ".join(map(str, args))}: {r.returncode} {r.stderr[-800:]}')
        return r

    def tael_json(self, *args):
        return json.loads(self.tael(*args).stdout)

    def add_channel(self, name, config, merchant=None):
        return self.tael_json('channel', 'add', '--data', self.data, '--merchant',
                              merchant or self.merchant, '--channel', platform_of(config),
                              '--name', name, '--config', self.dir / config, '--json')

    def verify(self):
        r = self.tael('verify', '--data', self.data, ok=False)
        if r.returncode != 0:
            raise Failed(f'the books do not agree: {r.returncode}\n'
                         f'{r.stdout[-1500:]}{r.stderr[-500:]}')

    # --- HTTP ---

    def raw(self, method, path, body=b'', headers=None, base=None):
        url = urllib.parse.urlsplit(base or self.url)
        if url.scheme == 'https':
            trust = ssl.create_default_context(cafile=self.dir / 'ca.pem')
            c = http.client.HTTPSConnection(url.hostname, url.port, timeout=WATCHDOG_S,
                                            context=trust)
        else:
            c = http.client.HTTPConnection(url.hostname, url.port, timeout=WATCHDOG_S)
        try:
            c.request(method, path, body=body, headers=headers or {})
            r = c.getresponse()
            return Answer(r.status, {k.lower(): v for k, v in r.getheaders()},
                          r.read().decode('utf-8', 'replace'))
        finally:
            c.close()

    def call(self, method, path, body=None, key=None, **headers):
        h = {'Authorization': f'Bearer {key or self.key}'}
        data = b''
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            h['Content-Type'] = 'application/json'
        h.update({k.replace('_', '-'): v for k, v in headers.items()})
        return self.raw(method, path, data, h)

    def post(self, path, body=None, **kw):
        return self.call('POST', path, {} if body is None else body, **kw)

    def act(self, path, **kw):
        """A POST without a body."""
        return self.call('POST', path, None, **kw)

    def get(self, path, **kw):
        return self.call('GET', path, **kw)

    def good(self, answer, *statuses):
        if answer.status not in (statuses or (200, 201)):
            raise Failed(f'unexpected answer {answer!r}')
        return answer.json

    # --- the shop's side ---

    def number(self, prefix='T'):
        self.numbers += 1
        return f'{prefix}-{self.numbers}'

    def gold(self, user, amount):
        """An asset `gold`, 100 units worth 100 fen, and some of it for a user."""
        a = self.post('/v1/assets', {'code': 'gold', 'name': '金币', 'kind': 'points', 'scale': 0,
                                     'pay': {'units': 1, 'fen': 1, 'max_percent': 50}})
        expect(a.status == 201 or a.code == 'already_exists', repr(a))
        self.good(self.post('/v1/reasons', {'code': 300002, 'name': '红包', 'name_en': 'gift',
                                            'from': 'system', 'to': 'user'}), 201, 409)
        self.good(self.post('/v1/assets/gold/issue', {'request_id': self.number('i'),
                                                      'amount': amount}))
        self.good(self.post('/v1/transfers', {'request_id': self.number('g'),
                                              'from': 'system/gold', 'to': f'user:{user}/gold',
                                              'amount': amount, 'reason': 300002}))

    def order(self, amount=8800, **more):
        body = {'out_order_no': self.number(), 'amount': amount, 'subject': '茶 & tea'}
        body.update(more)
        return self.good(self.post('/v1/orders', body))

    def get_order(self, order):
        return self.good(self.get(f"/v1/orders/{order['id']}"))

    def pay_answer(self, order, method='alipay.qr', **more):
        return self.post(f"/v1/orders/{order['id']}/pay", {'method': method, **more})

    def pay(self, order, method='alipay.qr', **more):
        return self.good(self.pay_answer(order, method, **more))

    def refund_answer(self, order, amount, number=None, **more):
        return self.post(f"/v1/orders/{order['id']}/refunds",
                         {'out_refund_no': number or self.number('R'), 'amount': amount, **more})

    def refund(self, order, amount, number=None, **more):
        return self.good(self.refund_answer(order, amount, number, **more))

    def get_refund(self, refund):
        return self.good(self.get(f"/v1/refunds/{refund['id']}"))

    def account(self, address):
        return self.good(self.get(f'/v1/accounts/{address}'))

    def balance(self, address):
        return self.account(address)['balance']

    def hook(self, events=None, url=None):
        return self.good(self.post('/v1/webhook_endpoints',
                                   {'url': url or self.shop.url + '/hook',
                                    'events': events or ['*']}))

    # --- the payer's and the platform's side ---

    def sandbox(self, path, body):
        a = self.raw('POST', path, json.dumps(body).encode(),
                     {'Content-Type': 'application/json'}, base=self.sandbox_url)
        return self.good(a, 200, 201)

    def open_page(self, attempt):
        """What the payer's browser does with a redirect: the trade exists from then on."""
        url = urllib.parse.urlsplit(attempt['action']['redirect'])
        return self.raw('GET', f'{url.path}?{url.query}', base=f'{url.scheme}://{url.netloc}')

    def payer_pays(self, attempt):
        if (attempt['action'] or {}).get('type') == 'redirect':
            self.open_page(attempt)
        return self.sandbox('/sandbox/pay', {'channel': platform_of(attempt['method']),
                                             'out_trade_no': attempt['number']})

    def fault(self, operation, kind, times=1, channel='alipay', **more):
        return self.sandbox('/sandbox/faults', {'channel': channel, 'operation': operation,
                                                'kind': kind, 'times': times, **more})

    def trades(self):
        return self.raw('GET', '/sandbox/trades', base=self.sandbox_url).json

    def notices(self):
        """What channels sent to /notify, when the shop stands in the server's place."""
        return [r for r in list(self.shop.got) if r['path'].startswith('/notify/')]

    def hand_on(self, notice, path=None, body=None):
        return self.raw('POST', path or notice['path'], notice['body'] if body is None else body,
                        {'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8'})

    def attempt_of(self, order):
        return self.wait_for(lambda: self.get_order(order)['attempt'], 'an attempt')

    def calls(self, operation, channel):
        """What the call log has of an operation: the calls themselves, oldest first."""
        log = self.data / 'calls.log'
        lines = log.read_text(encoding='utf-8').splitlines() if log.exists() else []
        return [c for c in map(json.loads, lines)
                if c['operation'] == operation and c['kind'] == channel]

    # --- time ---

    def step_clock(self, seconds):
        """Server time moves on by so much at once; the sandbox's does not."""
        now = struct.unpack('<q', self.clock.read_bytes())[0]
        with open(self.clock, 'r+b') as f:
            f.write(struct.pack('<q', now + int(seconds * 1000)))

    def wait_for(self, condition, text='', seconds=WATCHDOG_S):
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise Failed(f'waited in vain for {text or condition}')
            time.sleep(0.02)

    def wait_paid(self, order):
        return self.wait_for(lambda: (lambda o: o if o['status'] == 'paid' else None)(
            self.get_order(order)), 'the order to be paid')


def points(most):
    """Before and after each of the first commits."""
    return [f'{step}:{n}' for n in range(1, most + 1) for step in ('commit.before', 'commit.after')]


def parallel(n, work):
    """[work(0), …, work(n-1)], all at once."""
    results, threads = [None] * n, []
    for i in range(n):
        def one(i=i):
            try:
                results[i] = work(i)
            except Exception as e:  # the caller looks at it
                results[i] = e
        threads.append(threading.Thread(target=one))
    for t in threads:
        t.start()
    for t in threads:
        t.join(WATCHDOG_S)
    return results


def run(tests):
    """TAP: `run([test, ...])` at the end of a file; `file.py NAME` runs one."""
    chosen = [t for t in tests if len(sys.argv) < 2 or t.__name__ in sys.argv[1:]]
    print(f'1..{len(chosen)}', flush=True)
    for i, test in enumerate(chosen, 1):
        try:
            test()
            print(f'ok {i} - {test.__name__}', flush=True)
        except Exception as e:
            for line in (str(e) or repr(e)).splitlines() + \
                    [f'{f.filename}:{f.lineno} {f.line}'
                     for f in traceback.extract_tb(e.__traceback__)]:
                print('# ' + line)
            print(f'not ok {i} - {test.__name__}', flush=True)
