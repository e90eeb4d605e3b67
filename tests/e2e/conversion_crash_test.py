"""Conversions when the server is killed at any commit: both halves or neither; quotes used once."""
from world import World, equal, expect, points, run

GIVEN, GOT = 'user:7/gold', 'user:7/tea'


def begin(w):
    """1000 gold for user:7; 100 gold are worth 3 tea."""
    w.gold('7', 1000)
    w.good(w.post('/v1/assets', {'code': 'tea', 'name': '茶', 'kind': 'points', 'scale': 0}))
    w.good(w.post('/v1/assets/tea/issue', {'request_id': 'tea', 'amount': 500}))
    set_rate(w, 3)


def set_rate(w, tea):
    w.good(w.post('/v1/rates', {'from_asset': 'gold', 'to_asset': 'tea', 'units_from': 100,
                                'units_to': tea, 'rounding': 'down'}))


def quote(w, number):
    return w.post('/v1/quotes', {'request_id': number, 'from_asset': 'gold', 'to_asset': 'tea',
                                 'amount': 100, 'expires_in': 600})


def convert(w, number, promise=None):
    more = {'quote': promise} if promise else {}
    return w.post('/v1/conversions', {'request_id': number, 'holder': 'user:7',
                                      'from_asset': 'gold', 'to_asset': 'tea', 'amount': 100,
                                      **more})


def has(w):
    return w.balance(GIVEN), w.balance(GOT)


def s0_05_i1_killed_at_each_commit_both_halves_are_there_once_or_neither():
    """A quote and its conversion; the rate has changed before they are repeated."""
    with World(channel_config=None) as w:
        begin(w)
        met = left = 0
        for i, point in enumerate(points(2)):
            def all_of_it(i=i):
                promise = w.good(quote(w, f'q-{i}'))['id']
                w.good(convert(w, f'c-{i}', promise))
            met += w.killed_at(point, all_of_it)
            here = w.get(f'/v1/conversions/key:c-{i}').status == 200
            left += here
            equal(has(w), (1000 - 100 * (i + here), 3 * (i + here)), point)
            promised = w.good(quote(w, f'q-{i}'))
            equal(promised['to_amount'], 3, 'as it was promised')
            set_rate(w, 5)
            again = [convert(w, f'c-{i}', promised['id']) for _ in range(3)]
            equal([a.status for a in again], [201] * 3, repr(again))
            equal(['idempotent-replayed' in a.headers for a in again], [here, True, True], point)
            equal({a.text for a in again}, {again[0].text}, 'one conversion')
            equal(again[0].json['to_amount'], 3, 'what was promised holds')
            other = convert(w, f'd-{i}', promised['id'])
            equal((other.status, other.code), (409, 'quote_not_open'), repr(other))
            set_rate(w, 3)
            equal(has(w), (1000 - 100 * (i + 1), 3 * (i + 1)), point)
        equal((met, left), (4, 1), 'each point met, what was committed left')
        shown = w.tael_json('verify', '--data', w.data, '--json')
        equal((shown['ok'], shown['conversions']), (True, 4), repr(shown))


def s0_05_killed_between_commit_and_reply_a_conversion_without_a_quote_keeps_its_rate():
    with World(channel_config=None) as w:
        begin(w)
        expect(w.killed_at('commit.after:1', lambda: convert(w, 'c')), 'met')
        set_rate(w, 9)
        again = convert(w, 'c')
        equal((again.status, again.json['to_amount']), (201, 3), 'at the rate of then')
        equal(has(w), (900, 3), 'once')
        equal(w.get('/v1/conversions/key:c').text, again.text)
        w.verify()


if __name__ == '__main__':
    run([s0_05_i1_killed_at_each_commit_both_halves_are_there_once_or_neither,
         s0_05_killed_between_commit_and_reply_a_conversion_without_a_quote_keeps_its_rate])
