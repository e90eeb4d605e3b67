import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.wechat.pay.java.core.notification.RequestParam;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The shop's side of a notice: takes posts and hands them out by what their address ends in. */
final class Shop {
  private static final int WAIT_SECONDS = 60;

  private final HttpServer server;
  private final Map<String, BlockingQueue<Notice>> arrived = new ConcurrentHashMap<>();

  /** A notice as it came, and as the client wants it told. */
  record Notice(
      String serial, String timestamp, String nonce, String signature, String type, String body) {
    RequestParam param(String told) {
      return new RequestParam.Builder().serialNumber(serial).timestamp(timestamp).nonce(nonce)
          .signature(signature).signType(type).body(told).build();
    }
  }

  Shop() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/notify/", this::take);
    server.start();
  }

  String notifyUrl(String key) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/notify/" + key;
  }

  /** The next notice of this key, in the order of arrival. */
  Notice notice(String key) throws InterruptedException {
    Notice next = queue(key).poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (next == null) throw new AssertionError("no notice of " + key);
    return next;
  }

  void stop() {
    server.stop(0);
  }

  private BlockingQueue<Notice> queue(String key) {
    return arrived.computeIfAbsent(key, k -> new LinkedBlockingQueue<>());
  }

  private void take(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    queue(path.substring(path.lastIndexOf('/') + 1)).add(new Notice(
        headers.getFirst("Wechatpay-Serial"), headers.getFirst("Wechatpay-Timestamp"),
        headers.getFirst("Wechatpay-Nonce"), headers.getFirst("Wechatpay-Signature"),
        headers.getFirst("Wechatpay-Signature-Type"), body));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }
}
