// qq.mjs - a Node client of WeChat Pay's older interface drives the sandbox's QQ Wallet, which signs
// and writes in the same way, and judges what it says.
//
// usage: node qq.mjs http://127.0.0.1:PORT DIR-OF-CONFIGURATIONS   (clients.sh runs it)
//
// wechatpay-axios-plugin writes the XML, signs it, and verifies the signature of every answer.  Prints
// TAP and, last, `N passed, N failed`.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startShop } from './shop.mjs';

const need = createRequire(path.join(process.env.CLIENTS_DIR, 'x.js'));
const { Wechatpay, Transformer, Hash, Formatter } = need('wechatpay-axios-plugin');
const [base, dir] = process.argv.slice(2);
const read = (file) => JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8'));
const config = read('qq.json');
const wechat = read('wechat.json'); // the client wants keys of APIv3 too, and uses none of them here
const password = createHash('md5').update(config.op_user_password).digest('hex');
const shop = await startShop((request, body) => body);
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
const number = () => `Q${process.pid}_${++numbers}`;

async function control(what, body) {
  const answer = await fetch(`${base}/sandbox/${what}`, {
    method: 'POST', body: JSON.stringify({ channel: 'qq', ...body }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
}

const driver = (secret) => new Wechatpay({
  baseURL: `${base}/`, mchid: config.mch_id, serial: 'none', privateKey: wechat.private_key,
  certs: { [wechat.public_key_id]: wechat.public_key }, secret,
});
const good = driver(config.api_key);

const call = async (service, members, wx = good) => (await wx
  .chain(`v2/cgi-bin/pay/${service}.cgi`)
  .post({ appid: config.appid, mch_id: config.mch_id, ...members })).data;
const order = (no, extra) => ({
  out_trade_no: no, body: '茶 + & = "{}" <b> 100%', fee_type: 'CNY', total_fee: '8888',
  spbill_create_ip: '127.0.0.1', device_info: 'till-1', notify_url: shop.notifyUrl(no), ...extra,
});
const operator = { op_user_id: config.op_user_id, op_user_passwd: password };

// What the client throws for an answer that it does not accept.
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

await test('an order, paid, asked for, and told by a notice that verifies', async () => {
  const no = number();
  const made = await call('qpay_unified_order', order(no, { trade_type: 'NATIVE' }));
  assert.match(made.code_url, /^https:\/\/qpay\.qq\.com\/qr\/qp[a-z0-9]{22}$/);
  assert.equal((await call('qpay_order_query', { out_trade_no: no })).trade_state, 'NOTPAY');
  await control('pay', { out_trade_no: no });
  const paid = await call('qpay_order_query', { out_trade_no: no });
  assert.deepEqual([paid.trade_state, paid.total_fee, paid.device_info],
    ['SUCCESS', '8888', 'till-1']);
  const { sign, ...told } = Transformer.toObject(await shop.notice(no));
  assert.equal(Hash.sign('MD5', told, config.api_key), sign);
  assert.deepEqual([told.transaction_id, told.total_fee], [paid.transaction_id, '8888']);
});

await test('a code pays at once, and its money goes back', async () => {
  const no = number();
  const paid = await call('qpay_micro_pay', order(no, {
    trade_type: 'MICROPAY', auth_code: '910728310408849937' }));
  assert.equal(paid.trade_state, 'SUCCESS');
  const refund = await call('qpay_refund', {
    out_trade_no: no, out_refund_no: `${no}R`, refund_fee: '888', ...operator });
  assert.equal(refund.refund_fee, '888');
  const asked = await call('qpay_refund_query', { out_trade_no: no });
  assert.deepEqual([asked.refund_id_0, asked.refund_status_0, asked.refund_count],
    [refund.refund_id, 'SUCCESS', '1']);
  assert.equal((await call('qpay_order_query', { out_trade_no: no })).trade_state, 'REFUND');
});

await test('a shop with a wrong key is refused', async () => {
  const no = number();
  const error = await refusal(call('qpay_unified_order', order(no, { trade_type: 'NATIVE' }),
    driver(Formatter.nonce(32))));
  assert.equal(error.response?.data.return_msg, '签名错误');
  const asked = await refusal(call('qpay_order_query', { out_trade_no: no }));
  assert.equal(asked.response?.data.err_code, 'ORDERNOTEXIST');
});

await test('the client refuses an answer that another key signed', async () => {
  const no = number();
  await call('qpay_unified_order', order(no, { trade_type: 'NATIVE' }));
  await control('faults', { out_trade_no: no, operation: 'query', kind: 'forge' });
  await refusal(call('qpay_order_query', { out_trade_no: no }));
  assert.equal((await call('qpay_order_query', { out_trade_no: no })).trade_state, 'NOTPAY');
});

shop.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
