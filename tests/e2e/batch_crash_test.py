"""Batches when the server is killed at any commit: all of it once, or nothing."""
from world import World, equal, expect, points, run

N = 50


def transfers(name):
    return [{'request_id': f'{name}-{k}', 'from': 'system/gold', 'to': f'user:u{k % 7}/gold',
             'amount': k + 1, 'reason': 300002} for k in range(N)]


def batch(w, name, **more):
    return w.post('/v1/transfers/batch', {'transfers': transfers(name), **more})


def begin(w):
    w.gold('7', 1000)
    w.good(w.post('/v1/assets/gold/issue', {'request_id': 'much', 'amount': 100000}))


def there(w, name):
    """Which of a batch are done, asked for one after another."""
    return [w.get(f'/v1/transfers/key:{name}-{k}').status == 200 for k in range(N)]


def moved(w):
    return sum(w.balance(f'user:u{u}/gold') for u in range(7))


def killed(w, act, most):
    """At each point: all of the batch or nothing is there; the same again is done once."""
    left = 0
    for i, point in enumerate(points(most)):
        name = f'b{i}'
        expect(w.killed_at(point, lambda n=name: act(w, n)), point)
        here = there(w, name)
        # One that was kept may be done meanwhile: from then on all of it is there.
        expect(here == sorted(here) if act is soon else len(set(here)) == 1, f'{point}: {here}')
        left += here[0]
        for _ in range(2):
            results = act(w, name)
            equal([r.get('amount') for r in results], list(range(1, N + 1)), point)
            equal(results, act(w, name), 'the same transfers')
        equal((all(there(w, name)), moved(w)), (True, (i + 1) * N * (N + 1) // 2), point)
    return left


def at_once(w, name):
    return w.good(batch(w, name))['results']


def soon(w, name):
    kept = batch(w, name, **{'async': True})
    equal(kept.status, 202, repr(kept))
    path = f"/v1/groups/{kept.json['id']}"

    def done():
        group = w.good(w.get(path))
        return group if group['status'] != 'pending' else None
    group = w.wait_for(done, 'the batch')
    equal(group['status'], 'done', repr(group))
    return group['results']


def s0_05_killed_around_the_commit_of_a_batch_it_is_there_once_or_not():
    with World(channel_config=None) as w:
        begin(w)
        equal(killed(w, at_once, 1), 1, 'what was committed is left')
        w.verify()


def s0_05_killed_around_one_of_which_each_counts_for_itself():
    """The last one's reason does not allow it: it is refused, before and after."""
    with World(channel_config=None) as w:
        begin(w)
        wrong = {'request_id': 'not-allowed', 'from': 'user:u1/gold', 'to': 'system/gold',
                'amount': 1, 'reason': 300002}

        def act(w, name):
            said = w.good(w.post('/v1/transfers/batch', {
                'atomic': False, 'transfers': transfers(name) + [wrong]}))['results']
            equal(said[N]['error']['code'], 'reason_not_allowed')
            return said[:N]
        equal(killed(w, act, 1), 1, 'what was committed is left')
        equal(w.get('/v1/transfers/key:not-allowed').status, 404, 'refused')
        w.verify()


def s0_05_killed_while_it_is_kept_and_done_soon():
    """Killed before and after it is kept, claimed and done; the next server goes on with it."""
    with World(channel_config=None) as w:
        begin(w)
        killed(w, soon, 3)
        w.verify()


def s0_05_what_was_kept_is_done_by_the_next_server():
    with World(channel_config=None) as w:
        begin(w)
        told = []
        w.killed_at('commit.before:2', lambda: told.append(
            w.good(batch(w, 'kept', **{'async': True}), 202)['id']))
        w.wait_for(lambda: all(there(w, 'kept')), 'the batch')
        for group in told:
            equal(w.good(w.get(f'/v1/groups/{group}'))['status'], 'done')
        equal(moved(w), N * (N + 1) // 2, 'once')
        w.verify()


if __name__ == '__main__':
    run([s0_05_killed_around_the_commit_of_a_batch_it_is_there_once_or_not,
         s0_05_killed_around_one_of_which_each_counts_for_itself,
         s0_05_killed_while_it_is_kept_and_done_soon,
         s0_05_what_was_kept_is_done_by_the_next_server])
