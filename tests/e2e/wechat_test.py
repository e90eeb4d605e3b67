"""What only WeChat Pay's protocol has: serials, certificates, probes, a second address."""
import json

from channels_test import a_held_notice, deliver, world
from world import World, run, equal, expect, free_port

SIGNED_BY = [f'wechatpay-{part}' for part in ('timestamp', 'nonce', 'signature', 'serial')]


def f6_an_abnormal_refund_is_neither_done_nor_failed():
    with world('wechat') as w:
        w.hook(['*'])
        order = w.order()
        w.payer_pays(w.pay(order, 'wechat.qr'))
        w.wait_paid(order)
        w.fault('refund', 'abnormal_refund', channel='wechat')
        refund = w.refund(order, 8800)
        w.step_clock(11)
        w.wait_for(lambda: w.get_refund(refund)['status'] == 'abnormal', 'the refund')
        equal(w.get_order(order)['amount_refunded'], 0)
        w.wait_for(lambda: w.shop.events('refund.abnormal'), 'the webhook')
        w.verify()


def b5_a_probe_is_refused_like_any_forgery():
    for kind in ('probe', 'forge', 'unsigned', 'unknown_serial', 'old_timestamp'):
        with world('wechat') as w:
            order = w.order()
            w.fault('notice', kind, channel='wechat')
            w.payer_pays(w.pay(order, 'wechat.qr'))
            # Its repeat is good.
            w.wait_paid(order)
            refused = [c for c in w.calls('notice', 'wechat') if c['status'] >= 400]
            expect(refused, kind)
            w.verify()


def b12_a_platform_that_changes_its_certificate_is_followed():
    with World(channel_config='wechat-cert.json', one_clock=True) as w:
        w.wait_for(lambda: w.calls('certificates', 'wechat'), 'the first fetch')
        order = w.order()
        w.payer_pays(w.pay(order, 'wechat.qr'))
        w.wait_paid(order)
        before = len(w.calls('certificates', 'wechat'))
        waiting = w.order()
        att = w.pay(waiting, 'wechat.qr')
        w.sandbox('/sandbox/wechat/rotate', {})
        # Its notice is signed by a certificate that nobody here has seen: refused, fetched, taken.
        w.payer_pays(att)
        w.wait_paid(waiting)
        w.wait_for(lambda: len(w.calls('certificates', 'wechat')) > before, 'the fetch')
        late = w.order()
        w.payer_pays(w.pay(late, 'wechat.qr'))
        w.wait_paid(late)
        refund = w.refund(late, 8800)
        w.step_clock(11)
        w.wait_for(lambda: w.get_refund(refund)['status'] == 'succeeded', 'the refund')
        equal(w.tael('channel', 'test', '--data', w.data).returncode, 0)
        w.verify()


def b12_certificates_that_nobody_configured_are_fetched():
    with World(channel_config=None, one_clock=True) as w:
        config = json.loads((w.dir / 'wechat-cert.json').read_text())
        del config['platform_certs']
        (w.dir / 'wechat-bare.json').write_text(json.dumps(config))
        w.add_channel('main', 'wechat-bare.json')
        w.wait_for(lambda: any(c['status'] == 200 for c in w.calls('certificates', 'wechat')),
                   'the fetch')
        order = w.order()
        att = w.wait_for(lambda: (lambda a: a if a['action'] else None)(w.pay(order, 'wechat.qr')),
                         'the code')
        w.payer_pays(att)
        w.wait_paid(order)
        w.verify()


def b13_header_names_in_any_case_and_none_twice():
    with world('wechat', hold_notices=True) as w:
        order, notice, fields = a_held_notice(w, 'wechat')
        for field, value in fields:
            if field.lower() in SIGNED_BY:
                expect(deliver(w, notice, [*fields, (field.upper(), value)]) >= 400, field)
        equal(w.get_order(order)['amount_paid'], 0)
        odd = [(''.join(c.upper() if i % 2 else c.lower() for i, c in enumerate(k)), v)
               for k, v in fields]
        equal(deliver(w, notice, odd), 200)
        equal(w.get_order(order)['status'], 'paid')
        w.verify()


def b14_a_notice_is_verified_by_its_bytes():
    with world('wechat', hold_notices=True) as w:
        order, notice, fields = a_held_notice(w, 'wechat')
        again = json.dumps(json.loads(notice['body']), indent=1).encode()
        for body in (notice['body'] + b'\n', b' ' + notice['body'], again,
                     notice['body'].replace(b'/', b'\\/')):
            if body != notice['body']:
                expect(deliver(w, notice, fields, body) >= 400, str(body[:80]))
        equal(w.get_order(order)['amount_paid'], 0)
        equal(deliver(w, notice, fields), 200)
        w.verify()


def a_backup_is_asked_when_the_first_address_is_dead():
    with World(channel_config=None) as w:
        config = json.loads((w.dir / 'wechat.json').read_text())
        config['base_url'] = f'http://127.0.0.1:{free_port()}'
        (w.dir / 'wechat-away.json').write_text(json.dumps(config))
        w.add_channel('main', 'wechat-away.json')
        order = w.order()
        w.payer_pays(w.pay(order, 'wechat.qr'))
        w.wait_paid(order)
        created = w.calls('create', 'wechat')
        equal([c.get('status') for c in created], [None, 200], str(created))
        w.verify()


def a_browser_goes_from_h5_straight_to_the_shop():
    with world('wechat') as w:
        order = w.order()
        att = w.pay(order, 'wechat.h5', client_ip='203.0.113.9',
                    return_url='https://shop.example/done?n=1')
        expect(att['action']['redirect'].endswith(
            '&redirect_url=https%3A%2F%2Fshop.example%2Fdone%3Fn%3D1'), str(att['action']))


if __name__ == '__main__':
    run([f6_an_abnormal_refund_is_neither_done_nor_failed, b5_a_probe_is_refused_like_any_forgery,
         b12_a_platform_that_changes_its_certificate_is_followed,
         b12_certificates_that_nobody_configured_are_fetched,
         b13_header_names_in_any_case_and_none_twice, b14_a_notice_is_verified_by_its_bytes,
         a_backup_is_asked_when_the_first_address_is_dead,
         a_browser_goes_from_h5_straight_to_the_shop])
