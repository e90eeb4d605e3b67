import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.auth.WechatPay2Credential;
import com.wechat.pay.java.core.cipher.RSASigner;
import com.wechat.pay.java.core.exception.DecryptionException;
import com.wechat.pay.java.core.exception.ServiceException;
import com.wechat.pay.java.core.exception.ValidationException;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.util.GsonUtil;
import com.wechat.pay.java.core.util.PemUtil;
import com.wechat.pay.java.service.payments.app.AppService;
import com.wechat.pay.java.service.payments.h5.H5Service;
import com.wechat.pay.java.service.payments.jsapi.JsapiService;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.CloseOrderRequest;
import com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByIdRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import com.wechat.pay.java.service.refund.model.QueryByOutRefundNoRequest;
import com.wechat.pay.java.service.refund.model.Refund;
import com.wechat.pay.java.service.refund.model.RefundNotification;
import com.wechat.pay.java.service.refund.model.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * WeChat Pay's official Java client drives the sandbox and judges what it says.
 *
 * <p>usage: java Judge http://127.0.0.1:PORT DIR-OF-CONFIGURATIONS (clients.sh runs it)
 *
 * <p>The client's addresses are fixed, so scheme, host and port are changed where it sends. It
 * verifies every good answer by itself; its NotificationParser verifies and decrypts the notices.
 * Prints TAP and, last, `N passed, N failed`.
 */
final class Judge {
  private static final String PLATFORM = "api.mch.weixin.qq.com";

  /** What must hold, or it throws. */
  private interface Proof {
    void run() throws Exception;
  }

  private final HttpUrl base;
  private final OkHttpClient net;
  private final Shop shop = new Shop();
  private int passed;
  private int failed;
  private int numbers;

  private Judge(String base) throws IOException {
    this.base = HttpUrl.get(base);
    this.net = new OkHttpClient.Builder().addInterceptor(this::redirect).build();
  }

  public static void main(String[] args) throws Exception {
    Judge judge = new Judge(args[0]);
    JsonObject byKey = read(Path.of(args[1], "wechat.json"));
    JsonObject byCertificate = read(Path.of(args[1], "wechat-cert.json"));
    judge.mode("public key", byKey, text(byCertificate, "private_key"));
    judge.mode("certificate", byCertificate, text(byKey, "private_key"));
    judge.testCertificates(byCertificate, byKey);
    judge.shop.stop();
    System.out.printf("1..%d%n", judge.passed + judge.failed);
    System.out.printf("%d passed, %d failed%n", judge.passed, judge.failed);
    System.exit(judge.failed > 0 ? 1 : 0);
  }

  private Response redirect(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    if (!request.url().host().equals(PLATFORM)) return chain.proceed(request);
    HttpUrl url = request.url().newBuilder()
        .scheme(base.scheme()).host(base.host()).port(base.port()).build();
    return chain.proceed(request.newBuilder().url(url).build());
  }

  private void test(String name, Proof proof) {
    boolean good = true;
    try {
      proof.run();
    } catch (Exception | AssertionError e) {
      good = false;
      StringWriter why = new StringWriter();
      e.printStackTrace(new PrintWriter(why));
      System.out.print(why.toString().replaceAll("(?m)^", "# ").replaceAll("# $", ""));
    }
    if (good) passed++;
    else failed++;
    System.out.printf("%s %d - %s%n", good ? "ok" : "not ok", passed + failed, name);
  }

  private void mode(String mode, JsonObject c, String wrongKey) {
    Driver[] d = new Driver[1];
    test("configured in " + mode + " mode", () -> d[0] = new Driver(c));
    if (d[0] == null) return;
    testOrder(mode, d[0]);
    testKinds(mode, d[0]);
    testRefund(mode, d[0]);
    testNotices(mode, d[0]);
    testRefusals(mode, d[0], wrongKey);
  }

