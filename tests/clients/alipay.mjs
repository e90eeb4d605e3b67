// alipay.mjs - Alipay's official Node client drives the sandbox and judges what it says.
//
// usage: node alipay.mjs http://127.0.0.1:PORT DIR-OF-CONFIGURATIONS   (clients.sh runs it)
//
// Every answer is verified by the client (validateSign), every notice and every way back to the shop
// by its checkNotifySignV2.  Prints TAP and, last, `N passed, N failed`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startShop } from './shop.mjs';

const { AlipaySdk } = createRequire(path.join(process.env.CLIENTS_DIR, 'x.js'))('alipay-sdk');
const [base, dir] = process.argv.slice(2);
const read = (file) => JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8'));
const keyConfig = read('alipay.json');
const certConfig = read('alipay-cert.json');

const common = (c) => ({
  appId: c.app_id, privateKey: c.private_key, keyType: 'PKCS8', gateway: c.gateway,
  camelcase: false, timeout: 10000,
});
const keyMode = { ...common(keyConfig), alipayPublicKey: keyConfig.alipay_public_key };
const certMode = {
  ...common(certConfig),
  appCertContent: certConfig.app_cert,
  alipayPublicCertContent: certConfig.alipay_cert,
  alipayRootCertContent: certConfig.alipay_root_cert,
};

const shop = await startShop((_, body) => Object.fromEntries(new URLSearchParams(body)));
let passed = 0;
let failed = 0;

