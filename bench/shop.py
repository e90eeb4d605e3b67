"""What a shop does: orders, and whole payments from the order to the webhook."""
import pathlib
import shutil
import statistics
import tempfile

from process import BENCH, TAEL, Process, load, run, serve, tael
from table import BUILD, median_row, row

ROUNDS, PARTS = 5, 10


def measure(payments_n):
    work = pathlib.Path(tempfile.mkdtemp(prefix='tael-bench-', dir=BUILD))
    data, sandbox, server = work / 'data', None, None
    try:
        sandbox = Process(TAEL, 'sandbox', '--listen', '127.0.0.1:0', '--out', work, '--json')
        made = tael('init', '--data', data)
        for channel in ('alipay', 'wechat', 'qq'):
            tael('channel', 'add', '--data', data, '--merchant', made['merchant'], '--channel',
                 channel, '--name', channel, '--config', work / f'{channel}.json')
        server = serve(data, '--allow-private-webhooks')
        orders(server, made['key'])
        payments(server, sandbox, made['key'], payments_n)
        channels(server, sandbox, made['key'], payments_n // (2 * PARTS))
        server.stop()
        server = None
        if not tael('verify', '--data', data)['ok']:
            raise SystemExit('void: the books of the payments do not agree')
    finally:
        for p in (server, sandbox):
            if p:
                p.stop()
        shutil.rmtree(work, ignore_errors=True)


def orders(server, key):
    fields = ['-m', 'POST', '-H', f'Authorization: Bearer {key}', '-H',
              'Content-Type: application/json']
    for c in (64, 256):
        got = []
        for i in range(ROUNDS):
            first = str(1 + i * 10000000 + c * 100000000)
            got.append(load(server.url + '/v1/orders', c, *fields, '-i', first, '-b',
                            '{"out_order_no":"o-{n}","amount":100,"subject":"tea"}'))
        median_row(f'orders_{c}', [g['per_second'] for g in got], '1/s')
        median_row(f'orders_{c}_p50', [g['p50_us'] for g in got], 'us')
        median_row(f'orders_{c}_p99', [g['p99_us'] for g in got], 'us')
        if any(g['errors'] for g in got):
            raise SystemExit('orders were refused')


def payments(server, sandbox, key, payments_n):
    """In ten parts: the memory must not grow, and each part is a measurement."""
    rsa = run(BENCH / 'rsa')
    # One signature (precreate) and two checks (its answer, the notice).
    rsa_us = rsa['sign_us'] + 2 * rsa['verify_us']
    per_second, cpu_us, memory, p50, p99 = [], [], [], [], []
    for _ in range(PARTS):
        cpu = server.cpu_s()
        got = run(BENCH / 'payments', '-n', payments_n // PARTS, '-t', 16, server.url, key,
                  sandbox.url)
        per_second.append(got['per_second'])
        p50.append(got['p50_us'])
        p99.append(got['p99_us'])
        cpu_us.append(round((server.cpu_s() - cpu) * 1e6 / got['payments']))
        memory.append(server.anonymous_mib())
    median_row('payments', per_second, '1/s', cpu_us=cpu_us)
    median_row('payment_p50', p50, 'us', '', 'order to webhook')
    median_row('payment_p99', p99, 'us')
    median_row('payment_cpu', cpu_us, 'us')
    row('payment_rsa', rsa_us, 'us', '',
        f"sign {rsa['sign_us']}, verify {rsa['verify_us']}, contexts kept")
    row('payment_cpu_over_rsa', round(statistics.median(cpu_us) / rsa_us, 2), 'ratio', '<= 2')
    note = f'{payments_n} payments; by tenths: {memory}'
    if payments_n < 100000:
        note += '; 100000 payments: make bench-full'
    row('memory_after_payments', memory[-1], 'MiB', '< 100', note)
    row('memory_growth_second_half', memory[-1] - memory[PARTS // 2 - 1], 'MiB', 'not growing')


def channels(server, sandbox, key, payments_n):
    """The same payments by each platform, beside what its signatures alone cost."""
    rsa = run(BENCH / 'rsa')
    two_ways = f"RSA: {rsa['sign_us'] + 2 * rsa['verify_us']} us"
    # Asked, answered, told: each signed or checked once.
    for channel, signatures in (('alipay', two_ways), ('wechat', two_ways),
                                ('qq', f"MD5: {3 * rsa['md5_ns'] / 1000:.1f} us")):
        per_second, cpu_us = [], []
        for _ in range(ROUNDS):
            cpu = server.cpu_s()
            got = run(BENCH / 'payments', '-n', payments_n, '-t', 16, '-c', channel, server.url,
                      key, sandbox.url)
            per_second.append(got['per_second'])
            cpu_us.append(round((server.cpu_s() - cpu) * 1e6 / got['payments']))
        median_row(f'payments_{channel}', per_second, '1/s')
        median_row(f'payment_cpu_{channel}', cpu_us, 'us', '', signatures)
