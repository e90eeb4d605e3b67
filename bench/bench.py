"""make bench: what Tael does in a second and what it costs, each number beside its reference of the
same run; writes build/bench.json: [{"name","value","unit","goal"}].

usage: bench.py [PAYMENTS]      (after `make`)
"""
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

TOP = pathlib.Path(__file__).resolve().parent.parent / 'build'
BUILD = TOP / 'release'
TAEL = BUILD / 'src/cli/tael'
PAYMENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
ROUNDS = 5
BODY = '{' + '"memo":"' + 'x' * (281 - 11) + '"}'
rows = []


def row(name, value, unit, goal='', note=''):
    rows.append({'name': name, 'value': value, 'unit': unit, 'goal': goal})
    print(f'  {name:<34} {value:>12} {unit:<12} {goal:<14} {note}', flush=True)


def spread(values):
    return f'{min(values)}..{max(values)} in {len(values)} rounds'


class Process:
    def __init__(self, *args, env=None, log=None):
        self.p = subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE, text=True,
                                  stdin=subprocess.PIPE,
                                  stderr=log or subprocess.DEVNULL, env=env)
        line = self.p.stdout.readline()
        self.url = json.loads(line)['listening'] if line.startswith('{') else line.split()[-1]

    def cpu_s(self):
        fields = pathlib.Path(f'/proc/{self.p.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def anonymous_mib(self):
        for line in pathlib.Path(f'/proc/{self.p.pid}/status').read_text().splitlines():
            if line.startswith('RssAnon:'):
                return int(line.split()[1]) // 1024
        return 0

    def stop(self):
        self.p.terminate()
        self.p.wait(60)


def load(url, connections, *more, seconds=1):
    out = subprocess.run([BUILD / 'bench/load', '-c', str(connections), '-s', str(seconds), *more,
                          url], capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def noop():
    """No-op POSTs beside a bare epoll server, and one number of connections beside another."""
    ours = Process(BUILD / 'bench/noop_net')
    bare = Process(BUILD / 'bench/raw', 'http')
    try:
        for c in (64, 256):
            a, b = [], []
            for _ in range(ROUNDS):
                a.append(load(ours.url + '/', c, '-b', BODY)['per_second'])
                b.append(load(bare.url + '/', c, '-b', BODY)['per_second'])
            row(f'noop_{c}', round(statistics.median(a)), '1/s', '', spread(a))
            row(f'noop_{c}_over_epoll', round(statistics.median(a) / statistics.median(b), 2),
                'ratio', '>= 0.6')
        by_count = {c: [] for c in (127, 128, 256, 384)}
        for _ in range(ROUNDS):
            for c, values in by_count.items():
                values.append(load(ours.url + '/', c, '-b', BODY)['per_second'])
        for c, values in by_count.items():
            row(f'noop_{c}_over_127', round(statistics.median(values) /
                                            statistics.median(by_count[127]), 2), 'ratio', '>= 0.8')
    finally:
        ours.stop()
        bare.stop()


def tael(*args):
    out = subprocess.run([TAEL, *map(str, args)], capture_output=True, text=True,
                         check=True)
    return json.loads(out.stdout) if '--json' in args else out.stdout


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def orders(server, key):
    fields = ['-m', 'POST', '-H', f'Authorization: Bearer {key}', '-H',
              'Content-Type: application/json']
    for c in (64, 256):
        got = []
        for i in range(ROUNDS):
            first = str(1 + i * 10000000 + c * 100000000)
            got.append(load(server.url + '/v1/orders', c, *fields, '-i', first, '-b',
                            '{"out_order_no":"o-{n}","amount":100,"subject":"tea"}'))
        values = [g['per_second'] for g in got]
        row(f'orders_{c}', round(statistics.median(values)), '1/s', '', spread(values))
        row(f'orders_{c}_p50', round(statistics.median(g['p50_us'] for g in got)), 'us')
        row(f'orders_{c}_p99', round(statistics.median(g['p99_us'] for g in got)), 'us')
        if any(g['errors'] for g in got):
            raise SystemExit('orders were refused')


def payments(server, sandbox, key):
    """In ten parts: the memory must not grow, and each part is a measurement."""
    rsa = json.loads(subprocess.run([BUILD / 'bench/rsa'], capture_output=True, text=True,
                                    check=True).stdout)
    # One signature (precreate) and two checks (its answer, the notice).
    rsa_us = rsa['sign_us'] + 2 * rsa['verify_us']
    parts, per_second, cpu_us, memory, p50, p99 = 10, [], [], [], [], []
    for _ in range(parts):
        cpu = server.cpu_s()
        out = subprocess.run([BUILD / 'bench/payments', '-n', str(PAYMENTS // parts), '-t', '16',
                              server.url, key, sandbox.url], capture_output=True, text=True)
        if out.returncode != 0:
            raise SystemExit('payments: ' + out.stderr[-500:])
        got = json.loads(out.stdout)
        per_second.append(got['per_second'])
        p50.append(got['p50_us'])
        p99.append(got['p99_us'])
        cpu_us.append(round((server.cpu_s() - cpu) * 1e6 / got['payments']))
        memory.append(server.anonymous_mib())
    row('payments', round(statistics.median(per_second)), '1/s', '', spread(per_second))
    row('payment_p50', round(statistics.median(p50)), 'us', '', 'order to webhook')
    row('payment_p99', round(statistics.median(p99)), 'us')
    row('payment_cpu', round(statistics.median(cpu_us)), 'us', '', spread(cpu_us))
    row('payment_rsa', rsa_us, 'us', '',
        f"sign {rsa['sign_us']}, verify {rsa['verify_us']}, contexts kept")
    row('payment_cpu_over_rsa', round(statistics.median(cpu_us) / rsa_us, 2), 'ratio', '<= 2')
    row('memory_after_payments', memory[-1], 'MiB', '< 100',
        f'{PAYMENTS} payments; by tenths: {memory}')
    row('memory_growth_second_half', memory[-1] - memory[parts // 2 - 1], 'MiB', 'not growing')


def shop():
    work = pathlib.Path(tempfile.mkdtemp(prefix='tael-bench-', dir=TOP))
    data, sandbox, server = work / 'data', None, None
    try:
        sandbox = Process(TAEL, 'sandbox', '--listen', '127.0.0.1:0', '--out', work,
                          '--json')
        made = tael('init', '--data', data, '--json')
        tael('channel', 'add', '--data', data, '--merchant', made['merchant'], '--channel',
             'alipay', '--name', 'main', '--config', work / 'alipay.json')
        port = free_port()
        server = Process(TAEL, 'serve', '--data', data, '--listen', f'127.0.0.1:{port}',
                         '--public-url', f'http://127.0.0.1:{port}', '--allow-private-webhooks',
                         '--json', env={**os.environ, 'TAEL_LOG_LEVEL': 'error',
                                        'TAEL_RATE_PER_SECOND': '1000000'})
        orders(server, made['key'])
        payments(server, sandbox, made['key'])
        server.stop()
        server = None
        print(tael('verify', '--data', data).strip())
    finally:
        for p in (server, sandbox):
            if p:
                p.stop()
        shutil.rmtree(work, ignore_errors=True)


def main():
    began = time.monotonic()
    print(f'  {"name":<34} {"value":>12} {"unit":<12} {"goal":<14} rounds', flush=True)
    noop()
    shop()
    (TOP / 'bench.json').write_text(json.dumps(rows, indent=1) + '\n')
    print(f'  written to build/bench.json after {round(time.monotonic() - began)} s')


main()
