"""Edits good books by SQL and sees `tael verify` name each edit.  Prints TAP."""
import itertools
import json
import pathlib
import sqlite3

import books
from edits import edited, run
from tap import same

FOURTH = '(select id from transfer order by id limit 1 offset 3)'
FIFTH = '(select id from transfer order by id limit 1 offset 4)'
SPENT = "(select id from account where holder = 'user:7' and held > 0)"
MIXED = "(select id from orders where out_order_no = 'mixed')"
PAID = f'(select id from payment where order_id = {MIXED})'
OPEN = '(select id from cases where status = 1)'

# name -> (statements, texts that the output must hold); {…} are columns read before the edit.
EDITS = {
    'i7_the_two_sides': (
        'update transfer set from_account = to_account, to_account = from_account'
        f' where id = {FOURTH}',
        ['transfer tr_', 'from_version is 4, the journal makes it 1', 'batch batch 4: hash']),
    'i7_two_transfers_swapped': (
        f'create temp table pair as select id from transfer where id in ({FOURTH}, {FIFTH});'
        'update transfer set id = -id where id in (select id from pair);'
        'update transfer set id = (select id from pair where id <> -transfer.id) where id < 0',
        ['transfer tr_', "at is not the id's time", 'batch is 4, after batch 5']),
    'i7_what_two_transfers_say_swapped': (
        f'update transfer set amount = 100007 - amount where id in ({FOURTH}, {FIFTH})',
        ['from_balance is', 'batch batch 4: hash', 'batch batch 5: hash']),
    'i7_a_request_number_used_twice': (
        'insert into transfer select merchant_id, id + 1, at, kind, asset_id, from_account,'
        ' to_account, amount, from_balance - amount, from_held, from_version + 1, id,'
        ' to_balance + amount, to_held, to_version + 1, id, batch, cause, app_id, request_id,'
        f' reason, ref, memo, group_id, date from transfer where id = {FOURTH}',
        ['transfer tr_', 'the request_key of its request_id names another object']),
    'i7_a_gap_in_the_versions': (
        f'update transfer set to_version = to_version + 1 where id = {FOURTH}',
        ['transfer tr_', 'to_version is 2, the journal makes it 1']),
    'i7_a_previous_transfer': (
        f'update transfer set from_previous = from_previous - 1 where id = {FOURTH}',
        ["transfer tr_", "from_previous is not the account's transfer before"]),
    'i7_a_business_date': (
        f'update transfer set date = 20990101 where id = {FOURTH}',
        ['transfer tr_', 'date is 20990101, its time makes it 20', 'batch batch 4: hash']),
    'i7_a_time_in_the_future': (
        f'update transfer set at = at + 31536000000 where id = {FOURTH}',
        ['transfer tr_', "at is not the id's time"]),
    'i7_a_reason_of_taels_that_does_not_exist': (
        f'update transfer set reason = 1999 where id = {FOURTH}',
        ['transfer tr_', 'there is no reason 1999']),
    'i7_another_reason_that_exists': (
        f'update transfer set reason = 1301 where id = {FOURTH}',
        ['batch batch 4: hash does not fit its row and its transfer tr_']),
    'i7_a_reference': (
        f"update transfer set ref = 'summer' where id = {FOURTH}",
        ['batch batch 4: hash does not fit its row and its transfer tr_']),
    'i7_a_request_number_in_the_journal': (
        f"update transfer set request_id = 'gift-33' where id = {FOURTH}",
        ['transfer tr_', 'its request_id has no request_key']),
    'i7_an_app': (
        f'update transfer set app_id = app_id + 1 where id = {FOURTH}',
        ['transfer tr_', 'its request_id has no request_key']),
    'i7_a_group': (
        f'update transfer set group_id = 7 where id = {FOURTH}',
        ['transfer_group grp_', 'the journal made it, and it has no row',
         'batch batch 4: hash does not fit its row and its transfer tr_']),
    'i7_what_a_capture_belongs_to': (
        'update transfer set cause = cause + 1 where kind = 3',
        ['transfer tr_', 'cause names no hold']),
    'i7_a_transfer_of_another_merchant': (
        f'update transfer set merchant_id = 12345 where id = {FOURTH}',
        ['merchant mer_', 'it has books, and no row', 'batch batch 4: it has no transfers']),
    'i7_the_merchant_deleted': (
        'delete from merchant',
        ['merchant mer_', 'it has books, and no row']),
    'i7_the_last_batch_cut_off': (
        'delete from transfer where batch = (select max(number) from batch);'
        'delete from batch where number = (select max(number) from batch);'
        'update book set batch = batch - 1, chain_head = (select hash from batch'
        ' order by number desc limit 1) where batch > 0',
        ['account user:7/gold: last_transfer is none of its transfers']),
    'i7_what_a_batch_follows': (
        'update batch set previous = zeroblob(32) where number = 6',
        ['batch batch 6: previous is not the hash of the batch before; hash does not fit']),
    'i7_the_accounts_of_a_hold': (
        "update hold set account_id = (select id from account where holder = 'user:8')"
        ' where captured = 0',
        ['hold hold_', 'account_id is not that of its transfer']),
    'i7_an_amount': (
        f'update transfer set amount = amount + 1 where id = {FOURTH}',
        ['transfer tr_', 'from_balance is', 'to_balance is', 'batch batch 4: hash does not fit']),
    'i7_a_balance_in_the_journal': (
        f'update transfer set to_balance = to_balance + 7 where id = {FOURTH}',
        ['transfer tr_', 'to_balance is 50010, the journal makes it 50003', 'batch batch 4']),
    'i7_a_memo': (
        f"update transfer set memo = 'thanks a lot' where id = {FOURTH}",
        ['batch batch 4: hash does not fit its row and its transfer tr_']),
    'i7_a_time': (
        f'update transfer set at = at + 1 where id = {FOURTH}',
        ["at is not the id's time", 'batch batch 4: hash']),
    'i7_a_reason_that_does_not_exist': (
        f'update transfer set reason = 300003 where id = {FOURTH}',
        ['there is no reason 300003', 'batch batch 4: hash']),
    'i7_another_account': (
        "update transfer set to_account = (select id from account where holder = 'user:6')"
        f' where id = {FOURTH}',
        ['transfer tr_', 'to_version is 1, the journal makes it 2', 'account user:8/gold']),
    'i7_a_transfer_deleted': (
        f'delete from transfer where id = {FOURTH}',
        ['batch batch 4: it has no transfers', 'from_version is 5, the journal makes it 4',
         'account user:8/gold: last_transfer is none of its transfers; balance is 50003, the'
         ' journal makes it 0']),
    'i7_a_transfer_added': (
        'insert into transfer select merchant_id, id + 1, at, kind, asset_id, from_account,'
        ' to_account, amount, from_balance - amount, from_held, from_version + 1, id,'
        ' to_balance + amount, to_held, to_version + 1, id, batch, cause, app_id, null, reason,'
        f' ref, memo, group_id, date from transfer where id = {FOURTH}',
        ['batch batch 4: count is 1, its transfers are 2', 'transfer tr_',
         'from_balance is 799990, the journal makes it 749987',
         "account user:8/gold: it is behind the book's watermark"]),
    'i7_a_transfer_moved_to_another_batch': (
        f'update transfer set batch = batch + 1 where id = {FOURTH}',
        ['batch batch 4: it has no transfers', 'batch batch 5: ']),
    'x_01_a_balance': (
        f'update account set balance = balance + 5 where id = {SPENT}',
        ['account user:7/gold: balance is 15807, the journal makes it 15802',
         'asset gold: the balances add up to 5 instead of 0']),
    'x_01_a_held_sum': (
        f'update account set held = held - 1 where id = {SPENT}',
        ['account user:7/gold: held is 999, the journal makes it 1000']),
    'i7_an_account_version': (
        f'update account set version = version - 1 where id = {SPENT}',
        ['account user:7/gold: version is 10, the journal makes it 11']),
    'i7_an_accounts_last_transfer': (
        f'update account set last_transfer = {FOURTH} where id = {SPENT}',
        ['account user:7/gold: last_transfer is none of its transfers']),
    'i7_an_account_put_back_to_what_it_was': (
        'update account set (balance, held, version, last_transfer) = (select to_balance, to_held,'
        " to_version, id from transfer where request_id = 'gift-2') where holder = 'user:7'"
        " and asset_id = (select id from asset where code = 'gold')",
        ["account user:7/gold: it is behind the book's watermark"]),
    'i7_the_watermark': (
        'update book set watermark = last_id + 1 where batch > 0',
        ['book watermark: it is above the last transfer']),
    'i7_an_account_deleted': (
        f'delete from account where id = {SPENT}',
        ['the journal names it, first in tr_', 'asset gold: the balances add up to']),
    'i7_an_account_of_nobody': (
        "insert into account select merchant_id, id + 1, 'user:99', asset_id, 3, 0, 1, 0,"
        f' 0, 0, 0, 0, 0, created_at from account where id = {SPENT}',
        ['account user:99/gold: balance is 3, the journal makes it 0']),
    'i7_an_account_of_another_asset': (
        "update account set asset_id = 12345 where holder = 'user:8'",
        ['there is no asset 12345; asset_id is not that of its transfers']),
    'i7_a_batch_hash': (
        'update batch set hash = zeroblob(32) where number = 6',
        ['batch batch 6: hash does not fit', 'batch batch 7: previous is not the hash']),
    'i7_a_batch_count': (
        'update batch set count = 2 where number = 6',
        ['batch batch 6: count is 2, its transfers are 1; hash does not fit']),
    'i7_a_batch_deleted': (
        'delete from batch where number = 6',
        ['batch batch 6: its transfers are there, and it has no row']),
    'i7_the_last_batch_unsaid': (
        'update book set batch = batch - 1 where batch > 0',
        ['book batch: it is', 'the journal ends with batch']),
    'i7_the_head_of_the_chain': (
        'update book set chain_head = zeroblob(32) where batch > 0',
        ['book chain_head: it is not the hash of batch']),
    'i7_ids_that_would_be_given_again': (
        'update book set last_id = 1 where batch > 0',
        ['book last_id: it is below the last transfer']),
    'x_01_a_hold_given_back': (
        'update hold set released = 1000, status = 3 where captured = 0',
        ['hold hold_', 'released is 1000, the journal makes it 0']),
    'i7_a_hold_deleted': (
        'delete from hold where captured = 0',
        ['hold hold_', 'the journal made it, and it has no row']),
    'i7_a_hold_of_nobody': (
        'insert into hold select merchant_id, id + 1, account_id, amount, 0, 0, 1, null, null,'
        ' app_id, reason, 1, created_at from hold where captured = 0',
        ['hold hold_', 'no transfer made it']),
    'i7_a_request_number_of_another_object': (
        "update request_key set object = 99 where key = 'gift-3'",
        ['request_key', 'object 99 does not exist', 'names another object']),
    'i7_a_request_number_forgotten': (
        "delete from request_key where key = 'gift-3'",
        ['its request_id has no request_key']),
    'i7_an_order_number_forgotten': (
        "delete from request_key where key = 'mixed'",
        ['orders ord_', 'its number has no request_key']),
    'i7_an_order_made_paid': (
        "update orders set status = 2, amount_paid = amount where out_order_no = 'waiting'",
        ['orders ord_', 'its channel leg is 890, the journal has 0']),
    'i7_an_order_made_unpaid': (
        f'update orders set status = 4 where id = {MIXED}',
        ['it is not paid, and the journal posted for it', 'amount_paid is 1000',
         'payment pay_', 'its order is not paid by its attempt']),
    'i7_a_refunded_sum': (
        f'update orders set amount_refunded = 0 where id = {MIXED}',
        ['amount_refunded is 0, its legs make it 300']),
    'i7_an_order_deleted': (
        f'delete from orders where id = {MIXED}',
        ['orders ord_', 'the journal posted for it, and it has no row']),
    'i7_a_leg': (
        f'update leg set amount = 900 where worth = 800 and kind = 2 and refunded_worth = 240',
        ['its channel leg is 900, the journal has 800']),
    'i7_a_legs_refunded_units': (
        'update leg set refunded_amount = 0 where refunded_amount = 6000',
        ['what its wallet legs gave back is 0, the journal has 6000']),
    'i7_a_payment': (
        f'update payment set amount = 8 where id = {PAID}',
        ['payment pay_', 'amount is 8, the journal has 800']),
    'i7_a_payment_deleted': (
        f'delete from payment where id = {PAID}',
        ['payment pay_', 'the journal posted for it, and it has no row']),
    'i7_a_refund': (
        "update refund set amount = 299 where out_refund_no = 'mixed-1'",
        ['refund ref_', 'amount is 299, its legs are worth 300']),
    'i7_a_refund_undone': (
        "update refund set status = 3 where out_refund_no = 'topup-1'",
        ['amount_refunded is 500, its refunds make it 0']),
    'i7_a_case_settled_by_hand': (
        f'update cases set status = 3 where id = {OPEN}',
        ['cases case_', 'what the journal took out of suspense is 0, its amount 800']),
    'i7_a_case_deleted': (
        f'delete from cases where id = {OPEN}',
        ['cases case_', 'the journal posted for it, and it has no row']),
    'i7_a_case_of_another_amount': (
        f'update cases set amount = 80 where id = {OPEN}',
        ['cases case_', 'amount is 80, the journal has 800']),
}


