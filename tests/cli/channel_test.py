"""Channel accounts: adding, versions, the gateway's test, inspection; no secret ever shown."""
import http.server
import json
import pathlib
import threading
import time

import books
from tap import holds, run, same


class Listener(http.server.ThreadingHTTPServer):
    """Keeps what it is sent; its clock may be wrong."""

    def __init__(self, seconds_ahead=0):
        class Handler(http.server.BaseHTTPRequestHandler):
            def date_time_string(self, timestamp=None):
                return super().date_time_string((timestamp or time.time()) + seconds_ahead)

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers['Content-Length'] or 0))
                self.server.kept.append((str(self.headers), body))
                self.server.came.set()
                self.send_response(200)
                self.send_header('Content-Length', '7')
                self.end_headers()
                self.wfile.write(b'success')

            do_GET = do_POST

            def log_message(self, *_):
                pass

        super().__init__(('127.0.0.1', 0), Handler)
        self.kept, self.came = [], threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


def config_of(shop, name='alipay'):
    return json.loads((shop.folder / 'sandbox' / f'{name}.json').read_text(encoding='utf-8'))


def add(shop, config, name='main', merchant=None):
    file = shop.folder / 'config.json'
    file.write_text(json.dumps(config, indent=1), encoding='utf-8')
    return books.tael('channel', 'add', '--data', shop.data, '--channel', 'alipay', '--name', name,
                      '--config', str(file), *(['--merchant', merchant] if merchant else []),
                      '--json')


def a_config_of_its_own(folder):
    """Another identity's configuration, with keys that nobody else has."""
    with books.Process(folder / 'other.log', 'sandbox', '--listen', '127.0.0.1:0', '--out',
                       str(folder / 'other')):
        return json.loads((folder / 'other' / 'alipay.json').read_text(encoding='utf-8'))


def an_account_gets_versions(folder):
    shop = books.Shop(folder)
    with shop.sandbox():
        config = config_of(shop)
        code, out, _ = add(shop, config)
        first = json.loads(out)
        same((code, first['version'], first['added'], first['notify_url']), (0, 1, True, None))
        same(json.loads(add(shop, config)[1]), first | {'added': False})
        again = add(shop, a_config_of_its_own(folder) | {'app_id': config['app_id']})
        second = json.loads(again[1])
        same((second['id'], second['version'], second['added']), (first['id'], 2, True))
        shown = books.answer('channel', 'list', '--data', shop.data)['data']
        same([(a['name'], a['version'], a['versions']) for a in shown], [('main', 2, 2)])


def an_identity_never_changes(folder):
    shop = books.Shop(folder)
    with shop.sandbox():
        config = config_of(shop)
        add(shop, config)
        code, _, err = add(shop, config | {'app_id': '9021000000000099'})
        same(code, 1)
        holds(err, 'never changes')
        code, _, err = add(shop, config, name='second')
        same(code, 1)
        holds(err, 'is the channel account main already')


def what_cannot_be_used_is_named(folder):
    shop = books.Shop(folder)
    with shop.sandbox():
        config = config_of(shop)
        for change, word in (({'app_id': None}, 'app_id'), ({'private_key': 'x'}, 'private_key'),
                             ({'nonsense': '1'}, 'nonsense'), ({'gateway': 'ftp://x'}, 'gateway'),
                             ({'private_key': config['alipay_public_key']}, 'private_key')):
            code, _, err = add(shop, config | change)
            same(code, 1)
            holds(err, word)
        code, _, err = add(shop, config, name='Not A Name')
        same(code, 1)
        same(books.answer('channel', 'list', '--data', shop.data)['data'], [])
        for text in ('', '[]', '{', '{}, "x": 1', '{"app_id":1.5}'):
            (folder / 'broken.json').write_text(text, encoding='utf-8')
            code, _, _ = books.tael('channel', 'add', '--data', shop.data, '--channel', 'alipay',
                                    '--name', 'main', '--config', str(folder / 'broken.json'))
            same((text, code), (text, 1))
        code, _, err = books.tael('channel', 'add', '--data', shop.data, '--channel', 'paypal',
                                  '--name', 'main', '--config', str(folder / 'config.json'))
        same(code, 1)
        holds(err, 'there is no channel')


def a_live_merchant_names_only_the_platforms_hosts(folder):
    shop = books.Shop(folder)
    live = books.answer('merchant', 'add', '--data', shop.data, '--name', 'x', '--live')
    with shop.sandbox():
        code, _, err = add(shop, config_of(shop), merchant=live['merchant'])
        same(code, 1)
        holds(err, 'gateway')


