"""Attempts: methods, refusals, repeats, answers that are lost, crashes."""
import threading

from world import World, run, equal, expect


def a4_a5_the_same_number_again():
    with World() as w:
        first = w.good(w.post('/v1/orders', {'out_order_no': 'N', 'amount': 100, 'subject': 'a'}))
        again = w.post('/v1/orders', {'out_order_no': 'N', 'amount': 100, 'subject': 'a'})
        equal(again.status, 200)
        equal(again.json['id'], first['id'])
        equal(again.headers.get('idempotent-replayed'), 'true')
        for other in ({'amount': 101}, {'subject': 'b'}, {'user': '7'}, {'attach': 'x'}):
            a = w.post('/v1/orders', {'out_order_no': 'N', 'amount': 100, 'subject': 'a', **other})
            equal((a.status, a.code), (409, 'conflict'), str(other))
        equal(w.get_order(first)['amount'], 100)
        att = w.pay(first)
        shown = w.post('/v1/orders', {'out_order_no': 'N', 'amount': 100, 'subject': 'a'}).json
        equal(shown['attempt']['id'], att['id'])
        w.verify()


def s0_13_each_method_gives_what_it_says():
    with World() as w:
        expected = {'alipay.page': 'redirect', 'alipay.wap': 'redirect', 'alipay.app': 'app',
                    'alipay.qr': 'qrcode', 'alipay.jsapi': 'jsapi'}
        for method, kind in expected.items():
            more = {'openid': '2088102146225135'} if method == 'alipay.jsapi' else {}
            att = w.pay(w.order(), method, **more)
            equal(att['action']['type'], kind, method)
            expect(att['action'][kind], method)
        att = w.pay(w.order(), 'alipay.page')
        expect('<form' in att['action']['form'])
        a = w.pay_answer(w.order(), 'alipay.jsapi')
        equal((a.status, a.json['param']), (400, 'openid'))
        a = w.pay_answer(w.order(), 'alipay.barcode')
        equal((a.status, a.json['param']), (400, 'auth_code'))
        paid = w.pay(w.order(), 'alipay.barcode', auth_code='280000000000000001')
        equal((paid['status'], paid['action']), ('paid', None))
        failed = w.pay(w.order(), 'alipay.barcode', auth_code='280000000000009012')
        equal((failed['status'], failed['error']['code']),
              ('failed', 'ACQ.BUYER_BALANCE_NOT_ENOUGH'))
        w.verify()


def a_payers_code_tells_its_channel():
    with World() as w:
        order = w.order()
        paid = w.pay(order, 'barcode', auth_code='280000000000000001')
        equal((paid['status'], paid['method'], paid['action']), ('paid', 'alipay.barcode', None))
        again = w.pay_answer(order, 'barcode', auth_code='280000000000000001')
        equal((again.status, again.json['id']), (200, paid['id']))
        a = w.pay_answer(w.order(), 'barcode')
        equal((a.status, a.json['param']), (400, 'auth_code'))
        for code in ('000000000000000001', '240000000000000001', '310000000000000001',
                     '28000000000000000a', '2800000000000000000000001'):
            a = w.pay_answer(w.order(), 'barcode', auth_code=code)
            equal((a.status, a.json['param']), (400, 'auth_code'), code)
            for range_ in ('Alipay: 16 to 24 digits that begin with 25 to 30',
                           'WeChat Pay: 18 digits that begin with 10 to 15',
                           'QQ Wallet: 18 digits that begin with 91'):
                expect(range_ in a.json['detail'], repr(a))
        w.verify()


