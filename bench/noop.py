"""No-op POSTs to src/net, beside a bare epoll server, and one number of connections beside another.
"""
from process import BENCH, Process, load
from table import median_row, ratios

ROUNDS = 5
BODY = '{' + '"memo":"' + 'x' * (281 - 11) + '"}'


def measure():
    ours = Process(BENCH / 'noop_net')
    try:
        by_count = {c: [] for c in (127, 128, 256, 384)}
        for _ in range(ROUNDS):
            for c, values in by_count.items():
                values.append(load(ours.url + '/', c, '-b', BODY)['per_second'])
        for c, values in by_count.items():
            median_row(f'noop_{c}_over_127', ratios(values, by_count[127]), 'ratio', '>= 0.8')
    finally:
        ours.stop()
