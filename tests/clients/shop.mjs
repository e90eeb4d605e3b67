// shop.mjs - the shop's side of a notice: takes form posts and hands them out by number.
import http from 'node:http';

const WAIT_MS = 20000;

export async function startShop() {
  const arrived = new Map(); // out_trade_no -> notices nobody has asked for yet
  const waiting = new Map(); // out_trade_no -> whoever waits for the next one

  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
      const notice = Object.fromEntries(new URLSearchParams(body));
      const key = notice.out_trade_no;
      const taker = waiting.get(key)?.shift();
      if (taker) taker(notice);
      else arrived.set(key, [...(arrived.get(key) ?? []), notice]);
      response.end('success');
    });
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  const url = `http://127.0.0.1:${server.address().port}`;

  // The next notice of this number, in the order of arrival.
  const notice = (key) => new Promise((resolve, reject) => {
    const there = arrived.get(key)?.shift();
    if (there) { resolve(there); return; }
    const timer = setTimeout(() => reject(new Error(`no notice of ${key}`)), WAIT_MS);
    const take = (n) => { clearTimeout(timer); resolve(n); };
    waiting.set(key, [...(waiting.get(key) ?? []), take]);
  });

  return { url, notice, notifyUrl: (key) => `${url}/notify/${key}`, stop: () => server.close() };
}
