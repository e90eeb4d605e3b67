// wechat.mjs - two Node clients of WeChat Pay drive the sandbox and judge what it says.
//
// usage: node wechat.mjs http://127.0.0.1:PORT DIR-OF-CONFIGURATIONS   (clients.sh runs it)
//
// wechatpay-axios-plugin verifies every good answer by itself, wechatpay-node-v3 when it is asked to;
// notices are verified and decrypted by the first one's functions.  Prints TAP and, last, `N passed,
// N failed`.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startShop } from './shop.mjs';

const need = createRequire(path.join(process.env.CLIENTS_DIR, 'x.js'));
const { Wechatpay, Formatter, Aes: { AesGcm }, Rsa } = need('wechatpay-axios-plugin');
const WxPay = need('wechatpay-node-v3');

const [base, dir] = process.argv.slice(2);
const read = (file) => JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8'));
const certSerial = (pem) => new X509Certificate(pem).serialNumber;
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
    if (error.response) console.log(`# ${JSON.stringify(error.response.data)}`);
  }
}

// A number of its own for every test, since all share one sandbox.
let numbers = 0;
const number = () => `W${process.pid}_${++numbers}`;

async function control(what, body) {
  const answer = await fetch(`${base}/sandbox/${what}`, {
    method: 'POST', body: JSON.stringify({ channel: 'wechat', ...body }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

const shop = await startShop(({ headers }, body) => ({ headers, body }));

function driver(mode, c) {
  const serial = c.public_key_id ?? certSerial(c.platform_certs);
  const key = c.public_key ? Rsa.from(c.public_key, Rsa.KEY_TYPE_PUBLIC) : c.platform_certs;
  const wx = new Wechatpay({
    baseURL: `${base}/`, mchid: c.mch_id, serial: c.serial_no, privateKey: c.private_key,
    certs: { [serial]: c.public_key ?? c.platform_certs }, headers: { 'Wechatpay-Serial': serial },
  });
  const named = (name) => `${name} in ${mode} mode`;
  const order = (no, extra) => ({
    appid: c.appid, mchid: c.mch_id, description: '测试 + & = "{}" / 100%', out_trade_no: no,
    notify_url: shop.notifyUrl(no), amount: { total: 8888, currency: 'CNY' }, ...extra,
  });
  const query = async (no) => (await wx.v3.pay.transactions.outTradeNo._out_trade_no_.get({
    params: { mchid: c.mch_id }, out_trade_no: no })).data;
  // A notice as the client's own functions see it.
  const opened = async (no) => {
    const { headers, body } = await shop.notice(no);
    assert.equal(headers['wechatpay-serial'], serial);
    const text = Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'],
      body);
    const sign = headers['wechatpay-signature'];
    assert.equal(Rsa.verify(text, sign, key), true);
    assert.equal(Rsa.verify(`${text} `, sign, key), false);
    const { event_type: event, resource } = JSON.parse(body);
    return { event, ...JSON.parse(AesGcm.decrypt(resource.ciphertext, c.api_v3_key,
      resource.nonce, resource.associated_data)) };
  };
  return { wx, c, named, order, query, opened };
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return { reason: error.code, status: error.response?.status, ...error.response?.data };
  }
  throw new Error('it was not refused');
}

async function testOrder({ wx, c, named, order, query, opened }) {
  await test(named('native, query, pay, notice, close'), async () => {
    const no = number();
    const made = (await wx.v3.pay.transactions.native.post(order(no))).data;
    assert.match(made.code_url, /^weixin:\/\/wxpay\/bizpayurl\?pr=[a-z0-9]{9}$/);
    assert.deepEqual((await wx.v3.pay.transactions.native.post(order(no))).data, made);
    assert.equal((await query(no)).trade_state, 'NOTPAY');
    const other = await refusal(wx.v3.pay.transactions.native.post(
      order(no, { amount: { total: 1 } })));
    assert.deepEqual([other.status, other.code], [403, 'OUT_TRADE_NO_USED']);
    await control('pay', { out_trade_no: no });
    const news = await opened(no);
    assert.deepEqual([news.event, news.trade_state, news.amount.total],
      ['TRANSACTION.SUCCESS', 'SUCCESS', 8888]);
    const after = await query(no);
    assert.equal(after.transaction_id, news.transaction_id);
    const byId = (await wx.v3.pay.transactions.id._id_.get({
      params: { mchid: c.mch_id }, id: after.transaction_id })).data;
    assert.deepEqual(byId, after);
    const shut = number();
    await wx.v3.pay.transactions.native.post(order(shut));
    const closed = await wx.v3.pay.transactions.outTradeNo._out_trade_no_.close.post(
      { mchid: c.mch_id }, { out_trade_no: shut });
    assert.equal(closed.status, 204);
    assert.equal((await query(shut)).trade_state, 'CLOSED');
  });
  await test(named('jsapi, app, h5, codepay, reverse'), async () => {
    const jsapi = (await wx.v3.pay.transactions.jsapi.post(
      order(number(), { payer: { openid: 'o1' } }))).data;
    const app = (await wx.v3.pay.transactions.app.post(order(number()))).data;
    for (const one of [jsapi, app]) assert.match(one.prepay_id, /^wx20\d{12}[a-z0-9]{20}$/);
    const h5 = (await wx.v3.pay.transactions.h5.post(order(number(),
      { scene_info: { payer_client_ip: '1.2.3.4', h5_info: { type: 'Wap' } } }))).data;
    assert.match(h5.h5_url, /checkmweb\?prepay_id=wx/);
    const no = number();
    const { notify_url: _, ...coded } = order(no, {
      payer: { auth_code: '134567890123456789' }, scene_info: { store_info: { id: '1' } } });
    assert.equal((await wx.v3.pay.transactions.codepay.post(coded)).data.trade_state, 'SUCCESS');
    await wx.v3.pay.transactions.outTradeNo._out_trade_no_.reverse.post(
      { appid: c.appid, mchid: c.mch_id }, { out_trade_no: no });
    assert.equal((await query(no)).trade_state, 'REVOKED');
  });
}

async function testRefund({ wx, named, order, query, opened }) {
  await test(named('refund, query, notice'), async () => {
    const no = number();
    const refundNo = number();
    await wx.v3.pay.transactions.native.post(order(no));
    await control('pay', { out_trade_no: no });
    const ask = {
      out_trade_no: no, out_refund_no: refundNo, notify_url: shop.notifyUrl(refundNo),
      amount: { refund: 888, total: 8888, currency: 'CNY' },
    };
    const made = (await wx.v3.refund.domestic.refunds.post(ask)).data;
    assert.equal(made.status, 'PROCESSING');
    const again = (await wx.v3.refund.domestic.refunds.post(ask)).data;
    assert.equal(again.refund_id, made.refund_id);
    const news = await opened(refundNo);
    assert.deepEqual([news.event, news.refund_status, news.refund_id],
      ['REFUND.SUCCESS', 'SUCCESS', made.refund_id]);
    const found = (await wx.v3.refund.domestic.refunds._no_.get({ no: refundNo })).data;
    assert.deepEqual([found.status, found.amount.refund], ['SUCCESS', 888]);
    assert.equal((await query(no)).trade_state, 'REFUND');
    const much = await refusal(wx.v3.refund.domestic.refunds.post(
      { ...ask, out_refund_no: number(), amount: { ...ask.amount, refund: 8001 } }));
    assert.deepEqual([much.status, much.code], [400, 'INVALID_REQUEST']);
  });
}

async function testRefusals(mode, right, c, wrongKey) {
  const { wx, named, order } = right;
  await test(named('a wrong key is refused'), async () => {
    const wrong = driver(mode, { ...c, private_key: wrongKey });
    const said = await refusal(wrong.wx.v3.pay.transactions.native.post(order(number())));
    assert.deepEqual([said.status, said.code], [401, 'SIGN_ERROR']);
  });
  await test(named('the client refuses what is signed wrongly'), async () => {
    for (const [kind, why] of [['forge', /SIGNATURE_DIGEST/], ['unsigned', /INCOMPLETE|HEADER/i],
      ['old_timestamp', /TIMESTAMP_OFFSET/], ['unknown_serial', /PLATFORM_SERIAL/],
      ['probe', /SIGNATURE_DIGEST/]]) {
      const no = number();
      await control('faults', { operation: 'native', kind, out_trade_no: no });
      const { reason } = await refusal(wx.v3.pay.transactions.native.post(order(no)));
      assert.match(String(reason), why, `${kind}: ${reason}`);
    }
  });
}

// The other client: its addresses are fixed, so the host is changed where it sends.
function second(c) {
  const pay = new WxPay({
    appid: c.appid, mchid: c.mch_id, serial_no: c.serial_no,
    publicKey: Buffer.from(c.public_key ?? c.platform_certs), privateKey: Buffer.from(c.private_key),
    key: c.api_v3_key,
  });
  const send = async (method, url, headers, data) => {
    const answer = await fetch(url.replace('https://api.mch.weixin.qq.com', base),
      { method, headers, body: data === undefined ? undefined : JSON.stringify(data) });
    const text = await answer.text();
    pay.last = { text, headers: Object.fromEntries(answer.headers) };
    return { status: answer.status, data: text ? JSON.parse(text) : '',
      headers: pay.last.headers };
  };
  pay.createHttp({
    get: (url, headers) => send('GET', url, headers),
    post: (url, params, headers) => send('POST', url, headers, params),
    upload: async () => { throw new Error('not used'); },
  });
  return pay;
}

async function testSecond(mode, c, { order }) {
  await test(`the second client: native, query, close in ${mode} mode`, async () => {
    const pay = second(c);
    const no = number();
    const { appid: _, mchid: __, ...rest } = order(no);
    const made = await pay.transactions_native(rest);
    assert.equal(made.status, 200, JSON.stringify(made));
    assert.match(made.data?.code_url ?? made.code_url, /^weixin:/);
    const found = await pay.query({ out_trade_no: no });
    assert.equal((found.data ?? found).trade_state, 'NOTPAY');
    assert.equal((await pay.close(no)).status, 204);
    if (c.platform_certs) {
      const [first] = await pay.get_certificates(c.api_v3_key);
      assert.equal(first.serial_no, certSerial(c.platform_certs));
      const { text, headers } = pay.last;
      const stamp = {
        timestamp: headers['wechatpay-timestamp'], nonce: headers['wechatpay-nonce'], body: text,
        serial: headers['wechatpay-serial'], signature: headers['wechatpay-signature'],
        apiSecret: c.api_v3_key,
      };
      assert.equal(await pay.verifySign(stamp), true);
      assert.equal(await pay.verifySign({ ...stamp, body: `${text} ` }), false);
    }
  });
}

const keyConfig = read('wechat.json');
const certConfig = read('wechat-cert.json');
for (const [mode, c, wrongKey] of [['public key', keyConfig, certConfig.private_key],
  ['certificate', certConfig, keyConfig.private_key]]) {
  const d = driver(mode, c);
  await testOrder(d);
  await testRefund(d);
  await testRefusals(mode, d, c, wrongKey);
  await testSecond(mode, c, d);
}
console.log(`1..${passed + failed}`);
shop.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