async function test(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok ${passed + failed} - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${passed + failed} - ${name}`);
    console.log(String(error.stack ?? error).replace(/^/gm, '# '));
  }
}

// A number of its own for every test, since all share one sandbox.
let numbers = 0;
const number = () => `C${process.pid}_${++numbers}`;

async function control(what, body) {
  const answer = await fetch(`${base}/sandbox/${what}`, {
    method: 'POST', body: JSON.stringify({ channel: 'alipay', ...body }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

function driver(mode, options) {
  const sdk = new AlipaySdk(options);
  const named = (name) => `${name} in ${mode} mode`;
  const exec = (method, bizContent, notifyUrl) =>
    sdk.exec(method, { bizContent, ...(notifyUrl && { notify_url: notifyUrl }) },
      { validateSign: true });
  const order = (more) => ({
    out_trade_no: number(), total_amount: '88.88', subject: '测试 + & = "{}" / 100%', ...more,
  });

  async function precreate(more) {
    const biz = order(more);
    const answer = await exec('alipay.trade.precreate', biz, shop.notifyUrl(biz.out_trade_no));
    assert.equal(answer.code, '10000');
    assert.match(answer.qr_code, /^https:\/\/qr\.alipay\.com\/bax[a-z0-9]{20}$/);
    return { biz, answer };
  }

  async function paid(more) {
    const { biz } = await precreate(more);
    await control('pay', { out_trade_no: biz.out_trade_no });
    return biz.out_trade_no;
  }

  return { sdk, named, exec, order, precreate, paid };
}

async function testQr({ named, exec, precreate, sdk }) {
  await test(named('precreate, query, pay, notice'), async () => {
    const { biz, answer } = await precreate();
    const no = biz.out_trade_no;
    const before = await exec('alipay.trade.query', { out_trade_no: no });
    assert.equal(before.sub_code, 'ACQ.TRADE_NOT_EXIST');
    const again = await exec('alipay.trade.precreate', biz);
    assert.equal(again.qr_code, answer.qr_code);

    await control('scan', { out_trade_no: no });
    const waiting = await exec('alipay.trade.query', { out_trade_no: no });
    assert.equal(waiting.trade_status, 'WAIT_BUYER_PAY');
    await control('pay', { out_trade_no: no });

    const notice = await shop.notice(no);
    assert.equal(notice.trade_status, 'TRADE_SUCCESS');
    assert.equal(notice.total_amount, '88.88');
    assert.equal(notice.subject, biz.subject);
    assert.equal(sdk.checkNotifySignV2({ ...notice }), true);
    assert.equal(sdk.checkNotifySignV2({ ...notice, total_amount: '88.89' }), false);
    const after = await exec('alipay.trade.query', { out_trade_no: no });
    assert.equal(after.trade_status, 'TRADE_SUCCESS');
    assert.equal(after.trade_no, notice.trade_no);
    const twice = await exec('alipay.trade.precreate', biz);
    assert.equal(twice.sub_code, 'ACQ.TRADE_HAS_SUCCESS');
  });
}

async function testRefund({ named, exec, paid, sdk }) {
  await test(named('refund in parts, refund query, notices'), async () => {
    const no = await paid();
    await shop.notice(no);
    const part = { out_trade_no: no, refund_amount: '8.88', out_request_no: `${no}-1` };
    const first = await exec('alipay.trade.refund', part);
    assert.equal(first.code, '10000');
    assert.equal(first.fund_change, 'Y');
    assert.equal(first.refund_fee, '8.88');
    const notice = await shop.notice(no);
    assert.equal(notice.trade_status, 'TRADE_SUCCESS');
    assert.equal(notice.out_biz_no, `${no}-1`);
    assert.equal(sdk.checkNotifySignV2({ ...notice }), true);

    assert.equal((await exec('alipay.trade.refund', part)).fund_change, 'N');
    const other = await exec('alipay.trade.refund', { ...part, refund_amount: '8.89' });
    assert.equal(other.sub_code, 'ACQ.DISCORDANT_REPEAT_REQUEST');
    const much = await exec('alipay.trade.refund',
      { out_trade_no: no, refund_amount: '80.01', out_request_no: `${no}-2` });
    assert.equal(much.sub_code, 'ACQ.REASON_TRADE_REFUND_FEE_ERR');

    const found = await exec('alipay.trade.fastpay.refund.query',
      { out_trade_no: no, out_request_no: `${no}-1` });
    assert.equal(found.refund_status, 'REFUND_SUCCESS');
    assert.equal(found.refund_amount, '8.88');
    const unknown = await exec('alipay.trade.fastpay.refund.query',
      { out_trade_no: no, out_request_no: `${no}-9` });
    assert.equal(unknown.code, '10000');
    assert.equal(unknown.refund_status, undefined);

    const rest = await exec('alipay.trade.refund',
      { out_trade_no: no, refund_amount: '80.00', out_request_no: `${no}-3` });
    assert.equal(rest.refund_fee, '88.88');
    assert.equal((await shop.notice(no)).trade_status, 'TRADE_CLOSED');
    assert.equal((await exec('alipay.trade.query', { out_trade_no: no })).trade_status,
      'TRADE_CLOSED');
  });
}

async function testEnd({ named, exec, order, precreate, paid, sdk }) {
  await test(named('close and cancel'), async () => {
    const { biz } = await precreate();
    const no = biz.out_trade_no;
    assert.equal((await exec('alipay.trade.close', { out_trade_no: no })).sub_code,
      'ACQ.TRADE_NOT_EXIST');
    await control('scan', { out_trade_no: no });
    assert.equal((await exec('alipay.trade.close', { out_trade_no: no })).code, '10000');
    const notice = await shop.notice(no);
    assert.equal(notice.trade_status, 'TRADE_CLOSED');
    assert.equal(sdk.checkNotifySignV2({ ...notice }), true);

    const done = await paid();
    assert.equal((await exec('alipay.trade.cancel', { out_trade_no: done })).action, 'refund');
    const none = await exec('alipay.trade.cancel', { out_trade_no: order().out_trade_no });
    assert.equal(none.code, '10000');
    assert.equal(none.retry_flag, 'N');
    assert.equal(none.action, undefined);
  });
}

async function testBrowser({ named, order, sdk }) {
  const page = {
    'alipay.trade.page.pay': 'FAST_INSTANT_TRADE_PAY',
    'alipay.trade.wap.pay': 'QUICK_WAP_WAY',
  };
  // Opens what the client made, presses the button, and comes back to the shop.
  const press = async (opened, no) => {
    assert.equal(opened.status, 200);
    assert.match(await opened.text(), /88\.88/);
    const answer = await fetch(opened.url, {
      method: 'POST', redirect: 'manual', body: new URLSearchParams({ do: 'pay' }),
    });
    assert.equal(answer.status, 303);
    const back = new URL(answer.headers.get('location'));
    const said = Object.fromEntries(back.searchParams);
    assert.equal(said.own, '1');
    delete said.own;
    assert.equal(said.out_trade_no, no);
    assert.equal(sdk.checkNotifySignV2({ ...said }), true);
    assert.equal(sdk.checkNotifySignV2({ ...said, total_amount: '0.01' }), false);
    assert.equal((await shop.notice(no)).trade_status, 'TRADE_SUCCESS');
  };

  for (const [method, code] of Object.entries(page)) {
    const build = (how) => {
      const bizContent = order({ product_code: code });
      return [bizContent.out_trade_no, sdk.pageExec(method, how, {
        bizContent, notify_url: shop.notifyUrl(bizContent.out_trade_no),
        return_url: `${shop.url}/back?own=1`,
      })];
    };
    await test(named(`${method} by GET`), async () => {
      const [no, url] = build('GET');
      await press(await fetch(url), no);
    });
    await test(named(`${method} by a form`), async () => {
      const [no, form] = build('POST');
      const text = (s) => s.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
      const inputs = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
      await press(await fetch(text(/action="([^"]*)"/.exec(form)[1]), {
        method: 'POST',
        body: new URLSearchParams(inputs.map(([, name, value]) => [name, text(value)])),
      }), no);
    });
  }
}

async function testPhone({ named, exec, order, sdk }) {
  await test(named('app order string'), async () => {
    const bizContent = order({ product_code: 'QUICK_MSECURITY_PAY' });
    const text = sdk.sdkExec('alipay.trade.app.pay',
      { bizContent, notify_url: shop.notifyUrl(bizContent.out_trade_no) });
    const opened = await fetch(`${base}/gateway.do`, {
      method: 'POST', body: text,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.match(opened.url, /\/cashier\//);
    await control('pay', { out_trade_no: bizContent.out_trade_no });
    assert.equal((await shop.notice(bizContent.out_trade_no)).trade_status, 'TRADE_SUCCESS');
  });
  await test(named('create'), async () => {
    const biz = order({ buyer_id: '2088700000000001', product_code: 'JSAPI_PAY' });
    const made = await exec('alipay.trade.create', biz);
    assert.match(made.trade_no, /^\d{8}22001\d{15}$/);
    assert.equal((await exec('alipay.trade.query', { trade_no: made.trade_no })).trade_status,
      'WAIT_BUYER_PAY');
  });
}

async function testBarcode({ named, exec, order }) {
  const pay = (code, more) => exec('alipay.trade.pay',
    order({ scene: 'bar_code', auth_code: code, ...more }));
  await test(named('barcode'), async () => {
    const done = await pay('280000000000001234');
    assert.equal(done.code, '10000');
    assert.equal(done.buyer_pay_amount, '88.88');
    const waits = await pay('280000000000009002');
    assert.equal(waits.code, '10003');
    assert.equal((await exec('alipay.trade.cancel', { out_trade_no: waits.out_trade_no })).action,
      'close');
    assert.equal((await pay('280000000000009012')).sub_code, 'ACQ.BUYER_BALANCE_NOT_ENOUGH');
    assert.equal((await pay('180000000000000000')).sub_code, 'ACQ.PAYMENT_AUTH_CODE_INVALID');
    const doubt = order();
    assert.equal((await pay('280000000000009003', doubt)).code, '20000');
    assert.equal((await exec('alipay.trade.query', { out_trade_no: doubt.out_trade_no }))
      .trade_status, 'TRADE_SUCCESS');
  });
}

async function testRefusals(mode, options, wrongKey) {
  await test(`a wrong key in ${mode} mode`, async () => {
    const wrong = driver(mode, { ...options, privateKey: wrongKey });
    const answer = await wrong.exec('alipay.trade.query', { out_trade_no: number() });
    assert.equal(answer.sub_code, 'isv.invalid-signature');
  });
  await test(`a forged answer in ${mode} mode`, async () => {
    const right = driver(mode, options);
    const no = number();
    await control('faults', { operation: 'query', kind: 'forge', out_trade_no: no });
    await assert.rejects(right.exec('alipay.trade.query', { out_trade_no: no }), /验签失败|sign/i);
  });
}

for (const [mode, options, wrongKey] of [
  ['key', keyMode, certConfig.private_key], ['certificate', certMode, keyConfig.private_key]]) {
  const d = driver(mode, options);
  await testQr(d);
  await testRefund(d);
  await testEnd(d);
  await testBrowser(d);
  await testPhone(d);
  await testBarcode(d);
  await testRefusals(mode, options, wrongKey);
}
console.log(`1..${passed + failed}`);
shop.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
