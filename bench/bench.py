"""make bench: what Tael does in a second and what it costs, each number beside its reference of the
same run; writes build/bench.json: [{"name","value","unit","goal"}], with "lowest" and "highest" of
several rounds and "cpu_us" where they are known.

usage: bench.py [full] [PART...]      (after `make`; parts: noop ledger memory shop growth)

`full` makes 100,000 payments instead of 10,000 and adds `growth`. The README says what each row is.
"""
import sys
import time

import growth
import ledger
import noop
import shop
import table


def main():
    wanted = sys.argv[1:]
    full = 'full' in wanted
    parts = {
        'noop': noop.measure,
        'ledger': ledger.measure,
        'memory': ledger.memory,
        'shop': lambda: shop.measure(100000 if full else 10000),
        'growth': growth.measure,
    }
    wanted = [w for w in wanted if w != 'full'] or [p for p in parts if full or p != 'growth']
    unknown = set(wanted) - set(parts)
    if unknown:
        raise SystemExit(f'{", ".join(sorted(unknown))}: not one of {", ".join(parts)}')
    began = time.monotonic()
    table.heading()
    for name in wanted:
        began_part = time.monotonic()
        parts[name]()
        print(f'  ({name}: {round(time.monotonic() - began_part)} s)', flush=True)
    table.write(time.monotonic() - began)


main()
