"""Charges and clearings when the server is killed at any commit, and when another one comes."""
import contextlib
import sqlite3

from world import World, equal, expect, parallel, points, run

REASONS = [{'code': 300010, 'name': '使用', 'name_en': 'use', 'from': 'app', 'to': 'system'},
           {'code': 300011, 'name': '充值', 'name_en': 'recharge', 'from': 'system', 'to': 'app'}]
CLEARING = 8  # enum job_kind
MONTH_S = 32 * 24 * 3600


def account(w):
    return f'app:{w.app}/cny'


def begin(w, fen):
    for reason in REASONS:
        w.good(w.post('/v1/reasons', reason))
    w.good(w.post('/v1/prices', {'code': 'db', 'name': '数据库', 'unit_price': 250}))
    w.good(w.post('/v1/assets/cny/issue', {'request_id': 'money', 'amount': 10000000}))
    w.good(w.post('/v1/transfers', {'request_id': 'first', 'from': 'system/cny',
                                    'to': account(w), 'amount': fen, 'reason': 300011}))


def charge(w, number, quantity=1):
    return w.post('/v1/charges', {'request_id': number, 'reason': 300010,
                                  'items': [{'price': 'db', 'quantity': quantity}]})


def roll_back(w, number):
    return w.post(f'/v1/charges/key:{number}/rollback', {'request_id': f'b-{number}'})


def each(act, numbers):
    """One after another, until the server dies of one."""
    for number in numbers:
        act(number)


def s2_06_s2_10_killed_at_each_commit_of_a_charge_it_is_there_once_or_not():
    with World(channel_config=None) as w:
        begin(w, 100000)
        met = left = 0
        for i, point in enumerate(points(3)):
            numbers = [f'c-{i}-{k}' for k in range(3)]
            met += w.killed_at(point, lambda n=numbers: each(lambda one: charge(w, one, 2), n))
            for number in numbers:
                before = w.get(f'/v1/charges/key:{number}')
                expect(before.status in (200, 404), repr(before))
                # Not known is no refusal: the same request again settles it, one way.
                again = w.good(charge(w, number, 2))
                expect(before.status == 404 or before.json['id'] == again['id'], point)
                left += before.status == 200
            equal(w.balance(account(w)), 100000 - 1500 * (i + 1), point)
        equal((met, left), (6, 0 + 1 + 1 + 2 + 2 + 3), 'each point met, what was committed left')
        equal(w.account(account(w))['version'], 1 + 18, 'one step a charge')
        w.verify()


def s2_06_s2_08_killed_at_each_commit_of_a_rollback_it_gives_back_once():
    with World(channel_config=None) as w:
        begin(w, 10000)
        met = 0
        for i, point in enumerate(points(2)):
            numbers = [f'c-{i}', f'never-{i}']
            w.good(charge(w, numbers[0], 3))
            met += w.killed_at(point, lambda n=numbers: each(lambda one: roll_back(w, one), n))
            said = [w.good(roll_back(w, number))['status'] for number in numbers]
            equal(said, ['rolled_back', 'cancelled'], point)
            equal(w.balance(account(w)), 10000, point)
            equal(charge(w, numbers[1]).code, 'cancelled', point)
        equal(met, 4, 'each point met')
        equal(w.balance(account(w)), 10000, 'nothing is lost')
        w.verify()


def s2_03_s2_06_killed_under_load_the_sum_holds():
    """20 clients charge while the server dies: what they were told is kept, repeats end."""
    with World(channel_config=None) as w:
        begin(w, 100000)
        for n in (3, 7):
            def one(i, n=n):
                try:
                    return charge(w, f'l-{n}-{i}').status
                except OSError:
                    return None
            told = []
            w.killed_at(f'commit.after:{n}', lambda n=n: told.extend(parallel(20, one)))
            for i, status in enumerate(told):
                expect(status != 201 or w.get(f'/v1/charges/key:l-{n}-{i}').status == 200,
                       'an answer outlives its server')
            equal([w.good(charge(w, f'l-{n}-{i}'))['amount'] for i in range(20)], [250] * 20)
        shown = w.account(account(w))
        equal((shown['balance'], shown['version']), (100000 - 40 * 250, 41), 'S2-03')
        w.verify()