  private void testOrder(String mode, Driver d) {
    test("native, query, pay, notice, close in " + mode + " mode", () -> {
      String no = number();
      String made = d.prepay(no, 8888);
      matches(made, "weixin://wxpay/bizpayurl\\?pr=[a-z0-9]{9}");
      same(d.prepay(no, 8888), made);
      same(d.query(no).getTradeState(), Transaction.TradeStateEnum.NOTPAY);
      ServiceException other = refused(ServiceException.class, () -> d.prepay(no, 1));
      same(other.getHttpStatusCode() + " " + other.getErrorCode(), "403 OUT_TRADE_NO_USED");
      pay(no);
      Shop.Notice notice = shop.notice(no);
      same(text(parsed(notice.body()), "event_type"), "TRANSACTION.SUCCESS");
      Transaction news = d.parser.parse(notice.param(notice.body()), Transaction.class);
      same(news.getTradeState(), Transaction.TradeStateEnum.SUCCESS);
      same(news.getAmount().getTotal(), 8888);
      Transaction after = d.query(no);
      same(after.getTransactionId(), news.getTransactionId());
      same(after.getTradeType(), Transaction.TradeTypeEnum.NATIVE);
      same(d.queryById(after.getTransactionId()).toString(), after.toString());
      String shut = number();
      d.prepay(shut, 8888);
      d.close(shut);
      same(d.query(shut).getTradeState(), Transaction.TradeStateEnum.CLOSED);
    });
  }

  private void testKinds(String mode, Driver d) {
    test("jsapi, app, h5 in " + mode + " mode", () -> {
      JsonObject jsapi = d.order(number(), 8888);
      jsapi.add("payer", parsed("{\"openid\":\"o1\"}"));
      matches(new JsapiService.Builder().httpClient(d.client).build().prepay(as(jsapi,
          com.wechat.pay.java.service.payments.jsapi.model.PrepayRequest.class)).getPrepayId(),
          "wx20\\d{12}[a-z0-9]{20}");
      matches(new AppService.Builder().httpClient(d.client).build().prepay(as(
          d.order(number(), 8888),
          com.wechat.pay.java.service.payments.app.model.PrepayRequest.class)).getPrepayId(),
          "wx20\\d{12}[a-z0-9]{20}");
      JsonObject h5 = d.order(number(), 8888);
      h5.add("scene_info", parsed(
          "{\"payer_client_ip\":\"1.2.3.4\",\"h5_info\":{\"type\":\"Wap\"}}"));
      matches(new H5Service.Builder().httpClient(d.client).build().prepay(as(h5,
          com.wechat.pay.java.service.payments.h5.model.PrepayRequest.class)).getH5Url(),
          ".*checkmweb\\?prepay_id=wx.*");
    });
  }

  private void testRefund(String mode, Driver d) {
    test("refund, query, notice in " + mode + " mode", () -> {
      String no = number();
      String refundNo = number();
      d.prepay(no, 8888);
      pay(no);
      Refund made = d.refund(no, refundNo, 888);
      same(made.getStatus(), Status.PROCESSING);
      same(d.refund(no, refundNo, 888).getRefundId(), made.getRefundId());
      Shop.Notice notice = shop.notice(refundNo);
      same(text(parsed(notice.body()), "event_type"), "REFUND.SUCCESS");
      RefundNotification news =
          d.parser.parse(notice.param(notice.body()), RefundNotification.class);
      same(news.getRefundStatus(), Status.SUCCESS);
      same(news.getRefundId(), made.getRefundId());
      Refund found = d.queryRefund(refundNo);
      same(found.getStatus(), Status.SUCCESS);
      same(found.getAmount().getRefund(), 888L);
      same(d.query(no).getTradeState(), Transaction.TradeStateEnum.REFUND);
      ServiceException much =
          refused(ServiceException.class, () -> d.refund(no, number(), 8001));
      same(much.getHttpStatusCode() + " " + much.getErrorCode(), "400 INVALID_REQUEST");
    });
  }

  private void testNotices(String mode, Driver d) {
    test("the client refuses notices that are not as signed in " + mode + " mode", () -> {
      String no = number();
      d.prepay(no, 8888);
      pay(no);
      Shop.Notice notice = shop.notice(no);
      refused(ValidationException.class,
          () -> d.parser.parse(notice.param(notice.body() + " "), Transaction.class));
      String forged = number();
      d.prepay(forged, 8888);
      fault("notice", "forge", forged);
      pay(forged);
      Shop.Notice other = shop.notice(forged);
      refused(ValidationException.class,
          () -> d.parser.parse(other.param(other.body()), Transaction.class));
    });
  }

