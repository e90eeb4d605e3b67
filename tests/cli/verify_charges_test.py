"""Edits good books of charges and clearings by SQL and sees `tael verify` name each edit. TAP."""
import time

import books
from edits import run
from tap import same

MONTH_S = 32 * 24 * 3600
FIRST = "(select object from request_key where key = 'c-1')"
BACK = "(select object from request_key where key = 'b-1')"

# name -> (SQL, texts that the output must hold)
EDITS = {
    's2_13_a_charge_of_another_amount': (
        f'update charge set amount = amount + 1 where id = {FIRST}',
        ['charge chg_', 'amount is 501, its items make it 500', 'its transfer has 500']),
    's2_13_a_charge_deleted': (
        f'delete from charge where id = {FIRST}',
        ['charge chg_', 'it has items, and no row']),
    's2_13_a_charge_of_nobody': (
        'insert into charge select merchant_id, id + 1, app_id, null, amount, null from charge'
        f' where id = {FIRST}',
        ['its transfer does not exist', 'amount is 500, its items make it 0']),
    's2_13_a_charge_of_another_app': (
        f'update charge set app_id = app_id + 1 where id = {FIRST}',
        ['its transfer is not one of this charge', 'not between the app and system',
         'its number was not handed out to its app']),
    's2_13_an_items_quantity': (
        f'update charge_item set quantity = 3 where charge_id = {FIRST}',
        ['item 0 is not quantity times unit price']),
    's2_13_an_items_unit_price': (
        f'update charge_item set unit_price = 500, quantity = 1 where charge_id = {FIRST}',
        ['item 0 is not charged at its price']),
    's2_13_a_price_changed_afterwards': (
        "update price set unit_price = 251 where code = 'db'",
        ['item 0 is not charged at its price']),
    's2_13_a_price_deleted': (
        "delete from price where code = 'db'",
        ['item 0 names a price that does not exist']),
    's2_13_a_number_of_nobody': (
        'update number_range set last = first',
        ['its number was not handed out to its app']),
    's2_13_a_rollback_made_up': (
        f'update charge set rollback_id = id where id = {FIRST}',
        ['its roll-back is not one of this charge']),
    's2_13_a_rollback_forgotten': (
        'update charge set rollback_id = null where rollback_id is not null',
        ['transfer tr_', 'the charge that it gives back names another rollback']),
    's2_13_a_rollback_of_another_charge': (
        f'update charge set rollback_id = {BACK} where id = {FIRST}',
        ['its roll-back is not one of this charge', 'its roll-back has 250']),
    's2_13_a_balance_of_an_app': (
        "update account set balance = balance + 1 where holder like 'app:%'",
        ['account app:app_', 'the journal makes it', 'asset cny: the balances add up to 1']),
    's2_13_a_month_charged_less': (
        'update clearing set charged = charged - 1, closing = closing + 1 where charged > 0',
        ['clearing clr_', 'charged is 749, the journal makes it 750', 'closing is 9501']),
    's2_13_a_month_opened_elsewhere': (
        'update clearing set opening = 1, topped_up = topped_up - 1 where topped_up > 0',
        ['opening is 1, the journal makes it 0', 'topped_up is 9999']),
    's2_13_a_quiet_month_with_money': (
        'update clearing set topped_up = 5, closing = closing + 5 where topped_up = 0',
        ['the journal has nothing in its month', 'closing is 5, it opened with 0']),
    's2_13_a_sweep_of_another_amount': (
        'update clearing set swept = swept - 1 where swept > 0',
        ['swept is 9499, the journal has 9500']),
    's2_13_a_sweep_made_up': (
        'update clearing set swept = 1 where swept = 0',
        ['swept is 1, the journal has 0']),
    's2_13_a_clearing_deleted': (
        'delete from clearing where swept > 0',
        ['clearing clr_', 'the journal posted for it, and it has no row']),
}


def keep(shop, server):
    """A month of charges, then the first days of the next one."""
    def post(path, body, want=(200, 201)):
        status, reply = server.call('POST', path, body, key=shop.key)
        assert status in want, (path, status, reply)
        return reply

    def charge(request, quantity, **more):
        post('/v1/charges', {'request_id': request, 'reason': 300010,
                             'items': [{'price': 'db', 'quantity': quantity}], **more})

    for code, giver, getter in ((300010, 'app', 'system'), (300011, 'system', 'app')):
        post('/v1/reasons', {'code': code, 'name': 'r', 'name_en': 'r', 'from': giver,
                             'to': getter})
    post('/v1/prices', {'code': 'db', 'name': '数据库', 'unit_price': 250})
    post('/v1/assets/cny/issue', {'request_id': 'money', 'amount': 100000})
    post('/v1/transfers', {'request_id': 'in', 'from': 'system/cny', 'to': f'app:{shop.app}/cny',
                           'amount': 10000, 'reason': 300011})
    first = post('/v1/numbers', {'count': 9})['first']
    charge('c-1', 2, number=first + 1)
    charge('c-2', 1)
    post('/v1/charges/key:c-2/rollback', {'request_id': 'b-1'})
    post('/v1/charges/key:never/rollback', {'request_id': 'b-2'})
    shop.later(MONTH_S)
    end = time.monotonic() + books.PATIENCE
    while len(server.call('GET', '/v1/clearings', key=shop.key)[1]['data']) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)
    post('/v1/transfers', {'request_id': 'more', 'from': 'system/cny', 'to': f'app:{shop.app}/cny',
                           'amount': 1000, 'reason': 300011})
    charge('c-3', 1)


def make(folder):
    shop = books.Shop(folder)
    books.answer('app', 'add', '--data', shop.data, '--name', 'idle')
    books.answer('app', 'set', shop.app, '--sweep', 'yes', '--data', shop.data)
    with shop.server() as server:
        keep(shop, server)
    return shop


def s2_13_good_books_agree(shop, _):
    whole = books.answer('verify', '--data', shop.data)
    same((whole['ok'], whole['charges'], whole['clearings'], whole['reversals']), (True, 3, 2, 1))


run(make, EDITS, s2_13_good_books_agree)