def k6_no_secret_is_ever_shown(folder):
    shop = books.Shop(folder)
    with shop.sandbox():
        config = config_of(shop)
        canaries = [line for member in ('private_key',) for line in config[member].splitlines()
                    if len(line) > 40 and '-----' not in line]
        assert canaries
        said = [*add(shop, config)[1:], *add(shop, config | {'private_key': 'x' * 30})[1:],
                *add(shop, config | {'seller_id': config['private_key']})[1:]]
        (shop.folder / 'config.json').unlink()
        with shop.server() as server:
            till = books.Till(shop, server, None)
            till.pay(till.order('1', 100))
            said += books.tael('channel', 'test', '--data', shop.data)[1:]
        said += books.tael('channel', 'list', '--data', shop.data, '--json')[1:]
        said += books.tael('doctor', '--data', shop.data, '--json')[1:]
    files = [f for f in [*pathlib.Path(shop.data).rglob('*'), shop.folder / 'server.log']
             if f.is_file()]
    assert len(files) > 4
    said += [f.read_bytes().decode('latin-1') for f in files]
    for canary in (*canaries, shop.key):
        assert not any(canary in text for text in said)
        assert not any(canary[10:40] in text for text in said)


def a_gateway_is_tested(folder):
    shop = books.Shop(folder)
    with shop.sandbox():
        config = config_of(shop)
        add(shop, config)
        tested = books.answer('channel', 'test', '--data', shop.data)
        same((tested['ok'], tested['http_status'], tested['advice']), (True, 200, ''))
        code, out, _ = books.tael('channel', 'test', 'main', '--data', shop.data)
        same(code, 0)
        holds(out, 'answered, signed')
        with shop.server():  # a server may run meanwhile
            same(books.tael('channel', 'test', '--data', shop.data)[0], 0)

        other = a_config_of_its_own(folder)
        add(shop, config | {'private_key': other['private_key']})
        code, out, _ = books.tael('channel', 'test', '--data', shop.data)
        same(code, 3)
        holds(out, 'upload it in its console')
        add(shop, config | {'alipay_public_key': other['alipay_public_key']})
        code, out, _ = books.tael('channel', 'test', '--data', shop.data)
        same(code, 3)
        holds(out, 'not signed by the platform key')
    code, out, _ = books.tael('channel', 'test', '--data', shop.data)
    same(code, 3)
    holds(out, 'cannot be reached')
    same(books.tael('channel', 'test', 'nobody', '--data', shop.data)[0], 1)


def c9_a_wrong_clock_is_named(folder):
    shop = books.Shop(folder)
    ahead = Listener(seconds_ahead=3600)
    with shop.sandbox():
        add(shop, config_of(shop) | {'gateway': f'http://127.0.0.1:{ahead.server_port}/gateway.do'})
    code, out, _ = books.tael('channel', 'test', '--data', shop.data, '--json')
    tested = json.loads(out)
    same(code, 3)
    assert -3700000 < tested['clock_off_ms'] < -3500000, tested
    holds(tested['advice'], "clock is wrong")
    code, out, _ = books.tael('doctor', '--data', shop.data)
    ahead.stop()
    same(code, 3)
    holds(out, "differs from the gateway's by -3")


def b4_a_refused_notice_is_explained(folder):
    shop = books.Shop(folder)
    notices = Listener()
    with shop.sandbox() as sandbox:
        shop.add_alipay()
        with shop.server('--public-url', f'http://127.0.0.1:{notices.server_port}') as server:
            till = books.Till(shop, server, sandbox)
            till.payer('pay', till.pay(till.order('1', 100))['number'])
            assert notices.came.wait(books.PATIENCE)
    notices.stop()
    headers, body = notices.kept[0]

    def inspect(body, *more):
        (folder / 'headers').write_text(headers, encoding='utf-8')
        (folder / 'body').write_bytes(body)
        code, out, _ = books.tael('channel', 'inspect', '--channel', 'alipay', '--config',
                                  str(folder / 'sandbox' / 'alipay.json'), '--headers',
                                  str(folder / 'headers'), '--body', str(folder / 'body'),
                                  *more, '--json')
        return code, json.loads(out)

    code, said = inspect(body)
    same((code, said['verdict']), (0, 'verified'))
    code, said = inspect(body, '--at', '1795338000')
    same((code, said['verdict']), (0, 'verified'))
    code, said = inspect(body.replace(b'total_amount=1.00', b'total_amount=9.00'))
    same((code, said['verdict']), (3, 'rejected'))
    assert said['reason']
    code, said = inspect(b'nonsense')
    same((code, said['verdict']), (3, 'rejected'))
    code, out, err = books.tael('channel', 'inspect', '--channel', 'alipay', '--config',
                                str(folder / 'none'), '--headers', str(folder / 'headers'),
                                '--body', str(folder / 'body'))
    same((code, out), (1, ''))
    holds(err, 'none')


run(an_account_gets_versions, an_identity_never_changes, what_cannot_be_used_is_named,
    a_live_merchant_names_only_the_platforms_hosts, k6_no_secret_is_ever_shown,
    a_gateway_is_tested, c9_a_wrong_clock_is_named, b4_a_refused_notice_is_explained)
