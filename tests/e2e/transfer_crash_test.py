"""The server is killed around a transfer's commit; the same request again tells how it ended."""
from world import World, run, equal, expect


def transfer(w, number, **headers):
    return w.post('/v1/transfers', {'request_id': number, 'from': 'user:7/gold',
                                    'to': 'system/gold', 'amount': 10, 'reason': 300003}, **headers)


def killed_during(w, step, number, **headers):
    """Sends it to servers that die at their first, second, … commit until one dies of it."""
    for n in range(1, 10):
        w.stop()
        if not w.start(stop_at=f'{step}:{n}'):
            w.start()
            continue
        try:
            answer = transfer(w, number, **headers)
        except OSError:
            w.wait_dead()
            w.start()
            return
        # It died of another commit before, or lives: nobody may hear of a commit that is not.
        if answer.status == 201:
            w.kill()
            w.start()
            number_again = transfer(w, number, **headers)
            equal(number_again.text, answer.text, 'an answer outlives its server')
            raise AssertionError('the transfer was committed without passing the point')
    raise AssertionError(f'no server died at {step}')


def begin(w):
    w.gold('7', 1000)
    w.good(w.post('/v1/reasons', {'code': 300003, 'name': '消费', 'name_en': 'spent',
                                  'from': 'user', 'to': 'system'}))


def s0_05_killed_before_the_commit_nothing_was_posted():
    with World(channel_config=None) as w:
        begin(w)
        killed_during(w, 'commit.before', 'crash-1')
        equal(w.get('/v1/transfers/key:crash-1').status, 404, 'not there')
        equal(w.balance('user:7/gold'), 1000, 'untouched')
        again = transfer(w, 'crash-1')
        equal(again.status, 201, repr(again))
        expect('idempotent-replayed' not in again.headers, 'it is done now, for the first time')
        equal(w.balance('user:7/gold'), 990, 'once')
        w.verify()


def s0_05_killed_between_commit_and_reply_it_was_posted_once():
    with World(channel_config=None) as w:
        begin(w)
        killed_during(w, 'commit.after', 'crash-2')
        shown = w.get('/v1/transfers/key:crash-2')
        equal(shown.status, 200, repr(shown))
        again = [transfer(w, 'crash-2') for _ in range(10)]
        for a in again:
            equal((a.status, a.text), (201, shown.text), 'the same ids')
            equal(a.headers.get('idempotent-replayed'), 'true', repr(a))
        equal(w.balance('user:7/gold'), 990, 'once')
        w.verify()


def a1_killed_between_commit_and_reply_the_key_has_the_answer():
    with World(channel_config=None) as w:
        begin(w)
        killed_during(w, 'commit.after', 'crash-3', Idempotency_Key='key-3')
        again = transfer(w, 'crash-3', Idempotency_Key='key-3')
        equal((again.status, again.headers.get('idempotent-replayed')), (201, 'true'), repr(again))
        other = transfer(w, 'crash-4', Idempotency_Key='key-3')
        equal((other.status, other.code), (409, 'idempotency_key_reused'), repr(other))
        equal(w.balance('user:7/gold'), 990, 'once')
        w.verify()


def batch_of(n, **more):
    """Ten transfers of 1 from the system; the fourth is of nobody's gold."""
    items = [{'request_id': f'g{n}-{i}', 'from': 'system/gold', 'to': 'user:8/gold', 'amount': 1,
              'reason': 300002} for i in range(10)]
    items[3] |= {'from': 'user:poor/gold', 'to': 'system/gold', 'reason': 300003}
    return {'atomic': False, 'transfers': items, **more}


def done(w, group):
    w.wait_for(lambda: w.get(f'/v1/groups/{group}').json['status'] != 'pending')
    return w.get(f'/v1/groups/{group}').json


def s0_08_kept_for_soon_and_killed_at_any_commit_it_is_done_once():
    """Accepted, claimed, posted and returned: the server dies of each of the first six commits."""
    with World(channel_config=None) as w:
        begin(w)
        w.good(w.post('/v1/assets/gold/issue', {'request_id': 'more', 'amount': 1000}))
        accepted = 0
        for n in range(1, 7):
            w.stop()
            if not w.start(stop_at=f'commit.{"after" if n % 2 else "before"}:{n}'):
                w.start()
            try:
                answer = w.post('/v1/transfers/batch', batch_of(n, **{'async': True}))
            except OSError:
                answer = None
            if answer and answer.status == 202:
                accepted += 1
                try:
                    done(w, answer.json['id'])
                except OSError:
                    pass
            w.kill()
            w.start()
            if not answer or answer.status != 202:
                answer = w.post('/v1/transfers/batch', batch_of(n, **{'async': True}))
                equal(answer.status, 202, repr(answer))
            group = done(w, answer.json['id'])
            equal(group['status'], 'done', repr(group))
            equal(len(group['results']), 10, 'a result each')
            equal(group['results'][3]['error']['code'], 'insufficient_balance', repr(group))
            equal(w.balance('user:8/gold'), 9 * n, 'each once')
        expect(accepted > 0, 'none was accepted before its server died')
        w.verify()


if __name__ == '__main__':
    run([s0_05_killed_before_the_commit_nothing_was_posted,
         s0_05_killed_between_commit_and_reply_it_was_posted_once,
         a1_killed_between_commit_and_reply_the_key_has_the_answer,
         s0_08_kept_for_soon_and_killed_at_any_commit_it_is_done_once])
