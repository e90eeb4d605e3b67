"""The server is killed at each commit and each call of a payment with points, and goes on."""
from world import World, run, equal, expect


def pay_until_begun(w, order, wallets):
    return w.wait_for(lambda: (lambda a: a.json if a.status in (200, 201) and a.json['action']
                               else None)(w.pay_answer(order, wallets=wallets)), 'the attempt')


def pay_once(w, att):
    """The payer may have paid before the server died: the platform takes no second payment."""
    trades = {t['out_trade_no']: t['status'] for t in w.trades()['trades']}
    if trades.get(att['number']) != 'TRADE_SUCCESS':
        w.payer_pays(att)


def e1_x_07_killed_at_every_step_of_a_combined_payment():
    """Whatever step it was: in the end either both legs are taken and the order paid, once."""
    with World() as w:
        w.gold('7', 10000)
        points = [f'{step}:{n}' for n in (1, 2, 3, 4, 5)
                  for step in ('commit.before', 'commit.after')] + ['call.before:1', 'call.after:1']
        killed = 0
        for i, point in enumerate(points):
            order = w.order(amount=1000, user='7')
            wallets = [{'asset': 'gold', 'amount': 200}]
            w.stop()
            w.start(stop_at=point)
            try:
                att = w.pay(order, wallets=wallets)
                w.payer_pays(att)
                w.wait_for(lambda: w.get_order(order)['status'] == 'paid', seconds=10)
            except (OSError, AssertionError, ValueError):
                pass
            killed += w.died_or_kill()
            w.start()
            if w.get_order(order)['status'] != 'paid':
                a = w.pay_answer(order, wallets=wallets)
                if a.code != 'order_paid':
                    pay_once(w, pay_until_begun(w, order, wallets))
            w.wait_paid(order)
            equal(w.balance('user:7/gold'), 10000 - 200 * (i + 1), point)
            equal(w.account('user:7/gold')['held'], 0, point)
            equal(w.balance('channel:main/cny'), -800 * (i + 1), point)
        expect(killed >= 4, f'only {killed} runs were killed at their point')
        w.verify()


if __name__ == '__main__':
    run([e1_x_07_killed_at_every_step_of_a_combined_payment])
