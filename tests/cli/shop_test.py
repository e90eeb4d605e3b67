"""What an operator looks at: assets, reasons, an order, the doctor."""
import json
import os
import pathlib
import sqlite3
import struct

import books
from tap import holds, run, same


def assets_and_reasons_are_added(folder):
    shop = books.Shop(folder)
    gold = ('asset', 'add', '--data', shop.data, '--code', 'gold', '--name', '金币', '--kind',
            'points', '--pay', '100=1', '--max-percent', '50')
    same(books.answer(*gold), {'asset': 'gold', 'added': True})
    same(books.answer(*gold), {'asset': 'gold', 'added': False})
    code, _, err = books.tael(*gold[:-1], '60')
    same(code, 1)
    holds(err, 'other properties')
    gift = ('reason', 'add', '--data', shop.data, '--code', '300002', '--name', '红包',
            '--name-en', 'red packet', '--from', 'system', '--to', 'user')
    same(books.answer(*gift), {'reason': 300002, 'added': True})
    same(books.answer(*gift), {'reason': 300002, 'added': False})
    tea = ('reason', 'add', '--data', shop.data, '--code', '300003', '--name', '消费', '--name-en',
           'spent', '--routes', 'user>system/gold,user>shop')
    same(books.answer(*tea), {'reason': 300003, 'added': True})
    same(books.answer(*tea), {'reason': 300003, 'added': False})
    same(books.answer('asset', 'add', '--data', shop.data, '--code', 'open', '--name', 'o',
                      '--kind', 'points', '--frozen-incoming', 'allow'),
         {'asset': 'open', 'added': True})
    fleeting = ('asset', 'add', '--data', shop.data, '--code', 'stamp', '--name', 's',
                '--kind', 'points', '--expires-days')
    same(books.answer(*fleeting, '30'), {'asset': 'stamp', 'added': True})
    same(books.answer(*fleeting, '30'), {'asset': 'stamp', 'added': False})
    with shop.server() as server:
        till = books.Till(shop, server, None)
        same([a['expires_days'] for a in till.get('/v1/assets')['data']],
             [None, None, None, 30])
        same([r['routes'] for r in till.get('/v1/reasons?after=300002')['data']],
             [[{'from': 'user', 'to': 'shop', 'asset': None},
               {'from': 'user', 'to': 'system', 'asset': 'gold'}]])
        same([a['frozen_incoming'] for a in till.get('/v1/assets')['data']],
             ['refuse', 'refuse', 'allow', 'refuse'])
        shown = [a for a in till.get('/v1/assets')['data'] if a['code'] == 'gold']
        same(shown[0]['pay'], {'units': 100, 'fen': 1, 'max_percent': 50})
        till.post('/v1/assets/gold/issue', {'request_id': 'i', 'amount': 10})
        till.post('/v1/transfers', {'request_id': 't', 'from': 'system/gold', 'to': 'user:7/gold',
                                    'amount': 1, 'reason': 300002})
        same(books.answer(*gold), {'asset': 'gold', 'added': False})


def assets_and_reasons_that_cannot_be(folder):
    shop = books.Shop(folder)
    asset = ('asset', 'add', '--data', shop.data, '--code', 'gold', '--name', 'g')
    reason = ('reason', 'add', '--data', shop.data, '--name', 'a', '--name-en', 'b')
    for want, *arguments in (
            (1, *asset, '--kind', 'gems'), (2, *asset, '--kind', 'points', '--scale', 'x'),
            (1, *asset, '--kind', 'points', '--scale', '9'),
            (2, *asset, '--kind', 'points', '--pay', '100'),
            (2, *asset, '--kind', 'points', '--pay', '0=1'),
            (2, *asset, '--kind', 'points', '--max-percent', '50'),
            (1, *asset, '--kind', 'points', '--pay', '1=1', '--max-percent', '101'),
            (1, *asset[:5], 'Gold', *asset[6:], '--kind', 'points'),
            (1, *asset, '--kind', 'points', '--merchant', 'mer_0000000000001'),
            (1, *reason, '--code', '99999', '--from', 'user', '--to', 'system'),
            (2, *reason, '--code', 'x', '--from', 'user', '--to', 'system'),
            (1, *reason, '--code', '300002', '--from', 'User', '--to', 'system'),
            (1, *reason, '--code', '300002', '--from', 'channel', '--to', 'system'),
            (1, *reason, '--code', '300002', '--from', 'robot', '--to', 'system'),
            (1, *reason, '--code', '300002', '--routes', 'user'),
            (1, *reason, '--code', '300002', '--routes', 'user>system/silver'),
            (2, *reason, '--code', '300002', '--routes', 'user>system', '--to', 'system'),
            (2, *reason, '--code', '300002', '--from', 'user'),
            (1, *asset, '--kind', 'points', '--frozen-incoming', 'maybe'),
            (1, *asset, '--kind', 'points', '--expires-days', '3651'),
            (2, *asset, '--kind', 'points', '--expires-days', 'long'),
            (1, *asset, '--kind', 'money', '--expires-days', '7')):
        code, _, err = books.tael(*arguments)
        assert code == want and err, (arguments, code, err)


def an_order_is_shown(folder):
    shop = books.Shop(folder)
    with shop.sandbox() as sandbox:
        shop.add_alipay()
        with shop.server() as server:
            till = books.Till(shop, server, sandbox)
            order = till.order('A-1', 1000)
            till.payer('pay', till.pay(order)['number'])
            till.sync(order)
            shown = books.answer('order', 'show', order, '--data', shop.data)
            same(shown['order'], till.get(f'/v1/orders/{order}'))
            same(shown['timeline'], till.get(f'/v1/orders/{order}/timeline')['data'])
    code, out, _ = books.tael('order', 'show', 'A-1', '--data', shop.data)
    same(code, 0)
    for text in (order, 'paid  test', '10.00 yuan', 'alipay.qr', 'channel:main/cny', 'payment'):
        holds(out, text)
    same(books.tael('order', 'show', 'A-2', '--data', shop.data)[0], 1)
    same(books.tael('order', 'show', 'ord_0000000000001', '--data', shop.data)[0], 1)


