"""Edits what was stored of holds, reversals, conversions and groups; `tael verify` names it.
Prints TAP."""
import books
from edits import run
from tap import holds

PART = "(select id from transfer where request_id = 'part')"
DONE = "(select id from conversion where request_id = 'convert')"
GIFT = "(select id from transfer where request_id = 'gift')"
BACK = "(select id from transfer where request_id = 'rev-1')"
OPEN = "(select cause from transfer where request_id = 'part')"
FREED = "(select cause from transfer where request_id = 'free')"
OVER = "(select id from transfer where request_id = 'over')"

# name -> (SQL, texts that the output must hold)
EDITS = {
    'i7_a_holds_amount': (
        f'update hold set amount = amount + 1 where id = {OPEN}',
        ['hold hold_', 'amount is 301, the journal makes it 300']),
    'i7_a_holds_captured_sum': (
        f'update hold set captured = captured - 1 where id = {OPEN}',
        ['hold hold_', 'captured is 99, the journal makes it 100']),
    'i7_a_holds_released_sum': (
        f'update hold set released = 20, captured = captured + 30 where id = {FREED}',
        ['hold hold_', 'released is 20, the journal makes it 50',
         'captured is 30, the journal makes it 0']),
    'i7_a_captured_hold_made_expired': (
        f'update hold set status = 4 where id = {FREED}',
        ['hold hold_', 'status is 4, the journal makes it 3']),
    'i7_an_expired_hold_made_released': (
        f'update hold set status = 3 where id = {OVER}',
        ['hold hold_', 'status is 3, the journal makes it 4']),
    'i7_a_holds_version': (
        f'update hold set version = version + 1 where id = {OPEN}',
        ['hold hold_', 'version is 4, the journal makes it 3']),
    'i7_a_holds_reason': (
        f'update hold set reason = 300002 where id = {OPEN}',
        ['hold hold_', 'reason is 300002, the journal has 300003']),
    'i7_a_holds_app': (
        f'update hold set app_id = app_id + 1 where id = {OPEN}',
        ['hold hold_', 'app_id is ']),
    'i7_a_hold_given_to_an_order': (
        f'update hold set owner = 7 where id = {OPEN}',
        ['hold hold_', 'it has an owner, and an application asked for it']),
    'i7_a_holds_account': (
        "update hold set account_id = (select id from account where holder = 'system')"
        f' where id = {OPEN}',
        ['hold hold_', 'account_id is not that of its transfer']),
    'i7_a_hold_deleted': (
        f'delete from hold where id = {OPEN}',
        ['hold hold_', 'the journal made it, and it has no row']),
    'i7_a_hold_added': (
        'insert into hold (merchant_id, id, account_id, amount, app_id, reason, created_at)'
        ' select merchant_id, id + 1, account_id, 1, app_id, reason, created_at from hold'
        f' where id = {OPEN}',
        ['hold hold_', 'no transfer made it']),
    'i7_a_capture_of_another_hold': (
        f'update transfer set cause = {FREED} where id = {PART}',
        ['transfer tr_', 'more is taken from its hold than was held',
         'captured is 100, the journal makes it 0', 'batch batch ']),
    'i7_a_capture_of_no_hold': (
        f'update transfer set cause = null where id = {PART}',
        ['transfer tr_', 'cause names no hold']),
    'i7_a_conversions_amount': (
        f'update conversion set amount = 350 where id = {DONE}',
        ['conversion conv_', 'amount is 350, the journal has 250',
         'what was got and the rest are not worth what was given']),
    'i7_a_conversions_result': (
        f'update conversion set to_amount = 8, rest = -50 where id = {DONE}',
        ['conversion conv_', 'to_amount is 8, the journal has 7',
         'it was not rounded as its rate says']),
    'i7_a_conversions_rest': (
        f'update conversion set rest = 49 where id = {DONE}',
        ['conversion conv_', 'what was got and the rest are not worth what was given']),
    'i7_a_conversions_rate': (
        f'update conversion set units_to = 4, rest = 300 where id = {DONE}',
        ['conversion conv_', 'its rate is not the one it names']),
    'i7_a_conversions_holder': (
        f"update conversion set holder = 'user:8' where id = {DONE}",
        ['conversion conv_', 'its holder or assets are not those of its transfers']),
    'i7_a_conversions_transfer': (
        f'update conversion set to_transfer = from_transfer where id = {DONE}',
        ['conversion conv_', "its transfers are others than the journal's"]),
    'i7_a_conversion_deleted': (
        f'delete from conversion where id = {DONE}',
        ['conversion conv_', 'the journal made it, and it has no row']),
    'i7_a_conversion_added': (
        'insert into conversion select merchant_id, id - 1, app_id, request_id, holder,'
        ' from_asset, to_asset, amount, to_amount, rate_id, units_from, units_to, rounding, rest,'
        f' null, from_transfer, to_transfer, created_at from conversion where id = {DONE}',
        ['conversion conv_', 'the journal has neither of its transfers']),
    'i7_half_a_conversion': (
        'delete from transfer where id = (select to_transfer from conversion where id ='
        f' {DONE})',
        ['conversion conv_', 'it has 1 transfers instead of one each way']),
    'i7_a_conversions_group': (
        f'update transfer set group_id = null where group_id = {DONE}',
        ['transfer tr_', 'it names no conversion', 'the journal has neither of its transfers']),
    'i7_a_quote_used_by_nothing': (
        'update quote set conversion_id = null',
        ['conversion conv_', 'its quote was not used by it']),
    'i7_a_quote_deleted': (
        "delete from quote where request_id = 'idle'",
        ['request_key', 'does not exist']),
    'i7_a_reversed_sum': (
        f'update reversal set reversed = reversed - 1 where transfer_id = {GIFT}',
        ['reversal tr_', 'reversed is 299, the journal makes it 300']),
    'i7_a_reversal_forgotten': (
        f'delete from reversal where transfer_id = {GIFT}',
        ['reversal tr_', 'reversed is 0, the journal makes it 300']),
    'i7_a_reversal_of_nothing': (
        f'insert into reversal select merchant_id, id, 5 from transfer where id = {PART}',
        ['reversal tr_', 'reversed is 5, the journal makes it 0']),
    'i7_a_reversal_of_another': (
        f'update transfer set cause = {PART} where id = {BACK}',
        ['transfer tr_', 'it does not go the way that its cause came', 'reversal tr_']),
    'i7_a_reversal_without_a_cause': (
        f'update transfer set cause = null where id = {BACK}',
        ['transfer tr_', 'cause names no transfer or capture before it',
         'reversed is 300, the journal makes it 200']),
    'i7_a_reversal_of_a_hold': (
        f'update transfer set cause = {OPEN} where id = {BACK}',
        ['transfer tr_', 'cause names no transfer or capture before it']),
    'i7_a_reversal_for_another_reason': (
        f'update transfer set reason = 300003 where id = {BACK}',
        ['transfer tr_', 'its reason is not that of its cause']),
    'i7_more_reversed_than_there_was': (
        f'update transfer set amount = 49801 where id = {BACK}',
        ['transfer tr_', 'more is given back than its cause moved']),
    'i7_a_groups_count': (
        'update transfer_group set count = count + 1 where count = 2',
        ['transfer_group grp_', 'count is 3, the journal has 2']),
    'i7_a_groups_first_transfer': (
        'update transfer_group set first_transfer = last_transfer where count = 3',
        ['transfer_group grp_', "its first and last transfer are others than the journal's"]),
    'i7_a_groups_last_transfer': (
        'update transfer_group set last_transfer = last_transfer + 1 where count = 2',
        ['transfer_group grp_', "its first and last transfer are others than the journal's"]),
    'i7_a_groups_app': (
        'update transfer_group set app_id = app_id + 1 where count = 3',
        ['transfer_group grp_', "its transfers are another app's"]),
    'i7_a_done_group_made_refused': (
        'update transfer_group set status = 3 where count = 2',
        ['transfer_group grp_', 'it is not done, and the journal has its transfers']),
    'i7_a_refused_group_with_transfers': (
        'update transfer_group set status = 2, count = 1, first_transfer = 1, last_transfer = 1'
        ' where status = 3',
        ['transfer_group grp_', 'count is 1, the journal has 0']),
    'i7_a_group_deleted': (
        'delete from transfer_group where count = 3',
        ['transfer_group grp_', 'the journal made it, and it has no row']),
    'i7_a_transfer_of_another_group': (
        'update transfer set group_id = (select id from transfer_group where count = 2)'
        " where request_id = 'at-once-3'",
        ['transfer_group grp_', 'count is 3, the journal has 2', 'count is 2, the journal has 3']),
    'i7_a_capture_made_a_release': (
        f'update transfer set kind = 4, to_account = null where id = {PART}',
        ['transfer tr_', 'from_balance is', 'released is 20, the journal makes it 120']),
}