def s0_15_what_cannot_be_paid_so_is_refused():
    with World() as w:
        w.gold('7', 5000)
        order = w.order(amount=1000, user='7')
        seen = set()
        for body, status in [
                ({'method': 'alipay.telepathy'}, 400),
                ({'method': 'paypal'}, 400),
                ({'method': ['alipay.qr', 'alipay.page']}, 400),
                ({'method': 'alipay.qr', 'method2': 'alipay.page'}, 400),
                (b'{"method":"alipay.qr","method":"alipay.page"}', 400),
                ({'method': 'wallet'}, 400),
                ({'method': 'wallet', 'wallets': [{'asset': 'gold', 'amount': 400}]}, 400),
                ({'method': 'alipay.qr', 'wallets': [{'asset': 'gold', 'amount': 600}]}, 400),
                ({'method': 'alipay.qr', 'wallets': [{'asset': 'gold', 'amount': 0}]}, 400),
                ({'method': 'alipay.qr', 'wallets': [{'asset': 'silver', 'amount': 1}]}, 400),
                ({'method': 'alipay.qr', 'wallets': [{'asset': 'gold', 'amount': 1},
                                                     {'asset': 'gold', 'amount': 1}]}, 400)]:
            a = w.post(f"/v1/orders/{order['id']}/pay", body)
            equal(a.status, status, str(body))
            seen.add(a.code)
        expect({'unknown_method', 'wallets_do_not_fit', 'wallet_share_exceeded',
                'unknown_asset', 'amount_out_of_range'} <= seen, str(seen))
        nobody = w.order(amount=1000)
        a = w.pay_answer(nobody, wallets=[{'asset': 'gold', 'amount': 10}])
        equal((a.status, a.json['param']), (400, 'wallets'))
        equal(w.get_order(order)['attempt'], None)
        equal(w.account('user:7/gold')['held'], 0)
        for amount in (0, -1, 1.0, '100', 2 ** 53, True, None):
            a = w.post('/v1/orders', {'out_order_no': 'bad', 'amount': amount, 'subject': 's'})
            equal(a.status, 400, str(amount))
            equal(a.json['param'], 'amount', str(amount))
        equal(w.good(w.get('/v1/orders?out_order_no=bad'))['data'], [])
        w.verify()


def the_same_pay_again_is_the_same_attempt():
    with World() as w:
        order = w.order()
        first = w.pay(order)
        again = w.pay_answer(order)
        equal((again.status, again.json['id']), (200, first['id']))
        equal(again.json['action'], first['action'])
        equal(again.headers.get('idempotent-replayed'), 'true')


def a9_a_lost_answer_is_unknown_and_sent_again_under_its_number():
    with World() as w:
        order = w.order()
        w.fault('precreate', 'lose_answer')
        att = w.pay(order)
        equal((att['status'], att['action']), ('unknown', None))
        again = w.pay(order)
        equal((again['id'], again['number']), (att['id'], att['number']))
        equal((again['status'], again['action']['type']), ('pending', 'qrcode'))
        w.payer_pays(again)
        w.wait_paid(order)
        w.verify()


def a9_the_job_sends_it_again_when_nobody_asks():
    with World() as w:
        order = w.order()
        w.fault('precreate', 'lose_answer')
        equal(w.pay(order)['status'], 'unknown')
        w.step_clock(6)
        w.wait_for(lambda: w.get_order(order)['attempt']['status'] == 'pending', 'the job')
        equal(w.get_order(order)['attempt']['action']['type'], 'qrcode')


def a8_killed_before_the_call_the_order_goes_on_under_the_same_number():
    with World() as w:
        order = w.order()
        w.stop()
        w.start(stop_at='call.before:1')
        try:
            w.pay_answer(order)
        except OSError:
            pass
        equal(w.wait_dead(), -9)
        w.start()
        left = w.get_order(order)['attempt']
        expect(left['status'] in ('created', 'pending'), left['status'])
        att = w.wait_for(lambda: (lambda a: a.json if a.status in (200, 201) else None)(
            w.pay_answer(order)), 'the attempt')
        equal(att['number'], left['number'])
        w.payer_pays(att)
        w.wait_paid(order)
        w.verify()


def a10_a_channel_that_says_already_paid_is_asked():
    with World(hold_notices=True) as w:
        order = w.order()
        w.fault('pay', 'error', done=True)
        att = w.pay(order, 'alipay.barcode', auth_code='280000000000000001')
        if att['status'] != 'paid':
            att = w.pay(order, 'alipay.barcode', auth_code='280000000000000001')
        w.wait_paid(order)
        equal(w.balance('system/cny'), 8800)
        w.verify()