def x_01_everything_was_looked_at(shop, _):
    whole = books.answer('verify', '--data', shop.data)
    same((whole['ok'], whole['findings']), (True, []))
    for what in ('batches', 'transfers', 'accounts', 'holds', 'orders', 'payments', 'refunds',
                 'cases'):
        assert whole[what] > 0, what


def one_merchant_may_be_named(shop, _):
    code, out, err = books.tael('verify', '--data', shop.data, '--merchant', shop.merchant)
    assert code == 0 and '1 merchants' in out, out + err


def a_merchant_must_exist(shop, _):
    code, out, err = books.tael('verify', '--data', shop.data, '--merchant', 'mer_0000000000001')
    assert code == 1 and 'no such merchant' in err, out + err


def i7_findings_are_objects(shop, folder):
    """What --json says of the books after an edit."""
    code, out, _ = edited(shop, folder, 'update account set balance = balance + 5'
                          f' where id = {SPENT};'
                          'update book set chain_head = zeroblob(32) where batch > 0', '--json')
    said = json.loads(out)
    same((code, said['ok'], said['found']), (3, False, 3))
    same(said['findings'], [
        {'merchant': shop.merchant, 'kind': 'account', 'row': 'user:7/gold', 'expected': 15802,
         'found': 15807, 'text': 'balance is 15807, the journal makes it 15802'},
        {'merchant': shop.merchant, 'kind': 'book', 'row': 'chain_head', 'expected': None,
         'found': None, 'text': f'it is not the hash of batch {said["batches"]}'},
        {'merchant': shop.merchant, 'kind': 'asset', 'row': 'gold', 'expected': 0, 'found': 5,
         'text': 'the balances add up to 5 instead of 0'}])