def keep_holds(till):
    """One captured and released in parts, one released, one captured, one expired."""
    for number, amount, seconds in (('open', 300, 3600), ('freed', 50, 3600), ('spent', 70, 3600),
                                    ('over', 40, 60)):
        till.post('/v1/holds', {'request_id': number, 'account': 'user:7/gold', 'amount': amount,
                                'reason': 300003, 'expires_in': seconds})
    till.post('/v1/holds/key:open/capture', {'request_id': 'part', 'to': 'system/gold',
                                             'amount': 100})
    till.post('/v1/holds/key:open/release', {'request_id': 'back', 'amount': 20})
    till.post('/v1/holds/key:freed/release', {'request_id': 'free'})
    till.post('/v1/holds/key:spent/capture', {'request_id': 'spend', 'to': 'system/gold'})
    till.post('/v1/holds/key:never/release', {'request_id': 'cancel'})
    till.shop.later(100)
    till.until(lambda: till.get('/v1/holds/key:over')['status'] == 'expired')


def keep_reversals(till):
    """A gift taken back in two parts, and a capture given back."""
    till.post('/v1/transfers/key:gift/reverse', {'request_id': 'rev-1', 'amount': 100})
    till.post('/v1/transfers/key:gift/reverse', {'request_id': 'rev-2', 'amount': 200})
    till.post('/v1/transfers/key:spend/reverse', {'request_id': 'rev-3'})


