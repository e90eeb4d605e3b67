"""Notices: repeated, forged, wrong, misdirected, and killed between commit and answer."""
import html
import re
import urllib.parse

from world import World, run, equal, expect, parallel


def held(w, amount=8800):
    """An order that was paid at the platform, and its notice, which nobody has taken yet."""
    order = w.order(amount=amount)
    att = w.pay(order)
    w.payer_pays(att)
    notice = w.wait_for(lambda: next((n for n in w.notices()
                                      if att['number'].encode() in n['body']), None), 'the notice')
    return order, att, notice


def b1_s0_16_x_06_one_notice_a_hundred_times():
    with World(hold_notices=True) as w:
        w.hook(['order.paid'])
        order, att, notice = held(w)
        answers = parallel(100, lambda i: w.hand_on(notice))
        equal({a.text for a in answers}, {'success'})
        equal(w.get_order(order)['status'], 'paid')
        equal(w.balance('system/cny'), 8800)
        w.wait_for(lambda: w.shop.events('order.paid'), 'the webhook')
        equal(w.hand_on(notice).text, 'success')
        told = [e for r in w.shop.got if r['path'] == '/hook' for e in [r]]
        equal(len({r['headers'].get('webhook-id') or r['headers'].get('Webhook-Id')
                   for r in told}), 1)
        w.verify()


def b4_s1_07_bad_and_missing_signatures():
    with World(hold_notices=True) as w:
        order, att, notice = held(w)
        fields = urllib.parse.parse_qsl(notice['body'].decode())
        for change in ({'total_amount': '0.01'}, {'trade_status': 'TRADE_FINISHED'},
                       {'sign': 'AAAA'}, {'sign': None}, {'app_id': '2021000000000009'},
                       {'out_trade_no': 'attX'}):
            changed = [(k, change.get(k, v)) for k, v in fields]
            body = urllib.parse.urlencode([(k, v) for k, v in changed if v is not None]).encode()
            a = w.hand_on(notice, body=body)
            expect(a.text != 'success', f'{change}: {a!r}')
        for body in (b'', b'%', b'a=1&a=1', b'sign=x', notice['body'] + b'&sign=x',
                     b'x' * 70000):
            expect(w.hand_on(notice, body=body).text != 'success', str(body[:20]))
        equal(w.get_order(order)['status'], 'open')
        equal(w.balance('system/cny'), 0)
        refused = [line for line in w.raw('GET', '/metrics').text.splitlines()
                   if line.startswith('tael_notices_total{result="refused"}')]
        expect(refused and int(refused[0].split()[-1]) >= 10, str(refused))
        equal(w.hand_on(notice).text, 'success')
        equal(w.get_order(order)['status'], 'paid')
        w.verify()


def b6_another_amount_is_not_applied_but_asked_about():
    with World() as w:
        order = w.order(amount=8800)
        att = w.pay(order)
        w.fault('notice', 'wrong_amount')
        w.payer_pays(att)
        paid = w.wait_paid(order)  # the query, or the notice's next try, tells the right amount
        equal((paid['amount_paid'], paid['flags']), (8800, []))
        equal(w.balance('system/cny'), 8800)
        equal(w.balance('suspense/cny'), 0)
        w.verify()


def b7_b8_the_wrong_account():
    with World(hold_notices=True) as w:
        cert = w.add_channel('second', 'alipay-cert.json')
        order, att, notice = held(w)
        base = notice['path'].rsplit('/', 1)[0]
        a = w.hand_on(notice, path=f"{base}/{cert['id']}")
        expect(a.text != 'success', repr(a))
        for path in (base + '/ca_0000000000001', base + '/x', '/notify/alipay/x/y',
                     base.replace('alipay', 'wechat') + '/' + cert['id']):
            a = w.hand_on(notice, path=path)
            expect(a.text != 'success' and a.status in (200, 400, 404, 500), f'{path} {a!r}')
        equal(w.get_order(order)['status'], 'open')
        equal(w.balance('suspense/cny'), 0)
        w.verify()


def b10_money_under_an_unknown_number_waits_in_suspense():
    """The same platform account is used by another store: its payments reach us as well."""
    with World(hold_notices=True) as w:
        order, att, notice = held(w)
        with World(channel_config=None) as stranger:
            import shutil
            shutil.copy(w.dir / 'alipay.json', stranger.dir / 'alipay.json')
            ca = stranger.add_channel('main', 'alipay.json')
            path = f"/notify/alipay/{stranger.merchant}/{ca['id']}"
            a = stranger.raw('POST', path, notice['body'],
                             {'Content-Type': 'application/x-www-form-urlencoded'})
            equal(a.text, 'success')
            equal(stranger.balance('suspense/cny'), 8800)
            equal(stranger.balance('channel:main/cny'), -8800)
            stranger.raw('POST', path, notice['body'],
                         {'Content-Type': 'application/x-www-form-urlencoded'})
            equal(stranger.balance('suspense/cny'), 8800)
            stranger.verify()


