"""Refunds over the legs: split, races, repeats, answers that are lost."""
from world import World, run, equal, expect, parallel


def paid(w, amount=8800, **more):
    order = w.order(amount=amount, **{k: v for k, v in more.items() if k != 'wallets'})
    att = w.pay(order, wallets=more.get('wallets', []))
    w.payer_pays(att)
    w.wait_paid(order)
    return order


def settle(w, order, want):
    """Moves the clock until the order shows `want` refunded."""
    for _ in range(40):
        if w.get_order(order)['amount_refunded'] == want and \
                w.get_order(order)['amount_refunding'] == 0:
            return
        w.step_clock(5)
        try:
            w.wait_for(lambda: w.get_order(order)['amount_refunding'] == 0, 'refunds', seconds=0.5)
        except AssertionError:
            pass
    raise AssertionError(f'refunded {w.get_order(order)["amount_refunded"]}, expected {want}')


def e7_refunds_go_back_over_both_legs_until_nothing_is_left():
    with World() as w:
        w.gold('7', 500)
        order = paid(w, amount=1000, user='7', wallets=[{'asset': 'gold', 'amount': 333}])
        equal(w.refund(order, 500)['status'], 'succeeded')
        equal(w.balance('user:7/gold'), 167 + 167)
        equal(w.balance('channel:main/cny'), -667 + 333)
        shown = w.get_order(order)
        equal([(leg['refunded_amount'], leg['refunded_worth'])
               for leg in shown['attempt']['legs']], [(167, 167), (333, 333)])
        for amount in (1, 99, 400):
            w.refund(order, amount)
        settle(w, order, 1000)
        equal((w.balance('user:7/gold'), w.balance('channel:main/cny')), (500, 0))
        equal(w.balance('system/cny'), 0)
        a = w.refund_answer(order, 1)
        equal((a.status, a.code), (409, 'refund_exceeds_paid'))
        w.verify()


def f1_parallel_refunds_of_more_than_was_paid():
    with World() as w:
        order = paid(w)
        answers = parallel(10, lambda i: w.refund_answer(order, 2000, number=f'P-{i}'))
        good = [a for a in answers if a.status == 201]
        equal(len(good), 4, str([(a.status, a.text[:80]) for a in answers]))
        equal({a.code for a in answers if a.status != 201}, {'refund_exceeds_paid'})
        settle(w, order, 8000)
        trade = w.trades()['trades'][0]
        equal(w.balance('channel:main/cny'), -800)
        equal(trade['refunded_fen'], 8000, str(trade))
        w.verify()


def f2_f3_the_same_refund_number_again():
    with World() as w:
        order = paid(w)
        first = w.refund(order, 100, number='R')
        again = w.refund_answer(order, 100, number='R')
        equal((again.status, again.json['id']), (200, first['id']))
        a = w.refund_answer(order, 101, number='R')
        equal((a.status, a.code), (409, 'conflict'))
        equal(w.get_order(order)['amount_refunded'], 100)
        w.verify()


def f4_a_refund_whose_answer_is_lost_is_sent_again_under_its_number():
    for done in (True, False):
        with World() as w:
            w.hook(['refund.*'])
            order = paid(w)
            w.fault('refund', 'lose_answer', done=done)
            refund = w.refund(order, 100)
            equal(refund['status'], 'pending')
            equal(w.get_order(order)['amount_refunding'], 100)
            settle(w, order, 100)
            equal(w.get_refund(refund)['status'], 'succeeded')
            equal(w.balance('channel:main/cny'), -8700)
            equal(w.trades()['trades'][0]['refunded_fen'], 100)
            w.wait_for(lambda: w.shop.events('refund.succeeded'), 'the webhook')
            w.verify()


def a_refund_that_is_on_its_way_shows_no_error():
    with World() as w:
        order = paid(w)
        w.fault('refund', 'pending_refund', ms=600000)
        refund = w.refund(order, 100)
        equal((refund['status'], refund['error']), ('pending', None))


def f5_a_refund_the_channel_cannot_pay_yet_waits():
    with World() as w:
        order = paid(w)
        w.fault('refund', 'error', code='ACQ.SELLER_BALANCE_NOT_ENOUGH')
        refund = w.refund(order, 100)
        equal((refund['status'], refund['error']['code']),
              ('pending', 'ACQ.SELLER_BALANCE_NOT_ENOUGH'))
        settle(w, order, 100)
        w.verify()


def f12_f14_refunds_that_cannot_be():
    with World() as w:
        unpaid = w.order()
        a = w.refund_answer(unpaid, 100)
        equal((a.status, a.code), (409, 'order_not_paid'))
        order = paid(w)
        for amount in (0, -1, 1.5, '1', 2 ** 53):
            a = w.refund_answer(order, amount)
            equal((a.status, a.json['param']), (400, 'amount'), str(amount))
        a = w.refund_answer(order, 8801)
        equal((a.status, a.code), (409, 'refund_exceeds_paid'))
        equal(w.good(w.get(f"/v1/refunds?order={order['id']}"))['data'], [])
        w.verify()


def a_refused_refund_gives_the_reservation_back():
    with World() as w:
        w.hook(['refund.failed'])
        order = paid(w)
        w.fault('refund', 'error', code='ACQ.TRADE_NOT_ALLOW_REFUND')
        refund = w.refund(order, 100)
        equal((refund['status'], refund['error']['code']), ('failed', 'ACQ.TRADE_NOT_ALLOW_REFUND'))
        equal(w.get_order(order)['amount_refunding'], 0)
        w.wait_for(lambda: w.shop.events('refund.failed'), 'the webhook')
        w.verify()


def a_topup_is_refunded_only_from_what_is_left():
    with World() as w:
        order = w.order(amount=5000, user='7', action={'name': 'wallet.topup', 'args': {}})
        w.payer_pays(w.pay(order))
        w.wait_paid(order)
        spent = w.order(amount=4000, user='7')
        w.pay(spent, 'wallet', wallets=[{'asset': 'cny', 'amount': 4000}])
        a = w.refund_answer(order, 2000)
        equal((a.status, a.code), (409, 'insufficient_balance'))
        equal(w.refund(order, 1000)['status'], 'succeeded')
        equal((w.balance('user:7/cny'), w.balance('channel:main/cny')), (0, -4000))
        w.verify()


def f_killed_around_the_refund_call():
    for point in ('call.before:1', 'call.after:1', 'commit.after:2', 'commit.before:2'):
        with World() as w:
            order = paid(w)
            w.stop()
            w.start(stop_at=point)
            try:
                w.refund_answer(order, 100, number='R')
            except OSError:
                pass
            if w.server.poll() is None and point.startswith('commit'):
                w.kill()
            equal(w.wait_dead(), -9, point)
            w.start()
            answer = w.refund_answer(order, 100, number='R')
            expect(answer.status in (200, 201), f'{point} {answer!r}')
            settle(w, order, 100)
            equal(w.trades()['trades'][0]['refunded_fen'], 100, point)
            w.verify()


if __name__ == '__main__':
    run([e7_refunds_go_back_over_both_legs_until_nothing_is_left,
         f1_parallel_refunds_of_more_than_was_paid, f2_f3_the_same_refund_number_again,
         f4_a_refund_whose_answer_is_lost_is_sent_again_under_its_number,
         a_refund_that_is_on_its_way_shows_no_error,
         f5_a_refund_the_channel_cannot_pay_yet_waits, f12_f14_refunds_that_cannot_be,
         a_refused_refund_gives_the_reservation_back, a_topup_is_refunded_only_from_what_is_left,
         f_killed_around_the_refund_call])