def begin(till):
    till.post('/v1/assets', {'code': 'gold', 'name': 'g', 'kind': 'points', 'scale': 0})
    till.post('/v1/assets/gold/issue', {'request_id': 'i', 'amount': 1000000})
    till.post('/v1/reasons', {'code': 300002, 'name': 'g', 'name_en': 'g', 'from': 'system',
                              'to': 'user'})


def give(till, number):
    till.post('/v1/transfers', {'request_id': f'{number}', 'from': 'system/gold',
                                'to': f'user:{number % 7 + 1}/gold', 'amount': 1 + number,
                                'reason': 300002})


def x_01_books_agree_while_a_server_posts(_, folder):
    """Verifies again and again while transfers are posted."""
    shop = books.Shop(folder)
    with shop.server() as server:
        till = books.Till(shop, server, None)
        begin(till)
        for n in range(60):
            give(till, n)
            if n % 12 == 0:
                code, out, err = books.tael('verify', '--data', shop.data)
                assert code == 0, out + err


def x_01_balances_by_sql_agree_while_rows_are_behind(_, folder):
    """Runs the query of docs/journal.md beside a server that posts."""
    page = pathlib.Path(__file__).parents[2] / 'docs' / 'journal.md'
    query = page.read_text(encoding='utf-8').split('```sql\n')[1].split('```')[0]
    shop = books.Shop(folder)
    seen_behind = 0
    with shop.server() as server:
        till = books.Till(shop, server, None)
        begin(till)
        for n in itertools.count():
            give(till, n)
            behind, said, sums = balances(shop, query)
            same(said, sums)
            seen_behind += behind > 0
            if seen_behind == 20:
                return


