"""Orders paid through Alipay's protocol, by wallets, and by both."""
import json

from world import World, run, equal, expect, signed_right


def pays_by_qr_and_tells_the_shop():
    with World() as w:
        hook = w.hook(['order.*'])
        order = w.order(amount=8800, attach='table 4')
        att = w.pay(order)
        equal(att['action']['type'], 'qrcode')
        expect(att['action']['qrcode'].startswith('https://qr.alipay.com/bax'))
        w.payer_pays(att)
        paid = w.wait_paid(order)
        equal(paid['amount_paid'], 8800)
        equal(w.balance('system/cny'), 8800)
        equal(w.balance('channel:main/cny'), -8800)
        w.wait_for(lambda: w.shop.events('order.paid'), 'the webhook')
        request = w.shop.got[0]
        expect(signed_right(request, hook['secret']))
        equal(w.shop.events('order.paid')[0]['data']['object']['attach'], 'table 4')
        w.verify()


def s0_14_points_and_alipay():
    """Points are reserved at the order, captured when it is paid, released when it is closed."""
    with World() as w:
        w.gold('7', 500)
        order = w.order(amount=1000, user='7')
        att = w.pay(order, wallets=[{'asset': 'gold', 'amount': 200}])
        equal(att['channel_amount'], 800)
        equal(w.account('user:7/gold')['held'], 200)
        w.payer_pays(att)
        w.wait_paid(order)
        equal(w.balance('user:7/gold'), 300)
        equal(w.account('user:7/gold')['held'], 0)
        second = w.order(amount=1000, user='7')
        w.pay(second, wallets=[{'asset': 'gold', 'amount': 300}])
        equal(w.account('user:7/gold')['available'], 0)
        w.good(w.act(f"/v1/orders/{second['id']}/close"))
        equal(w.account('user:7/gold')['available'], 300)
        w.verify()


def wallet_topup_credits_the_user():
    with World() as w:
        order = w.order(amount=5000, user='7', action={'name': 'wallet.topup', 'args': {}})
        w.payer_pays(w.pay(order))
        equal(w.wait_paid(order)['fulfilment'], 'done')
        equal(w.balance('user:7/cny'), 5000)
        second = w.order(amount=3000, user='7')
        att = w.pay(second, 'wallet', wallets=[{'asset': 'cny', 'amount': 3000}])
        equal(att['status'], 'paid')
        equal(w.balance('user:7/cny'), 2000)
        w.verify()


def certificate_mode_pays_and_refunds():
    with World(channel_config='alipay-cert.json') as w:
        for method in ('alipay.qr', 'alipay.page', 'alipay.wap', 'alipay.jsapi'):
            order = w.order(amount=1000)
            more = {'openid': '2088102146225135'} if method == 'alipay.jsapi' else {}
            w.payer_pays(w.pay(order, method, **more))
            w.wait_paid(order)
            equal(w.refund(order, 1000)['status'], 'succeeded', method)
        equal(w.balance('channel:main/cny'), 0)
        w.verify()


def the_time_line_tells_all_and_no_secret():
    """Attempts, calls, notices, money, events and webhooks of one order; K6: no secret anywhere."""
    with World() as w:
        w.hook(['*'])
        w.gold('7', 500)
        order = w.order(amount=1000, user='7')
        w.payer_pays(w.pay(order, wallets=[{'asset': 'gold', 'amount': 200}]))
        w.wait_paid(order)
        w.refund(order, 500)
        w.wait_for(lambda: w.shop.events('refund.succeeded'), 'the webhook')
        told = w.wait_for(lambda: (lambda d: d if any(h['what'] == 'webhook' for h in d) else None)(
            w.good(w.get(f"/v1/orders/{order['id']}/timeline"))['data']), 'the webhook in it')
        kinds = {h['what'] for h in told}
        expect({'order.created', 'attempt.begun', 'attempt.ended', 'payment', 'hold', 'transfer',
                'hold.captured', 'refund.made', 'refund.ended', 'event', 'call',
                'webhook'} <= kinds, str(kinds))
        equal([h['at'] for h in told], sorted(h['at'] for h in told))
        config = json.loads((w.dir / 'alipay.json').read_text())
        canaries = [w.key.rsplit('_', 1)[1], config['private_key'][100:160]]
        for path in list(w.dir.glob('*.log')) + [w.data / 'calls.log', w.data / 'tael.db']:
            data = path.read_bytes().decode('utf-8', 'replace')
            for secret in canaries:
                expect(secret not in data, f'a secret stands in {path.name}')
        w.verify()


if __name__ == '__main__':
    run([pays_by_qr_and_tells_the_shop, s0_14_points_and_alipay, wallet_topup_credits_the_user,
         certificate_mode_pays_and_refunds, the_time_line_tells_all_and_no_secret])