def keep_conversions(till):
    """One at the rate of the day, one by a quote; a quote that nobody used."""
    till.post('/v1/assets', {'code': 'tea', 'name': '茶', 'kind': 'points', 'scale': 0})
    till.post('/v1/assets/tea/issue', {'request_id': 'tea', 'amount': 1000})
    pair = {'from_asset': 'gold', 'to_asset': 'tea'}
    till.post('/v1/rates', {**pair, 'units_from': 100, 'units_to': 3, 'rounding': 'down'})
    till.post('/v1/conversions', {**pair, 'request_id': 'convert', 'holder': 'user:7',
                                  'amount': 250})
    quote = till.post('/v1/quotes', {**pair, 'request_id': 'quote', 'amount': 100})
    till.post('/v1/quotes', {**pair, 'request_id': 'idle', 'amount': 100})
    till.post('/v1/conversions', {**pair, 'request_id': 'by-quote', 'holder': 'user:7',
                                  'amount': 100, 'quote': quote['id']})


def keep_groups(till):
    """Three at once, two that were kept for soon, one that was refused."""
    def item(request, amount):
        return {'request_id': request, 'from': 'system/gold', 'to': 'user:9/gold',
                'amount': amount, 'reason': 300002}

    def soon(*items):
        group = till.post('/v1/transfers/batch', {'async': True, 'transfers': items}, (202,))
        path = f'/v1/groups/{group["id"]}'
        till.until(lambda: till.get(path)['status'] != 'pending')
        return till.get(path)['status']

    till.post('/v1/transfers/batch', {'transfers': [item(f'at-once-{n}', n) for n in (1, 2, 3)]})
    assert soon(item('soon-1', 4), item('soon-2', 5)) == 'done'
    assert soon(item('soon-3', 6), item('soon-4', 900000000)) == 'refused'


def make(folder):
    shop = books.Shop(folder)
    with shop.server() as server:
        till = books.Till(shop, server, None)
        till.post('/v1/assets', {'code': 'gold', 'name': '金币', 'kind': 'points', 'scale': 0})
        till.post('/v1/assets/gold/issue', {'request_id': 'issue', 'amount': 1000000})
        for code, giver, taker in ((300002, 'system', 'user'), (300003, 'user', 'system')):
            till.post('/v1/reasons', {'code': code, 'name': '红包', 'name_en': 'a reason',
                                      'from': giver, 'to': taker})
        till.post('/v1/transfers', {'request_id': 'gift', 'from': 'system/gold',
                                    'to': 'user:7/gold', 'amount': 50000, 'reason': 300002})
        keep_holds(till)
        keep_reversals(till)
        keep_conversions(till)
        keep_groups(till)
    return shop


def x_01_good_books_agree(shop, _):
    _, out, _ = books.tael('verify', '--data', shop.data)
    holds(out, '3 reversals, 2 conversions, 3 groups, 0 charges, 0 clearings: the books agree')


run(make, EDITS, x_01_good_books_agree)