def balances(shop, query):
    """Of one snapshot: how many transfers accounts' rows are behind, what the query says, and the
    sums of the journal."""
    sums = {}
    store = sqlite3.connect(f'file:{shop.data}/tael.db?mode=ro', uri=True, isolation_level=None)
    store.execute('begin')
    (behind,) = store.execute('select count(*) from transfer t join book b on t.merchant_id ='
                              ' b.merchant_id and t.id > b.watermark').fetchone()
    said = {account: balance for account, balance, _ in store.execute(query)}
    for giver, getter, code, amount in store.execute(
            'select f.holder, o.holder, s.code, t.amount from transfer t'
            ' join asset s on s.merchant_id = t.merchant_id and s.id = t.asset_id'
            ' join account f on f.merchant_id = t.merchant_id and f.id = t.from_account'
            ' join account o on o.merchant_id = t.merchant_id and o.id = t.to_account'):
        sums[f'{giver}/{code}'] = sums.get(f'{giver}/{code}', 0) - amount
        sums[f'{getter}/{code}'] = sums.get(f'{getter}/{code}', 0) + amount
    store.close()
    return behind, said, sums


run(books.make, EDITS, x_01_everything_was_looked_at, one_merchant_may_be_named,
    a_merchant_must_exist, i7_findings_are_objects, x_01_books_agree_while_a_server_posts,
    x_01_balances_by_sql_agree_while_rows_are_behind)
