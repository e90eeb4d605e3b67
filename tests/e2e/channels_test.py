"""Every platform by its own protocol: the same promises, whatever is said on the wire."""
import datetime
import http.client
import json
import subprocess
import urllib.parse

from world import World, run, equal, expect

OPENID = {'openid': 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'}

# What each platform's sandbox calls its operations, how the payer's codes begin, what is given for
# each method, and how long a barcode is waited for and not cancelled.
PLATFORMS = {
    'wechat': {'qr': 'native', 'barcode': 'codepay', 'busy': 'SYSTEM_ERROR', 'code': '10',
               'wait_s': 45, 'gap_s': 15, 'key': 'api_v3_key',
               'methods': {'qr': ('qrcode', {}), 'app': ('app', {}), 'jsapi': ('jsapi', OPENID),
                           'mini': ('jsapi', OPENID),
                           'h5': ('redirect', {'client_ip': '203.0.113.7'})}},
    'qq': {'qr': 'unified_order', 'barcode': 'micropay', 'busy': 'SYSTEMERROR', 'code': '910000',
           'wait_s': 30, 'gap_s': 300, 'key': 'api_key',
           'methods': {'qr': ('qrcode', {}), 'jsapi': ('jsapi', {}), 'app': ('app', {})}},
}


def each(story):
    """The same story for every platform."""
    def stories():
        for name, platform in PLATFORMS.items():
            print(f'# {name}', flush=True)
            story(name, platform)
    stories.__name__ = story.__name__
    return stories


def world(name, **more):
    return World(channel_config=f'{name}.json', one_clock=True, **more)


def code(platform, last):
    return platform['code'].ljust(14, '0') + last


def sync(w, order):
    return w.good(w.act(f"/v1/orders/{order['id']}/sync"))


def deliver(w, notice, fields, body=None):
    """Hands a notice on with these header fields, each as often as it is named."""
    url = urllib.parse.urlsplit(w.url)
    c = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    body = notice['body'] if body is None else body
    try:
        c.putrequest('POST', notice['path'])
        for field, value in fields:
            c.putheader(field, value)
        c.putheader('Content-Length', str(len(body)))
        c.endheaders(body)
        return c.getresponse().status
    finally:
        c.close()


def fields_of(notice):
    return [(k, v) for k, v in notice['headers'].items()
            if k.lower() not in ('host', 'content-length', 'connection')]


def a_held_notice(w, name):
    order = w.order()
    w.payer_pays(w.pay(order, f'{name}.qr'))
    notice = w.wait_for(w.notices, 'the notice')[0]
    return order, notice, fields_of(notice)


@each
def s0_13_s1_03_each_method_gives_what_it_says(name, platform):
    with world(name) as w:
        for method, (kind, more) in platform['methods'].items():
            att = w.pay(w.order(), f'{name}.{method}', **more)
            equal(att['action']['type'], kind, method)
            expect(att['action'][kind], method)
            for missing in more:
                a = w.pay_answer(w.order(), f'{name}.{method}')
                equal((a.status, a.json['param']), (400, missing), method)
        a = w.pay_answer(w.order(), f'{name}.barcode')
        equal((a.status, a.json['param']), (400, 'auth_code'))
        for method in ('alipay.qr', 'wechat.qr', 'qq.qr'):
            if not method.startswith(name):
                a = w.pay_answer(w.order(), method)
                equal((a.status, a.code), (409, 'channel_not_configured'), method)
        w.verify()


@each
def s0_14_points_and_money_by_a_notice_and_half_back(name, platform):
    with world(name) as w:
        w.hook(['*'])
        w.gold('7', 500)
        order = w.order(amount=8800, user='7')
        att = w.pay(order, f'{name}.qr', wallets=[{'asset': 'gold', 'amount': 200}])
        equal(w.account('user:7/gold')['available'], 300)
        w.payer_pays(att)
        w.wait_paid(order)
        equal((w.balance('user:7/gold'), w.balance('channel:main/cny')), (300, -8600))
        refund = w.refund(order, 4400)
        expect(refund['status'] in ('pending', 'succeeded'), str(refund))
        w.step_clock(11)
        w.wait_for(lambda: w.get_refund(refund)['status'] == 'succeeded', 'the refund')
        equal((w.balance('user:7/gold'), w.balance('channel:main/cny')), (400, -4300))
        w.wait_for(lambda: w.shop.events('order.paid') and w.shop.events('refund.succeeded'),
                   'the webhooks')
        w.verify()


@each
def c7_a_password_is_waited_for_and_then_paid(name, platform):
    with world(name, public=False) as w:
        order = w.order(amount=200000)
        att = w.pay(order, 'barcode', auth_code=code(platform, '9001'))
        equal((att['method'], att['status']), (f'{name}.barcode', 'pending'))
        again = w.pay_answer(order, 'barcode', auth_code=code(platform, '9001'))
        equal((again.status, again.json['id']), (200, att['id']))
        other = w.pay_answer(order, f'{name}.qr')
        equal((other.status, other.code), (409, 'attempt_pending'))
        w.step_clock(11)
        w.wait_paid(order)
        w.verify()


def seconds_to_cancel(w, name):
    """From the payment's call to the first reverse, by the server's clock."""
    begun, ended = (datetime.datetime.fromisoformat(w.calls(what, name)[0]['at'].replace('Z', ''))
                    for what in ('create', 'cancel'))
    return (ended - begun).total_seconds()


@each
def c7_a_barcode_nobody_confirms_is_reversed_and_only_then_given_up(name, platform):
    with world(name, public=False) as w:
        order = w.order()
        # The first reverse is lost, others are refused: money may move until one is confirmed.
        w.fault('reverse', 'lose_answer', channel=name, done=False)
        w.fault('reverse', 'error', channel=name, code=platform['busy'], times=1000)
        att = w.pay(order, f'{name}.barcode', auth_code=code(platform, '9002'))
        equal(att['status'], 'pending')

        def step_until(condition, text):
            w.wait_for(lambda: condition() or w.step_clock(5) or sync(w, order) and None, text)

        step_until(lambda: len(w.calls('cancel', name)) > 2, 'reverses')
        equal(w.get_order(order)['attempt']['status'], 'pending')
        waited = seconds_to_cancel(w, name)
        expect(waited >= max(platform['wait_s'], platform['gap_s']), f'after {waited} s')
        w.raw('DELETE', '/sandbox/faults', base=w.sandbox_url)
        step_until(lambda: w.get_order(order)['attempt'] is None, 'the barcode to be dead')
        expect(w.pay(order, f'{name}.qr')['action'])
        w.verify()


@each
def c7_a_code_that_never_arrived_is_not_reversed_too_soon(name, platform):
    with world(name, public=False) as w:
        order = w.order()
        att = w.pay(order, f'{name}.barcode', auth_code=code(platform, '9006'))
        equal(att['status'], 'unknown')
        w.wait_for(lambda: w.calls('cancel', name) or w.step_clock(5) or sync(w, order) and None,
                   'the reverse')
        waited = seconds_to_cancel(w, name)
        expect(waited >= platform['gap_s'], f'after {waited} s')
        w.verify()


def c8_money_that_comes_after_a_cancel_goes_back():
    with World() as w:
        order = w.order()
        w.fault('cancel', 'paid_after_close', ms=100)
        w.pay(order, 'barcode', auth_code='280000000000009002')
        w.step_clock(61)
        w.wait_for(lambda: 'late' in w.get_order(order)['flags']
                   or w.get_order(order)['status'] == 'paid', 'the money to be seen')
        w.verify()


@each
def a9_lost_answers_are_settled_by_asking(name, platform):
    with world(name) as w:
        order = w.order()
        w.fault(platform['qr'], 'lose_answer', channel=name)
        att = w.pay(order, f'{name}.qr')
        equal((att['status'], att['action']), ('unknown', None))
        again = w.pay(order, f'{name}.qr')
        equal((again['number'], again['status']), (att['number'], 'pending'))
        w.payer_pays(again)
        w.wait_paid(order)
        w.fault('refund', 'lose_answer', channel=name)
        refund = w.refund(order, 8800)
        w.step_clock(11)
        w.wait_for(lambda: w.get_refund(refund)['status'] == 'succeeded', 'the refund')
        equal(w.balance('channel:main/cny'), 0)
        lost = w.order()
        w.fault(platform['barcode'], 'lose_answer', channel=name)
        w.pay(lost, f'{name}.barcode', auth_code=code(platform, '0001'))
        w.step_clock(6)
        w.wait_paid(lost)
        w.verify()


@each
def s1_05_an_order_paid_by_two_platforms_keeps_one(name, platform):
    with World(channel_config=('alipay.json', f'{name}.json'), one_clock=True,
               hold_notices=True) as w:
        order = w.order()
        first = w.pay(order, f'{name}.qr')
        w.step_clock(301)
        w.fault('close', 'paid_after_close', channel=name, ms=0)
        second = w.pay(order, 'alipay.qr')
        expect(second['number'] != first['number'])
        w.payer_pays(second)
        for platform_of_it in ('alipay', name):
            notice = w.wait_for(lambda: next((n for n in w.notices() if n['path'].startswith(
                f'/notify/{platform_of_it}/')), None), 'the notice')  # pylint: disable=W0640
            equal(deliver(w, notice, fields_of(notice)), 200)
        equal(w.get_order(order)['flags'], ['twice'])
        w.step_clock(11)
        w.wait_for(lambda: w.balance(f'channel:{name}/cny') == 0, 'the second to go back')
        equal((w.get_order(order)['status'], w.balance('channel:main/cny')), ('paid', -8800))
        equal(w.balance('suspense/cny'), 0)
        w.verify()


@each
def a_close_that_would_be_too_early_comes_later(name, platform):
    if name != 'qq':
        return
    with World(channel_config=('qq.json', 'alipay.json'), one_clock=True, public=False) as w:
        order = w.order()
        w.pay(order, 'qq.qr')
        second = w.pay(order, 'alipay.qr')
        equal(second['status'], 'pending')
        equal(w.calls('close', 'qq'), [])
        w.step_clock(310)
        w.wait_for(lambda: w.calls('close', 'qq'), 'the close')
        lone = w.order()
        w.pay(lone, 'qq.qr')
        equal(w.good(w.act(f"/v1/orders/{lone['id']}/close"), 200, 202)['status'], 'closing')
        w.step_clock(310)
        w.wait_for(lambda: w.get_order(lone)['status'] == 'closed', 'the order to be closed')
        w.verify()


@each
def b11_a_notice_of_yesterdays_key_is_still_read(name, platform):
    with world(name) as w:
        order = w.order()
        att = w.pay(order, f'{name}.qr')
        config = json.loads((w.dir / f'{name}.json').read_text())
        config[platform['key']] = 'b7' * 15 + 'c8'
        (w.dir / f'{name}-2.json').write_text(json.dumps(config))
        equal(w.add_channel('main', f'{name}-2.json')['version'], 2)
        w.payer_pays(att)
        w.wait_paid(order)
        expect(any(c['status'] == 200 for c in w.calls('notice', name)), 'no notice was taken')
        w.verify()


@each
def b4_b14_a_notice_counts_only_as_it_was_signed(name, platform):
    with world(name, hold_notices=True) as w:
        order, notice, fields = a_held_notice(w, name)
        for body in (notice['body'].replace(b'8800', b'8801'), notice['body'][:-30],
                     notice['body'].replace(b'att', b'atu')):
            if body != notice['body']:
                deliver(w, notice, fields, body)
        equal(w.get_order(order)['amount_paid'], 0)
        equal(deliver(w, notice, fields), 200)
        equal(w.get_order(order)['status'], 'paid')
        w.verify()


def k8_by_https_and_with_a_certificate_where_it_is_asked_for():
    for name in ('alipay', *PLATFORMS):
        by_https(name)


def by_https(name):
    with world(name, tls=True) as w:
        order = w.order()
        w.payer_pays(w.pay(order, f'{name}.qr'))
        w.wait_paid(order)
        refund = w.refund(order, 8800)
        w.step_clock(11)
        w.wait_for(lambda: w.get_refund(refund)['status'] == 'succeeded', 'the refund')
        equal(w.tael('channel', 'test', '--data', w.data).returncode, 0)
        told = w.tael_json('doctor', '--data', w.data, '--json')['checks']
        expect(any('certificate of version 1 ends in' in c['text'] for c in told), str(told))
        # Its issuer is not one of the system's: without `ca` nothing is sent.
        config = json.loads((w.dir / f'{name}.json').read_text())
        del config['ca']
        (w.dir / f'{name}-2.json').write_text(json.dumps(config))
        w.add_channel('main', f'{name}-2.json')
        lost = w.pay(w.order(), f'{name}.qr')
        equal((lost['status'], lost['action']), ('unknown', None))
        equal(w.tael('channel', 'test', '--data', w.data, ok=False).returncode, 3)
        w.verify()


def doctor_warns_before_a_client_certificate_ends():
    with world('qq', tls=True, start=False) as w:
        config = json.loads((w.dir / 'qq.json').read_text())
        for days, result in ((10, 'warning'), (40, 'ok')):
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
                            str(days), '-subj', '/CN=shop', '-keyout', w.dir / 'key.pem', '-out',
                            w.dir / 'cert.pem'], check=True, capture_output=True)
            config['cert'] = (w.dir / 'cert.pem').read_text()
            config['key'] = (w.dir / 'key.pem').read_text()
            (w.dir / 'qq-own.json').write_text(json.dumps(config))
            version = w.add_channel('main', 'qq-own.json')['version']
            told = w.tael_json('doctor', '--offline', '--data', w.data, '--json')['checks']
            equal([c['result'] for c in told
                   if f'certificate of version {version} ends in' in c['text']], [result])