  private void testRefusals(String mode, Driver d, String wrongKey) {
    test("a wrong key is refused in " + mode + " mode", () -> {
      RSASigner signer =
          new RSASigner(text(d.c, "serial_no"), PemUtil.loadPrivateKeyFromString(wrongKey));
      HttpClient wrong = new DefaultHttpClientBuilder().okHttpClient(net)
          .credential(new WechatPay2Credential(text(d.c, "mch_id"), signer))
          .validator(d.config.createValidator()).build();
      NativePayService orders = new NativePayService.Builder().httpClient(wrong).build();
      ServiceException said = refused(ServiceException.class,
          () -> orders.prepay(as(d.order(number(), 8888), PrepayRequest.class)));
      same(said.getHttpStatusCode() + " " + said.getErrorCode(), "401 SIGN_ERROR");
    });
    test("the client refuses what is signed wrongly in " + mode + " mode", () -> {
      String[][] faults = {{"forge", ".*signature is incorrect.*"},
          {"unsigned", ".*timestamp\\[null\\].*"}, {"old_timestamp", ".*expires.*"},
          {"unknown_serial", ".*signature is incorrect.*"},
          {"probe", ".*valid bits.*"}}; // what it begins with spoils the Base64
      for (String[] fault : faults) {
        String no = number();
        fault("native", fault[0], no);
        RuntimeException why = refused(RuntimeException.class, () -> d.prepay(no, 8888));
        matches(why.getMessage(), fault[1]);
      }
    });
  }

  /** What only a merchant with certificates sees: downloads, and a new one while it works. */
  private void testCertificates(JsonObject c, JsonObject byKey) {
    test("certificates that another key encrypted are refused", () -> {
      JsonObject other = c.deepCopy();
      other.add("api_v3_key", byKey.get("api_v3_key"));
      refused(DecryptionException.class, () -> new Driver(other));
    });
    test("a merchant with the public key has no certificates", () -> {
      ServiceException said = refused(ServiceException.class,
          () -> configured(byKey, false));
      same(said.getHttpStatusCode() + " " + said.getErrorCode(), "404 RESOURCE_NOT_EXISTS");
    });
    test("a new certificate is trusted once it is downloaded", () -> {
      Driver before = new Driver(c);
      post("wechat/rotate", "{}");
      String no = number();
      before.prepay(no, 8888); // It names the old certificate, so that one still signs.
      pay(no);
      Shop.Notice notice = shop.notice(no);
      refused(ValidationException.class,
          () -> before.parser.parse(notice.param(notice.body()), Transaction.class));
      Driver after = new Driver(c);
      same(after.parser.parse(notice.param(notice.body()), Transaction.class).getOutTradeNo(),
          no);
      same(after.query(no).getTradeState(), Transaction.TradeStateEnum.SUCCESS);
    });
  }

  private Config configured(JsonObject c, boolean byKey) {
    if (byKey) {
      return new RSAPublicKeyConfig.Builder().merchantId(text(c, "mch_id"))
          .merchantSerialNumber(text(c, "serial_no")).privateKey(text(c, "private_key"))
          .publicKey(text(c, "public_key")).publicKeyId(text(c, "public_key_id"))
          .apiV3Key(text(c, "api_v3_key")).build();
    }
    return new RSAAutoCertificateConfig.Builder().merchantId(text(c, "mch_id"))
        .merchantSerialNumber(text(c, "serial_no")).privateKey(text(c, "private_key"))
        .apiV3Key(text(c, "api_v3_key"))
        .httpClientBuilder(new DefaultHttpClientBuilder().okHttpClient(net)).build();
  }

  /** One merchant, as the client knows it. */
  private final class Driver {
    final JsonObject c;
    final Config config;
    final HttpClient client;
    final NotificationParser parser;
    final NativePayService orders;
    final RefundService refunds;

    Driver(JsonObject c) {
      this.c = c;
      config = configured(c, c.has("public_key"));
      client = new DefaultHttpClientBuilder().config(config).okHttpClient(net).build();
      parser = new NotificationParser((NotificationConfig) config);
      orders = new NativePayService.Builder().httpClient(client).build();
      refunds = new RefundService.Builder().httpClient(client).build();
    }

