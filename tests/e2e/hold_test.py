"""Holds that are left alone: given back once when their time is over, whatever the server did."""
from world import World, run, equal, expect


def begin(w):
    w.gold('7', 1000)
    w.good(w.post('/v1/reasons', {'code': 300003, 'name': '消费', 'name_en': 'spent',
                                  'from': 'user', 'to': 'system'}))


def hold(w, number, amount, expires_in=600):
    return w.good(w.post('/v1/holds', {'request_id': number, 'account': 'user:7/gold',
                                       'amount': amount, 'reason': 300003,
                                       'expires_in': expires_in}))


def get_hold(w, number):
    return w.good(w.get(f'/v1/holds/key:{number}'))


def events(w, kind):
    listed = w.good(w.get(f'/v1/events?type={kind}&limit=100'))
    return [e['data']['object'] for e in listed['data']]


def held(w):
    account = w.account('user:7/gold')
    return account['balance'], account['held']


def s2_09_left_alone_it_is_given_back_once():
    with World(channel_config=None) as w:
        begin(w)
        hold(w, 'alone', 300)
        w.good(w.post('/v1/holds/key:alone/capture',
                      {'request_id': 'part', 'to': 'system/gold', 'amount': 100}))
        w.step_clock(590)
        equal(get_hold(w, 'alone')['status'], 'open', 'ten seconds before')
        w.step_clock(20)
        w.wait_for(lambda: get_hold(w, 'alone')['status'] == 'expired')
        equal(held(w), (900, 0), 'what was left came back')
        late = w.post('/v1/holds/key:alone/capture', {'request_id': 'late', 'to': 'system/gold'})
        equal((late.status, late.code), (409, 'hold_not_open'), repr(late))
        w.step_clock(86400)
        equal([(e['left'], e['released']) for e in events(w, 'hold.expired')], [(0, 200)], 'once')
        equal(len(events(w, 'hold.captured')), 1, 'the part')
        w.verify()


def s2_09_its_time_ends_while_the_server_is_away():
    """Stopped, and killed: the next server gives back, in the order of the ends."""
    with World(channel_config=None) as w:
        begin(w)
        for n in range(20):
            hold(w, f'h-{n}', 10, 60 + (n * 7) % 20 * 10)
        w.good(w.post('/v1/holds/key:h-3/release', {'request_id': 'early'}))
        w.stop()
        w.step_clock(150)
        w.start()
        w.wait_for(lambda: held(w)[1] <= 100)
        w.kill()
        w.step_clock(3600)
        w.start()
        w.wait_for(lambda: held(w) == (1000, 0))
        ended = events(w, 'hold.expired')
        equal(len(ended), 19, 'one each')
        equal(len({e['id'] for e in ended}), 19, 'one each')
        ends = [(e['expires_at'], e['id']) for e in ended]
        equal(ends, sorted(ends), 'in order')
        w.verify()


def s2_09_killed_around_the_commit_that_gives_back():
    with World(channel_config=None) as w:
        begin(w)
        for i, point in enumerate([f'{step}:{n}' for n in (1, 2, 3, 4)
                                   for step in ('commit.before', 'commit.after')]):
            number = f'k-{i}'
            hold(w, number, 50, 60)
            w.stop()
            w.step_clock(120)
            if w.start(stop_at=point):
                w.died_or_kill()
            w.start()
            w.wait_for(lambda: get_hold(w, number)['status'] == 'expired')
            equal(held(w), (1000, 0), point)
        equal(len(events(w, 'hold.expired')), 8, 'one each')
        w.verify()


def s2_08_cancelled_first_the_late_hold_is_refused_after_a_restart():
    with World(channel_config=None) as w:
        begin(w)
        gone = w.post('/v1/holds/key:never/release', {'request_id': 'c-1'})
        equal((gone.status, gone.json['object']), (200, 'cancellation'), repr(gone))
        w.kill()
        w.start()
        late = w.post('/v1/holds', {'request_id': 'never', 'account': 'user:7/gold',
                                    'amount': 10, 'reason': 300003})
        equal((late.status, late.code), (409, 'cancelled'), repr(late))
        equal(held(w), (1000, 0), 'nothing is held')
        expect(not w.good(w.get('/v1/holds?account=user:7/gold'))['data'])
        w.verify()


if __name__ == '__main__':
    run([s2_09_left_alone_it_is_given_back_once,
         s2_09_its_time_ends_while_the_server_is_away,
         s2_09_killed_around_the_commit_that_gives_back,
         s2_08_cancelled_first_the_late_hold_is_refused_after_a_restart])