def a6_a_number_that_two_apps_used(folder):
    shop = books.Shop(folder)
    second = books.answer('app', 'add', '--data', shop.data, '--name', 'second')['app']
    key = books.answer('key', 'add', '--data', shop.data, '--app', second)['key']
    with shop.server() as server:
        till = books.Till(shop, server, None)
        till.order('A-1', 1000)
        till.shop.key = key
        theirs = till.order('A-1', 2000)
    code, _, err = books.tael('order', 'show', 'A-1', '--data', shop.data)
    same(code, 2)
    holds(err, '--app')
    shown = books.answer('order', 'show', 'A-1', '--app', second, '--data', shop.data)
    same(shown['order']['id'], theirs)


def results(shop, *more):
    code, out, _ = books.tael('doctor', '--data', shop.data, '--json', *more)
    said = json.loads(out)
    same(said['ok'], code == 0)
    return code, [(c['check'], c['result'], c['text']) for c in said['checks']]


def find(said, check, result):
    found = [text for name, word, text in said if (name, word) == (check, result)]
    assert found, (check, result, said)
    return found[0]


def the_doctor_finds_nothing_wrong(folder):
    shop = books.Shop(folder)
    with shop.sandbox():
        shop.add_alipay()
        code, said = results(shop)
        same(code, 0)
        for check in ('modes', 'disk', 'libraries', 'migrations', 'jobs', 'cases', 'channels',
                      'clock', 'gateway'):
            find(said, check, 'ok')
        find(said, 'public_url', 'warning')
        with shop.server():
            same(results(shop)[0], 0)


def the_doctor_finds_what_is_wrong(folder):
    shop = books.Shop(folder)
    data = pathlib.Path(shop.data)
    with shop.sandbox():
        shop.add_alipay()
    code, said = results(shop)
    same(code, 3)
    holds(find(said, 'gateway', 'bad'), 'cannot be reached')
    same(results(shop, '--offline')[0], 0)

    os.chmod(data / 'tael.db', 0o644)
    code, said = results(shop, '--offline')
    same(code, 3)
    holds(find(said, 'modes', 'bad'), 'chmod 600')
    os.chmod(data / 'tael.db', 0o600)

    key = (data / 'master.key').read_text(encoding='utf-8')
    (data / 'master.key').write_text('0' * 64 + '\n', encoding='utf-8')
    code, said = results(shop, '--offline')
    same(code, 3)
    holds(find(said, 'channels', 'bad'), 'master key')
    (data / 'master.key').unlink()
    code, said = results(shop, '--offline')
    same(code, 3)
    holds(find(said, 'store', 'bad'), 'no master key')
    find(said, 'migrations', 'ok')
    (data / 'master.key').write_text(key, encoding='utf-8')
    os.chmod(data / 'master.key', 0o600)

    with sqlite3.connect(data / 'tael.db') as store:
        (merchant,) = store.execute('select merchant_id from merchant').fetchone()
        store.execute('insert into job (merchant_id, kind, object, due_at, claims, parked,'
                      ' created_at) values (?, 1, 7, 0, 5, 1, 0)', (merchant,))
        store.execute('insert into cases (merchant_id, id, app_id, kind, status, amount,'
                      ' created_at) values (?, 5, 0, 5, 1, 1, 0)', (merchant,))
    store.close()
    code, said = results(shop, '--offline')
    same(code, 3)
    holds(find(said, 'jobs', 'bad'), 'order.expire')
    holds(find(said, 'cases', 'warning'), '1 open')

    with open(data / 'tael.ini', 'a', encoding='utf-8') as settings:
        settings.write('public_url = https://pay.example.com\n')
    holds(find(results(shop, '--offline')[1], 'public_url', 'ok'), 'pay.example.com')
    with open(data / 'tael.ini', 'a', encoding='utf-8') as settings:
        settings.write('nonsense = 1\n')
    same(results(shop, '--offline')[0], 3)


def the_doctor_needs_no_store(folder):
    code, out, _ = books.tael('doctor', '--data', str(folder / 'nowhere'))
    same(code, 3)
    holds(out, 'there is no store')


def a_test_clock_is_refused_where_money_is_real(folder):
    shop = books.Shop(folder)
    books.answer('merchant', 'add', '--data', shop.data, '--name', 'x', '--live')
    (folder / 'clock').write_bytes(struct.pack('<q', 0))
    code, _, err = books.tael('serve', '--data', shop.data, '--listen', '127.0.0.1:0',
                              '--test-clock', str(folder / 'clock'))
    same(code, 1)
    holds(err, 'a merchant here is live')


def no_merchant_becomes_live_under_a_test_clock(folder):
    shop = books.Shop(folder)
    with shop.server():
        code, _, err = books.tael('merchant', 'add', '--data', shop.data, '--name', 'x', '--live')
        same(code, 1)
        holds(err, 'test clock')
        same(books.tael('merchant', 'add', '--data', shop.data, '--name', 'x')[0], 0)


run(assets_and_reasons_are_added, assets_and_reasons_that_cannot_be, an_order_is_shown,
    a6_a_number_that_two_apps_used, the_doctor_finds_nothing_wrong,
    the_doctor_finds_what_is_wrong, the_doctor_needs_no_store,
    a_test_clock_is_refused_where_money_is_real, no_merchant_becomes_live_under_a_test_clock)