@each
def b15_monstrous_notices_are_refused_at_once(name, platform):
    with world(name) as w:
        path = f"/notify/{name}/{w.merchant}/{w.channel['id']}"
        for body in (b'[' * 10000 + b']' * 10000, b'{"a":' * 10000 + b'1' + b'}' * 10000,
                     b'<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>', b'<xml>' * 5000,
                     b'x' * 60000, b''):
            a = w.raw('POST', path, body, {'Content-Type': 'application/json'})
            expect(a.status >= 400 or 'FAIL' in a.text, repr(a))
        a = w.raw('POST', path, b'x' * 2000000, {'Content-Type': 'text/xml'})
        expect(a.status >= 400, repr(a))
        equal(w.raw('GET', '/readyz').status, 200)
        w.verify()


if __name__ == '__main__':
    run([s0_13_s1_03_each_method_gives_what_it_says,
         s0_14_points_and_money_by_a_notice_and_half_back,
         c7_a_password_is_waited_for_and_then_paid,
         c7_a_barcode_nobody_confirms_is_reversed_and_only_then_given_up,
         c7_a_code_that_never_arrived_is_not_reversed_too_soon,
         c8_money_that_comes_after_a_cancel_goes_back, a9_lost_answers_are_settled_by_asking,
         s1_05_an_order_paid_by_two_platforms_keeps_one,
         a_close_that_would_be_too_early_comes_later,
         b11_a_notice_of_yesterdays_key_is_still_read,
         b4_b14_a_notice_counts_only_as_it_was_signed,
         k8_by_https_and_with_a_certificate_where_it_is_asked_for,
         doctor_warns_before_a_client_certificate_ends,
         b15_monstrous_notices_are_refused_at_once])
