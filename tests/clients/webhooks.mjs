// webhooks.mjs - the receiver library of Standard Webhooks judges what Tael sends.
//
// usage: TAEL=PATH CLIENTS_DIR=DIR node webhooks.mjs DIR   (clients.sh runs it; DIR is made and kept)
//
// Prints TAP and, last, `N passed, N failed`.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.CLIENTS_DIR, 'x.js'));
const { Webhook } = require('standardwebhooks');
const data = path.join(process.argv[2], 'tael');
const WAIT_MS = 20000;

const tael = (...args) => execFileSync(process.env.TAEL, args, { encoding: 'utf8' });
const { key } = JSON.parse(tael('init', '--data', data, '--json'));
const server = spawn(process.env.TAEL, ['serve', '--data', data, '--listen', '127.0.0.1:0',
  '--allow-private-webhooks', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
const base = await new Promise((resolve, reject) => {
  server.stdout.once('data', (line) => resolve(JSON.parse(line).listening));
  server.once('exit', () => reject(new Error('tael serve did not start')));
});

// What came, and whoever waits for the next one.
const came = [];
const waiting = [];
const receiver = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => {
    const one = { headers: request.headers, body };
    const taker = waiting.shift();
    if (taker) taker(one); else came.push(one);
    response.end();
  });
});
await new Promise((done) => { receiver.listen(0, '127.0.0.1', done); });

function next() {
  return new Promise((resolve, reject) => {
    if (came.length > 0) { resolve(came.shift()); return; }
    const timer = setTimeout(() => reject(new Error('no webhook came')), WAIT_MS);
    waiting.push((one) => { clearTimeout(timer); resolve(one); });
  });
}

async function post(resource, body) {
  const answer = await fetch(`${base}${resource}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.clone().text());
  return answer.json();
}

let issued = 0;
const issue = () => post('/v1/assets/gold/issue', { request_id: `i-${++issued}`, amount: 5 });

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

await post('/v1/assets', { code: 'gold', name: '金币', kind: 'points', scale: 0 });
const endpoint = await post('/v1/webhook_endpoints', {
  url: `http://127.0.0.1:${receiver.address().port}/hook`, events: ['transfer.posted'],
});
let first;

await test('a webhook verifies and is what the list of events shows', async () => {
  await issue();
  first = await next();
  const event = new Webhook(endpoint.secret).verify(first.body, first.headers);
  assert.equal(event.type, 'transfer.posted');
  assert.equal(event.data.object.amount, 5);
});
await test('a changed body, another secret and another time are refused', () => {
  const hook = new Webhook(endpoint.secret);
  assert.throws(() => hook.verify(first.body.replace('"amount":5', '"amount":6'), first.headers));
  const other = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);
  assert.throws(() => other.verify(first.body, first.headers));
  const later = Number(first.headers['webhook-timestamp']) + 1;
  assert.throws(() => hook.verify(first.body, { ...first.headers, 'webhook-timestamp': `${later}` }));
});
await test('both secrets verify while one is replaced', async () => {
  const rotated = await post(`/v1/webhook_endpoints/${endpoint.id}/rotate`);
  await issue();
  const one = await next();
  for (const secret of [endpoint.secret, rotated.secret]) {
    new Webhook(secret).verify(one.body, one.headers);
  }
});
await test('a repeat has the same id and body', async () => {
  await post(`/v1/events/${first.headers['webhook-id']}/resend`);
  const again = await next();
  assert.equal(again.headers['webhook-id'], first.headers['webhook-id']);
  assert.equal(again.body, first.body);
});

console.log(`1..${passed + failed}`);
receiver.close();
receiver.closeAllConnections();
server.kill();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
