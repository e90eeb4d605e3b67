"""Edits what was stored of points that expire, and sees `tael verify` name it.  Prints TAP."""
import books
from edits import run

DAY = 86400
ALICE = "(select id from account where holder = 'user:alice')"
FIRST = f'(select min(expires_at) from lot where account_id = {ALICE})'
LAST = f'(select max(expires_at) from lot where account_id = {ALICE})'

# name -> (SQL, texts that the output must hold)
EDITS = {
    'l16_a_lots_amount': (
        f'update lot set amount = amount + 1 where expires_at = {FIRST}',
        ['lot user:alice/gold 20', 'amount is 71, the journal makes it 70']),
    'l16_a_lot_deleted': (
        f'delete from lot where expires_at = {LAST}',
        ['lot user:alice/gold 20', 'amount is 0, the journal makes it 50']),
    'l16_a_lot_added': (
        f'insert into lot select merchant_id, {ALICE}, expires_at + 1, 5 from lot limit 1',
        ['lot user:alice/gold 20', 'amount is 5, the journal makes it 0']),
    'l16_a_lot_of_an_asset_that_does_not_expire': (
        "insert into lot select merchant_id, id, 1000, 5 from account where holder = 'system'",
        ['lot system/gold 1970-01-01T00:00:01.000Z', 'amount is 5, the journal makes it 0']),
    'l16_a_lot_that_never_ends': (
        f'update lot set expires_at = 9007199254740991 where expires_at = {LAST}',
        ['amount is 50, the journal makes it 0', 'amount is 0, the journal makes it 50']),
    'l16_points_kept_longer': (
        f'update lot set expires_at = expires_at + {DAY * 1000} where expires_at = {LAST}',
        ['amount is 50, the journal makes it 0', 'amount is 0, the journal makes it 50']),
    'l16_an_assets_term': (
        "update asset set expires_days = 20 where code = 'gold'",
        ['transfer tr_', 'it takes points before they expire', 'lot user:alice/gold 20']),
    'l16_an_asset_without_its_term': (
        "update asset set expires_days = 0 where code = 'gold'",
        ['amount is 70, the journal makes it 0', 'amount is 50, the journal makes it 0']),
    'l16_expired_before_their_time': (
        "update transfer set reason = 1003 where request_id = 'a-4'",
        ['transfer tr_', 'it takes points before they expire']),
}


def move(till, request, user, amount):
    """amount > 0: from system; else to it."""
    ends = ['system/gold', f'user:{user}/gold']
    giver, taker = ends if amount > 0 else ends[::-1]
    return till.post('/v1/transfers', {'request_id': request, 'from': giver, 'to': taker,
                                       'amount': abs(amount),
                                       'reason': 300002 if amount > 0 else 300003})


def make(folder):
    """bob's points expired; alice has 70 and 50 of two days."""
    shop = books.Shop(folder)
    with shop.server() as server:
        till = books.Till(shop, server, None)
        till.post('/v1/assets', {'code': 'gold', 'name': '金币', 'kind': 'points', 'scale': 0,
                                 'expires_days': 10})
        till.post('/v1/assets/gold/issue', {'request_id': 'issue', 'amount': 1000000})
        for code, giver, taker in ((300002, 'system', 'user'), (300003, 'user', 'system')):
            till.post('/v1/reasons', {'code': code, 'name': '红包', 'name_en': 'a reason',
                                      'from': giver, 'to': taker})
        move(till, 'b-1', 'bob', 30)
        shop.later(5 * DAY)
        move(till, 'a-1', 'alice', 60)
        move(till, 'a-2', 'alice', 40)
        move(till, 'b-2', 'bob', -10)
        shop.later(3 * DAY)
        move(till, 'a-3', 'alice', 50)
        move(till, 'a-4', 'alice', -30)
        shop.later(4 * DAY)
        till.until(lambda: till.get('/v1/accounts/user:bob/gold')['balance'] == 0)
    return shop


run(make, EDITS)