def s2_07_a_second_server_on_the_same_data_is_refused():
    with World(channel_config=None) as w:
        begin(w, 1000)
        second = w.tael('serve', '--data', w.data, '--listen', '127.0.0.1:0', ok=False)
        expect(second.returncode == 1, repr(second))
        expect('another process' in second.stderr, second.stderr)
        w.good(charge(w, 'c-1'))
        # The one that died changes nothing any more; the one after it goes on from what was told.
        w.kill()
        w.start()
        equal(w.balance(account(w)), 750, 'as it was told')
        w.good(charge(w, 'c-2'))
        equal(w.balance(account(w)), 500, 'and on')
        w.verify()


def cleared(w):
    return w.good(w.get('/v1/clearings'))['data']


def dead_or_done(w):
    """The server met its kill point, or has no clearing left to do."""
    if w.server.poll() is not None:
        return True
    with contextlib.closing(sqlite3.connect(w.data / 'tael.db')) as store:
        return store.execute('select count(*) from clearing_month').fetchone()[0] > 0 and \
            store.execute(f'select count(*) from job where kind = {CLEARING} and merchant_id > 0'
                          ).fetchone()[0] == 0


def killed_while_it_clears(kill_points):
    """A job that is claimed five times and never returns is parked, hence so few a world."""
    with World(channel_config=None) as w:
        begin(w, 1000)
        w.good(charge(w, 'c-1'))
        for name in ('two', 'three'):
            w.tael('app', 'add', '--data', w.data, '--name', name)
        w.tael('app', 'set', w.app, '--sweep', 'yes', '--data', w.data)
        w.step_clock(MONTH_S)
        met = 0
        for point in kill_points:
            w.stop()
            w.start(stop_at=point)
            w.wait_for(lambda: dead_or_done(w), 'the clearing or its end')
            met += w.died_or_kill()
        w.start()
        w.wait_for(lambda: len(cleared(w)) == 3, 'the clearing')
        rows = {row['app']: row for row in cleared(w)}
        equal(len(rows), 3, 'each app once')
        mine = rows[w.app]
        equal((mine['topped_up'], mine['charged'], mine['closing'], mine['swept']),
              (1000, 250, 750, 750))
        equal(w.balance(account(w)), 0, 'swept once')
        done = w.tael_json('clearing', 'run', '--data', w.data, '--month', mine['month'], '--json')
        equal((done['made'], done['found'], len(done['data'])), (0, 3, 3))
        early = w.tael('clearing', 'run', '--data', w.data, '--month', '2090-01', ok=False)
        expect(early.returncode == 1 and 'not over' in early.stderr, repr(early))
        w.verify()
        return met


def s2_11_the_server_clears_on_the_1st_and_goes_on_where_it_was_killed():
    met = killed_while_it_clears(['commit.after:5', 'commit.before:6', 'commit.after:7'])
    met += killed_while_it_clears(['commit.before:5', 'commit.after:6', 'commit.before:8'])
    met += killed_while_it_clears(['commit.after:4', 'commit.after:8', 'commit.before:9'])
    expect(met >= 6, f'only {met} servers were killed')


def s2_13_verify_agrees_after_all_of_it():
    with World(channel_config=None) as w:
        begin(w, 10000)
        number = w.good(w.post('/v1/numbers', {'count': 1}))['first']
        w.good(w.post('/v1/charges', {'request_id': 'n', 'number': number, 'reason': 300010,
                                      'items': [{'price': 'db', 'quantity': 2}]}))
        w.good(charge(w, 'back'))
        w.good(roll_back(w, 'back'))
        w.step_clock(MONTH_S)
        w.good(charge(w, 'later'))
        w.wait_for(lambda: cleared(w), 'the clearing')
        shown = w.tael_json('verify', '--data', w.data, '--json')
        equal((shown['ok'], shown['charges'], shown['clearings']), (True, 3, 1), repr(shown))


if __name__ == '__main__':
    run([s2_06_s2_10_killed_at_each_commit_of_a_charge_it_is_there_once_or_not,
         s2_06_s2_08_killed_at_each_commit_of_a_rollback_it_gives_back_once,
         s2_03_s2_06_killed_under_load_the_sum_holds,
         s2_07_a_second_server_on_the_same_data_is_refused,
         s2_11_the_server_clears_on_the_1st_and_goes_on_where_it_was_killed,
         s2_13_verify_agrees_after_all_of_it])