def b16_killed_between_commit_and_answer():
    with World(hold_notices=True) as w:
        order, att, notice = held(w)
        committed = False
        for n in range(1, 8):
            w.stop()
            w.start(stop_at=f'commit.after:{n}')
            try:
                answered = w.hand_on(notice).text
            except OSError:
                answered = None
            if answered is not None:
                w.kill()
                w.start()
                break
            equal(w.wait_dead(), -9)
            w.start()
            committed = committed or w.get_order(order)['status'] == 'paid'
            if committed:
                break
        expect(committed, 'no run was killed right after the commit')
        equal(w.hand_on(notice).text, 'success')
        equal(w.get_order(order)['status'], 'paid')
        equal(w.balance('system/cny'), 8800)
        w.verify()


def s1_06_a_browsers_return_never_changes_state():
    with World(hold_notices=True) as w:
        order = w.order(return_url='https://shop.example/thanks?a=1')
        att = w.pay(order, 'alipay.page')
        path = f"/return/alipay/{w.merchant}/{w.channel['id']}"
        forged = urllib.parse.urlencode({'out_trade_no': att['number'], 'total_amount': '88.00',
                                         'trade_status': 'TRADE_SUCCESS', 'sign': 'AAAA',
                                         'sign_type': 'RSA2'})
        a = w.raw('GET', f'{path}?{forged}')
        expect(a.status >= 400, repr(a))
        equal(w.get_order(order)['status'], 'open')
        equal(w.balance('system/cny'), 0)
        w.verify()


def k16_a_right_return_goes_on_to_the_shop_and_changes_nothing_itself():
    """The payer pays in the cashier; its signed return is verified, shown on, and no proof."""
    with World() as w:
        order = w.order(return_url='https://shop.example/thanks?a=1')
        att = w.pay(order, 'alipay.page')
        page = w.open_page(att)
        while page.status in (302, 303):
            there = urllib.parse.urljoin(w.sandbox_url + '/gateway.do', page.headers['location'])
            page = w.raw('GET', urllib.parse.urlsplit(there).path, base=w.sandbox_url)
        action = re.search(r'<form method="post" action="([^"]+)"', page.text).group(1)
        a = w.raw('POST', html.unescape(action), b'do=pay',
                  {'Content-Type': 'application/x-www-form-urlencoded'}, base=w.sandbox_url)
        expect(a.status in (302, 303), repr(a))
        url = urllib.parse.urlsplit(a.headers['location'])
        expect(url.path.startswith('/return/alipay/'), a.headers['location'])
        w.wait_paid(order)
        back = w.raw('GET', f'{url.path}?{url.query}')
        equal((back.status, back.headers['location']),
              (303, f"https://shop.example/thanks?a=1&order={order['id']}"))
        changed = f'{url.path}?{url.query}'.replace('total_amount=88', 'total_amount=89')
        expect(w.raw('GET', changed).status >= 400)
        w.verify()


def s1_08_x_03_killed_between_paid_and_told_the_shop_is_told_later():
    with World(hold_notices=True) as w:
        w.hook(['order.paid'])
        order, att, notice = held(w)
        w.shop.reply = lambda request: 500 if request['path'] == '/hook' else 200
        equal(w.hand_on(notice).text, 'success')
        w.kill()
        w.shop.reply = lambda request: 200
        before = len([r for r in w.shop.got if r['path'] == '/hook'])
        w.start()
        w.step_clock(10)
        w.wait_for(lambda: len([r for r in w.shop.got if r['path'] == '/hook']) > before,
                   'the webhook after the restart')
        w.verify()


if __name__ == '__main__':
    run([b1_s0_16_x_06_one_notice_a_hundred_times, b4_s1_07_bad_and_missing_signatures,
         b6_another_amount_is_not_applied_but_asked_about, b7_b8_the_wrong_account,
         b10_money_under_an_unknown_number_waits_in_suspense,
         b16_killed_between_commit_and_answer, s1_06_a_browsers_return_never_changes_state,
         k16_a_right_return_goes_on_to_the_shop_and_changes_nothing_itself,
         s1_08_x_03_killed_between_paid_and_told_the_shop_is_told_later])
