"""Points that expire: by the job, at midnight, once, whatever the server does meanwhile."""
from world import World, run, equal

DAY = 86400


def begin(w, days=3):
    w.good(w.post('/v1/assets', {'code': 'gold', 'name': '金币', 'kind': 'points', 'scale': 0,
                                 'expires_days': days,
                                 'pay': {'units': 1, 'fen': 1, 'max_percent': 100}}))
    for code, giver, taker in ((300002, 'system', 'user'), (300003, 'user', 'system')):
        w.good(w.post('/v1/reasons', {'code': code, 'name': '红包', 'name_en': 'a reason',
                                      'from': giver, 'to': taker}))
    w.good(w.post('/v1/assets/gold/issue', {'request_id': 'issue', 'amount': 1000000}))


def earn(w, user, amount):
    w.good(w.post('/v1/transfers', {'request_id': w.number('e'), 'from': 'system/gold',
                                    'to': f'user:{user}/gold', 'amount': amount,
                                    'reason': 300002}))


def lots(w, user):
    return [lot['amount'] for lot in w.good(w.get(f'/v1/accounts/user:{user}/gold/lots'))['data']]


def l16_points_expire_at_midnight_by_the_job():
    with World(channel_config=None) as w:
        begin(w)
        earn(w, 7, 100)
        w.step_clock(2 * DAY)
        earn(w, 7, 50)
        equal(lots(w, 7), [100, 50])
        w.step_clock(2 * DAY)
        w.wait_for(lambda: w.balance('user:7/gold') == 50, 'the first to expire')
        equal(w.balance('expired/gold'), 100)
        equal(lots(w, 7), [50])
        # While the server is away, too.
        w.stop()
        w.step_clock(2 * DAY)
        w.start()
        w.wait_for(lambda: w.balance('user:7/gold') == 0, 'the second to expire')
        equal(w.balance('expired/gold'), 150)
        w.step_clock(DAY)
        equal(w.balance('expired/gold'), 150)
        w.verify()


def l16_killed_between_slices_it_goes_on():
    with World(channel_config=None) as w:
        begin(w)
        for n in range(450):
            earn(w, f'u{n}', 2)
        due = 900
        for point in [f'{step}:{n}' for n in (2, 3, 4) for step in ('commit.before',
                                                                     'commit.after')]:
            w.stop()
            w.step_clock(4 * DAY)
            if w.start(stop_at=point):
                w.died_or_kill()
            w.start()
            w.wait_for(lambda: w.balance('expired/gold') == due, f'all to expire after {point}')
            w.verify()
            for n in range(3):
                earn(w, f'u{n}', 1)
            due += 3
        w.verify()


def e8_refunded_after_they_expired_they_get_a_new_term():
    with World(channel_config=None) as w:
        begin(w)
        earn(w, 7, 100)
        order = w.order(100, user='7')
        w.good(w.pay_answer(order, method='wallet',
                            wallets=[{'asset': 'gold', 'amount': 100}]))
        w.wait_paid(order)
        equal(lots(w, 7), [])
        w.step_clock(5 * DAY)
        w.refund(order, 40)
        w.wait_for(lambda: w.balance('user:7/gold') == 40, 'the refund')
        equal(lots(w, 7), [40])
        w.step_clock(2 * DAY)
        equal(w.balance('user:7/gold'), 40)
        w.step_clock(2 * DAY)
        w.wait_for(lambda: w.balance('user:7/gold') == 0, 'the end of the new term')
        equal(w.balance('expired/gold'), 40)
        w.verify()


if __name__ == '__main__':
    run([l16_points_expire_at_midnight_by_the_job,
         l16_killed_between_slices_it_goes_on,
         e8_refunded_after_they_expired_they_get_a_new_term])
