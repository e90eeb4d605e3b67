"""Edits the marks on the way back through accounts, and sees `tael verify` name each edit."""
import books
from edits import run

MARK = "account_id = (select id from account where holder = 'user:often') and version = 1024"

# name -> (SQL, texts that the output must hold)
EDITS = {
    'i7_a_mark_deleted': (
        f'delete from account_mark where {MARK}',
        ['transfer tr_', 'user:often/gold has no account_mark of its version 1024']),
    'i7_a_mark_of_a_later_version': (
        f'update account_mark set version = 2048 where {MARK}',
        ['user:often/gold has no account_mark of its version 1024',
         'account_mark user:often/gold 2048: tr_', 'did not give the account this version']),
    'i7_a_mark_of_a_version_that_has_none': (
        f'update account_mark set version = 1023 where {MARK}',
        ['user:often/gold has no account_mark of its version 1024',
         'account_mark user:often/gold 1023: its version is no multiple of 1024; tr_']),
    'i7_a_mark_of_another_account': (
        "update account_mark set account_id = (select id from account where holder = 'user:once')"
        f' where {MARK}',
        ['user:often/gold has no account_mark of its version 1024',
         'account_mark user:once/gold 1024: tr_', 'did not give the account this version']),
    'i7_a_mark_at_the_transfer_before': (
        'update account_mark set transfer_id = (select max(id) from transfer where'
        f' id < transfer_id) where {MARK}',
        ['account_mark user:often/gold 1024: tr_', 'did not give the account this version']),
    'i7_a_mark_at_no_transfer': (
        f'update account_mark set transfer_id = 1 where {MARK}',
        ['account_mark user:often/gold 1024: tr_', 'did not give the account this version']),
    'i7_a_mark_too_many': (
        'insert into account_mark select merchant_id, account_id, 2048, transfer_id'
        f' from account_mark where {MARK}',
        ['account_mark user:often/gold 2048: tr_', 'did not give the account this version']),
}


def gift(user, number):
    return {'request_id': f'{user}-{number:04}', 'from': 'system/gold', 'to': f'user:{user}/gold',
            'amount': 1 + number % 9, 'reason': 300002}


def make(folder):
    """often got something more than 1,024 times, once by one."""
    shop = books.Shop(folder)
    with shop.server() as server:
        till = books.Till(shop, server, None)
        till.post('/v1/assets', {'code': 'gold', 'name': '金币', 'kind': 'points', 'scale': 0})
        till.post('/v1/assets/gold/issue', {'request_id': 'issue', 'amount': 1000000})
        till.post('/v1/reasons', {'code': 300002, 'name': '红包', 'name_en': 'a reason',
                                  'from': 'system', 'to': 'user'})
        till.post('/v1/transfers', gift('once', 0))
        till.post('/v1/transfers/batch', {'transfers': [gift('often', n) for n in range(1100)]})
    return shop


run(make, EDITS)
