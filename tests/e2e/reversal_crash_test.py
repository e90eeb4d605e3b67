"""Reversals when the server is killed at any commit: given back once, never more than was moved."""
from world import World, equal, expect, points, run

LEDGER = [{'code': 300003, 'name': '消费', 'name_en': 'spent', 'from': 'user', 'to': 'system'}]


def begin(w):
    w.gold('7', 1000)
    for reason in LEDGER:
        w.good(w.post('/v1/reasons', reason))


def spend(w, number, amount):
    return w.good(w.post('/v1/transfers', {'request_id': number, 'from': 'user:7/gold',
                                           'to': 'system/gold', 'amount': amount,
                                           'reason': 300003}))


def reverse(w, name, number, **more):
    return w.post(f'/v1/transfers/{name}/reverse', {'request_id': number, **more})


def s0_05_i8_killed_at_each_commit_of_reversals_each_is_there_once_or_not():
    """One in part, the rest by its request, and one of a request that never came."""
    with World(channel_config=None) as w:
        begin(w)
        met = left = 0
        for i, point in enumerate(points(3)):
            moved = spend(w, f't-{i}', 100)
            asks = [(moved['id'], f'part-{i}', {'amount': 30}), (f'key:t-{i}', f'rest-{i}', {}),
                    (f'key:never-{i}', f'none-{i}', {})]

            def all_of_it(asks=asks):
                for name, number, more in asks:
                    w.good(reverse(w, name, number, **more))
            met += w.killed_at(point, all_of_it)
            here = [w.get(f'/v1/transfers/key:{number}').status == 200 for _, number, _ in asks[:2]]
            # What was done is done in the order in which it was asked for.
            expect(here[0] or not here[1], point)
            left += sum(here)
            equal(w.balance('user:7/gold'), 900 + 30 * here[0] + 70 * here[1], point)
            again = [reverse(w, name, number, **more) for name, number, more in asks]
            equal([a.status for a in again], [201, 201, 200], repr(again))
            equal(['idempotent-replayed' in a.headers for a in again[:2]], here, point)
            equal([a.json['amount'] for a in again[:2]], [30, 70], point)
            more = reverse(w, moved['id'], f'more-{i}', amount=1)
            equal((more.status, more.code), (409, 'reversal_exceeds_transfer'), repr(more))
            late = w.post('/v1/transfers', {'request_id': f'never-{i}', 'from': 'user:7/gold',
                                            'to': 'system/gold', 'amount': 1, 'reason': 300003})
            equal((late.status, late.code), (409, 'cancelled'), repr(late))
            equal(w.balance('user:7/gold'), 1000, 'all of it is back, once')
        equal((met, left), (6, 0 + 1 + 1 + 2 + 2 + 2), 'each point met, what was committed left')
        shown = w.tael_json('verify', '--data', w.data, '--json')
        equal((shown['ok'], shown['reversals']), (True, 12), repr(shown))


def s0_05_killed_around_a_forced_reversal_it_takes_once():
    """The account has spent what is taken back: it goes below zero once, not twice."""
    with World(channel_config=None) as w:
        begin(w)
        w.tael('merchant', 'set', w.merchant, '--forced-reversal', 'allow', '--data', w.data)
        w.good(w.post('/v1/assets/gold/issue', {'request_id': 'more', 'amount': 100}))
        for i, point in enumerate(points(1)):
            number = f'gift-{i}'
            w.good(w.post('/v1/transfers', {'request_id': number, 'from': 'system/gold',
                                            'to': f'user:f{i}/gold', 'amount': 50,
                                            'reason': 300002}))
            w.good(w.post('/v1/transfers', {'request_id': f'gone-{i}', 'from': f'user:f{i}/gold',
                                            'to': 'system/gold', 'amount': 40, 'reason': 300003}))
            plain = reverse(w, f'key:{number}', f'r-{i}')
            equal(plain.code, 'insufficient_balance', repr(plain))

            def forced(number=number, i=i):
                return reverse(w, f'key:{number}', f'r-{i}', force=True)
            expect(w.killed_at(point, forced), point)
            equal(w.balance(f'user:f{i}/gold'), -40 if 'after' in point else 10, point)
            for _ in range(3):
                equal(w.good(forced())['amount'], 50)
            equal(w.balance(f'user:f{i}/gold'), -40, 'once')
        w.verify()


if __name__ == '__main__':
    run([s0_05_i8_killed_at_each_commit_of_reversals_each_is_there_once_or_not,
         s0_05_killed_around_a_forced_reversal_it_takes_once])