    JsonObject order(String no, int fen) {
      JsonObject order = new JsonObject();
      order.addProperty("appid", text(c, "appid"));
      order.addProperty("mchid", text(c, "mch_id"));
      order.addProperty("description", "测试 + & = \"{}\" / 100%");
      order.addProperty("out_trade_no", no);
      order.addProperty("notify_url", shop.notifyUrl(no));
      order.add("amount", parsed("{\"currency\":\"CNY\",\"total\":" + fen + "}"));
      return order;
    }

    String prepay(String no, int fen) {
      return orders.prepay(as(order(no, fen), PrepayRequest.class)).getCodeUrl();
    }

    Transaction query(String no) {
      QueryOrderByOutTradeNoRequest ask = new QueryOrderByOutTradeNoRequest();
      ask.setMchid(text(c, "mch_id"));
      ask.setOutTradeNo(no);
      return orders.queryOrderByOutTradeNo(ask);
    }

    Transaction queryById(String id) {
      QueryOrderByIdRequest ask = new QueryOrderByIdRequest();
      ask.setMchid(text(c, "mch_id"));
      ask.setTransactionId(id);
      return orders.queryOrderById(ask);
    }

    void close(String no) {
      CloseOrderRequest ask = new CloseOrderRequest();
      ask.setMchid(text(c, "mch_id"));
      ask.setOutTradeNo(no);
      orders.closeOrder(ask);
    }

    Refund refund(String no, String refundNo, long fen) {
      JsonObject ask = parsed(
          "{\"amount\":{\"total\":8888,\"currency\":\"CNY\",\"refund\":" + fen + "}}");
      ask.addProperty("out_trade_no", no);
      ask.addProperty("out_refund_no", refundNo);
      ask.addProperty("notify_url", shop.notifyUrl(refundNo));
      return refunds.create(as(ask, CreateRequest.class));
    }

    Refund queryRefund(String refundNo) {
      QueryByOutRefundNoRequest ask = new QueryByOutRefundNoRequest();
      ask.setOutRefundNo(refundNo);
      return refunds.queryByOutRefundNo(ask);
    }
  }

  /** A number of its own for every test, since all share one sandbox. */
  private String number() {
    return "J" + ProcessHandle.current().pid() + "_" + ++numbers;
  }

  private void pay(String no) throws IOException {
    post("pay", "{\"channel\":\"wechat\",\"out_trade_no\":\"" + no + "\"}");
  }

  /** The next call of this operation, or notice, about this order goes wrong. */
  private void fault(String operation, String kind, String no) throws IOException {
    JsonObject fault = parsed("{\"channel\":\"wechat\"}");
    fault.addProperty("operation", operation);
    fault.addProperty("kind", kind);
    fault.addProperty("out_trade_no", no);
    post("faults", fault.toString());
  }

  private void post(String what, String body) throws IOException {
    Request request = new Request.Builder()
        .url(base.newBuilder().addPathSegment("sandbox").addPathSegments(what).build())
        .post(RequestBody.create(body, null)).build();
    try (Response answer = net.newCall(request).execute()) {
      if (answer.code() != 200) throw new AssertionError(what + ": " + answer.body().string());
    }
  }

  private static JsonObject read(Path file) throws IOException {
    return parsed(Files.readString(file));
  }

  private static JsonObject parsed(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static String text(JsonObject object, String member) {
    return object.get(member).getAsString();
  }

  /** The client's requests of the four kinds are classes of their own with the same members. */
  private static <T> T as(JsonObject members, Class<T> request) {
    return GsonUtil.getGson().fromJson(members, request);
  }

  private static void same(Object is, Object wanted) {
    if (!Objects.equals(is, wanted)) throw new AssertionError(is + ", not " + wanted);
  }

  private static void matches(String is, String pattern) {
    if (!is.replace('\n', ' ').matches(pattern)) {
      throw new AssertionError(is + " does not match " + pattern);
    }
  }

  private static <T extends Exception> T refused(Class<T> by, Proof proof) throws Exception {
    try {
      proof.run();
    } catch (Exception e) {
      if (by.isInstance(e)) return by.cast(e);
      throw e;
    }
    throw new AssertionError("it was not refused");
  }
}