def b2_a_notice_before_our_call_has_returned():
    with World() as w:
        order, answers = w.order(), []
        w.fault('precreate', 'delay', ms=1500)
        t = threading.Thread(target=lambda: answers.append(w.pay_answer(order)))
        t.start()
        att = w.attempt_of(order)
        w.wait_for(lambda: w.raw('POST', '/sandbox/pay', b'{"channel":"alipay","out_trade_no":"%s"}'
                                 % att['number'].encode(), {'Content-Type': 'application/json'},
                                 base=w.sandbox_url).status == 200, 'the payer')
        w.wait_paid(order)
        t.join(30)
        equal(answers[0].status, 201)
        equal(answers[0].json['status'], 'paid')
        equal(w.get_order(order)['status'], 'paid')
        w.verify()


def b3_without_a_public_address_payments_are_found_by_asking():
    with World(public=False) as w:
        order = w.order()
        att = w.pay(order)
        w.payer_pays(att)
        w.step_clock(6)
        w.wait_paid(order)
        w.verify()


def c7_a_barcode_nobody_confirms_is_cancelled_and_only_then_failed():
    with World(public=False) as w:
        order = w.order()
        att = w.pay(order, 'alipay.barcode', auth_code='280000000000009002')
        equal(att['status'], 'pending')
        other = w.pay_answer(order)
        equal((other.status, other.code), (409, 'attempt_pending'))
        expect(other.headers.get('retry-after'))
        for second in range(5, 50, 5):
            w.step_clock(5)
            w.good(w.act(f"/v1/orders/{order['id']}/sync"))
            equal(w.get_order(order)['attempt']['status'], 'pending', f'after {second} s')
        w.step_clock(30)
        w.wait_for(lambda: w.get_order(order)['attempt'] is None, 'the barcode to be dead')
        equal([t['status'] for t in w.trades()['trades']], ['TRADE_CLOSED'])
        expect(w.pay(order)['action'])
        w.verify()


def d3_a_second_attempt_that_finds_the_first_paid_is_not_made():
    with World(hold_notices=True) as w:
        order = w.order()
        w.payer_pays(w.pay(order))
        a = w.pay_answer(order, 'alipay.page')
        equal((a.status, a.code), (409, 'order_paid'))
        equal(w.get_order(order)['status'], 'paid')
        equal(w.balance('system/cny'), 8800)
        w.verify()


def e5_many_orders_against_points_for_one():
    from world import parallel
    with World() as w:
        w.gold('7', 500)
        orders = [w.order(amount=1000, user='7') for _ in range(100)]
        answers = parallel(100, lambda i: w.pay_answer(
            orders[i], wallets=[{'asset': 'gold', 'amount': 500}]))
        good = [a for a in answers if a.status == 201]
        refused = [a for a in answers if a.status == 409 and a.code == 'insufficient_balance']
        busy = [a for a in answers if a.status == 503]
        equal((len(good), len(good) + len(refused) + len(busy)), (1, 100))
        equal(w.account('user:7/gold')['available'], 0)
        w.verify()


if __name__ == '__main__':
    run([a4_a5_the_same_number_again, s0_13_each_method_gives_what_it_says,
         a_payers_code_tells_its_channel,
         s0_15_what_cannot_be_paid_so_is_refused, the_same_pay_again_is_the_same_attempt,
         a9_a_lost_answer_is_unknown_and_sent_again_under_its_number,
         a9_the_job_sends_it_again_when_nobody_asks,
         a8_killed_before_the_call_the_order_goes_on_under_the_same_number,
         a10_a_channel_that_says_already_paid_is_asked, b2_a_notice_before_our_call_has_returned,
         b3_without_a_public_address_payments_are_found_by_asking,
         c7_a_barcode_nobody_confirms_is_cancelled_and_only_then_failed,
         d3_a_second_attempt_that_finds_the_first_paid_is_not_made,
         e5_many_orders_against_points_for_one])
