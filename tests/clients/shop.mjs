// shop.mjs - the shop's side of a notice: takes posts and hands them out by what their address ends in.
import http from 'node:http';

const WAIT_MS = 20000;

// `read` makes of a request and its body what notice() gives.
export async function startShop(read) {
  const arrived = new Map(); // key -> notices nobody has asked for yet
  const waiting = new Map(); // key -> whoever waits for the next one

  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
      const notice = read(request, body);
      const key = request.url.split('/').pop();
      const taker = waiting.get(key)?.shift();
      if (taker) taker(notice);
      else arrived.set(key, [...(arrived.get(key) ?? []), notice]);
      response.end('success');
    });
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  const url = `http://127.0.0.1:${server.address().port}`;

  // The next notice of this key, in the order of arrival.
  const notice = (key) => new Promise((resolve, reject) => {
    const there = arrived.get(key)?.shift();
    if (there) { resolve(there); return; }
    const timer = setTimeout(() => reject(new Error(`no notice of ${key}`)), WAIT_MS);
    const take = (n) => { clearTimeout(timer); resolve(n); };
    waiting.set(key, [...(waiting.get(key) ?? []), take]);
  });

  return { url, notice, notifyUrl: (key) => `${url}/notify/${key}`, stop: () => server.close() };
}
