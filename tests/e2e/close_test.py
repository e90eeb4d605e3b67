"""Closing, expiry, late money, money twice."""
from world import World, run, equal, expect


def trade_status(w, att):
    return next((t['status'] for t in w.trades()['trades']
                 if t['out_trade_no'] == att['number']), None)


def c1_an_expired_order_is_closed_at_the_channel_first():
    with World() as w:
        w.hook(['order.closed'])
        order = w.order(expires_in=600)
        att = w.pay(order)
        w.sandbox('/sandbox/scan', {'channel': 'alipay', 'out_trade_no': att['number']})
        w.step_clock(601)
        w.wait_for(lambda: w.get_order(order)['status'] == 'closed', 'the order to be closed')
        equal(trade_status(w, att), 'TRADE_CLOSED')
        w.wait_for(lambda: w.shop.events('order.closed'), 'the webhook')
        a = w.pay_answer(order)
        equal((a.status, a.code), (409, 'order_closed'))
        a = w.post('/v1/orders', {'out_order_no': order['out_order_no'], 'amount': 8800,
                                  'subject': '茶 & tea'})
        equal((a.status, a.code), (409, 'order_closed'))  # C12
        w.verify()


def c1_an_expired_order_that_was_paid_is_paid():
    with World(hold_notices=True) as w:
        order = w.order(expires_in=600)
        w.payer_pays(w.pay(order))
        w.step_clock(601)
        w.wait_paid(order)
        w.verify()


def c11_closing_a_paid_order():
    with World() as w:
        order = w.order()
        w.payer_pays(w.pay(order))
        w.wait_paid(order)
        a = w.act(f"/v1/orders/{order['id']}/close")
        equal((a.status, a.code), (409, 'order_paid'))


def c3_a_close_that_is_not_confirmed_leaves_the_order_closing():
    with World() as w:
        order = w.order()
        att = w.pay(order)
        w.sandbox('/sandbox/scan', {'channel': 'alipay', 'out_trade_no': att['number']})
        w.fault('close', 'error', times=2)
        equal(w.good(w.act(f"/v1/orders/{order['id']}/close"))['status'], 'closing')
        for _ in range(6):
            w.step_clock(15)
        w.wait_for(lambda: w.get_order(order)['status'] == 'closed', 'the job to close it')
        equal(trade_status(w, att), 'TRADE_CLOSED')
        w.verify()


def c4_c5_late_money_waits_in_suspense_and_goes_back_once():
    """Never scanned: closed for stock, watched; paid afterwards: refunded by itself, told once."""
    with World() as w:
        w.hook(['order.*', 'refund.*'])
        w.gold('7', 500)
        order = w.order(amount=1000, user='7')
        att = w.pay(order, wallets=[{'asset': 'gold', 'amount': 200}])
        closed = w.good(w.act(f"/v1/orders/{order['id']}/close"))
        equal((closed['status'], closed['attempt']), ('closed', None))
        equal(w.account('user:7/gold')['held'], 0)
        w.payer_pays(att)
        late = w.wait_for(lambda: (lambda o: o if o['flags'] else None)(w.get_order(order)),
                          'the late money')
        equal((late['status'], late['flags'], late['amount_paid']), ('closed', ['late'], 0))
        w.wait_for(lambda: w.balance('suspense/cny') == 0, 'the refund')
        equal(w.balance('channel:main/cny'), 0)
        equal(w.balance('user:7/gold'), 500)
        w.wait_for(lambda: w.shop.events('order.paid_late'), 'the webhook')
        refunds = w.good(w.get(f"/v1/refunds?order={order['id']}"))['data']
        equal([(r['kind'], r['status'], r['amount']) for r in refunds],
              [('exception', 'succeeded', 800)])
        equal(w.get_order(order)['amount_refunded'], 0)
        equal(w.shop.events('order.paid'), [])
        equal(len({e['data']['object']['id'] for e in w.shop.events('order.paid_late')}), 1)
        w.verify()


def d1_paid_twice_the_second_goes_back():
    with World() as w:
        w.hook(['order.*'])
        order = w.order()
        first = w.pay(order)
        second = w.pay(order, 'alipay.page')
        expect(second['id'] != first['id'])
        w.payer_pays(first)
        w.wait_paid(order)
        w.payer_pays(second)
        w.wait_for(lambda: 'twice' in w.get_order(order)['flags'], 'the second payment')
        w.wait_for(lambda: w.balance('channel:main/cny') == -8800, 'its refund')
        equal(w.balance('suspense/cny'), 0)
        equal(w.balance('system/cny'), 8800)
        w.wait_for(lambda: w.shop.events('order.paid_twice'), 'the webhook')
        w.verify()


def d7_another_amount_that_a_query_confirms_goes_to_suspense_and_back():
    with World(hold_notices=True) as w:
        w.hook(['order.*'])
        order = w.order()
        w.payer_pays(w.pay(order))
        w.fault('query', 'wrong_amount', fen=100)
        shown = w.good(w.act(f"/v1/orders/{order['id']}/sync"))
        equal((shown['status'], shown['flags'], shown['amount_paid']), ('open', ['under'], 0))
        w.wait_for(lambda: w.balance('suspense/cny') == 0, 'the refund')
        equal(w.balance('system/cny'), 0)
        w.wait_for(lambda: w.shop.events('order.paid_under'), 'the webhook')
        w.verify()


def a_new_attempt_takes_the_wallets_over():
    with World() as w:
        w.gold('7', 200)
        order = w.order(amount=1000, user='7')
        wallets = [{'asset': 'gold', 'amount': 200}]
        first = w.pay(order, wallets=wallets)
        second = w.pay(order, 'alipay.page', wallets=wallets)
        equal(w.account('user:7/gold')['held'], 200)
        w.payer_pays(second)
        w.wait_paid(order)
        equal(w.balance('user:7/gold'), 0)
        expect(first['id'] != second['id'])
        w.verify()


def an_older_attempt_that_is_paid_still_takes_its_points():
    """E3: the hold is with the newer attempt; it is given back and the points taken once."""
    with World() as w:
        w.gold('7', 200)
        order = w.order(amount=1000, user='7')
        wallets = [{'asset': 'gold', 'amount': 200}]
        first = w.pay(order, wallets=wallets)
        w.pay(order, 'alipay.page', wallets=wallets)
        w.payer_pays(first)
        w.wait_paid(order)
        equal((w.balance('user:7/gold'), w.account('user:7/gold')['held']), (0, 0))
        w.verify()


if __name__ == '__main__':
    run([c1_an_expired_order_is_closed_at_the_channel_first,
         c1_an_expired_order_that_was_paid_is_paid, c11_closing_a_paid_order,
         c3_a_close_that_is_not_confirmed_leaves_the_order_closing,
         c4_c5_late_money_waits_in_suspense_and_goes_back_once,
         d1_paid_twice_the_second_goes_back,
         d7_another_amount_that_a_query_confirms_goes_to_suspense_and_back,
         a_new_attempt_takes_the_wallets_over,
         an_older_attempt_that_is_paid_still_takes_its_points])
