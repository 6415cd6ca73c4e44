package org.nightjar.jobs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nightjar.publish.Releases;
import org.nightjar.report.HistoryData;
import org.nightjar.report.HtmlReport;
import org.nightjar.run.ReleaseLookUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages of all releases over HTTP, for the machine that it runs on: bound to the loopback
 * interface, answering only to its own names, reading only. One request at a time asks Spark.
 */
final class ReportServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReportServer.class);
  private static final Pattern REPORT =
      Pattern.compile("/releases/([A-Za-z0-9._-]+)/report\\.html");
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern PAIR = Pattern.compile("&");
  private static final int MAX_ID = 1_000;

  private final HttpServer server;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final ReleaseLookUp lookUp;
  private final Releases releases;

  /**
   * Starts to answer.
   *
   * @param port 0: any that is free
   */
  ReportServer(ReleaseLookUp lookUp, Releases releases, int port) throws IOException {
    this.lookUp = lookUp;
    this.releases = releases;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(thread);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Where to look. */
  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!NAMES.contains(host(exchange))) {
        send(exchange, 421, "This server answers only to localhost.", "text/plain"); // rebinding
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        send(exchange, 405, "This server only reads.", "text/plain");
      } else {
        Optional<String> page = page(exchange);
        send(
            exchange,
            page.isPresent() ? 200 : 404,
            page.orElse("No such page."),
            page.isPresent() ? "text/html" : "text/plain");
      }
    } catch (RuntimeException e) {
      LOG.error("a page failed path={}", exchange.getRequestURI().getPath(), e);
      send(exchange, 500, "The page failed; the log says why.", "text/plain");
    }
  }

  private Optional<String> page(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Matcher report = REPORT.matcher(path);
    if (report.matches()) {
      return releases.report(report.group(1));
    }
    return path.equals("/") ? Optional.of(HtmlReport.render(history(exchange))) : Optional.empty();
  }

  private HistoryData history(HttpExchange exchange) {
    Optional<String> user = parameter(exchange, "user");
    Optional<String> item = parameter(exchange, "item");
    return user.map(lookUp::user).or(() -> item.map(lookUp::item)).orElseGet(lookUp::history);
  }

  /** Empty when absent, blank or longer than any id. */
  private static Optional<String> parameter(HttpExchange exchange, String name) {
    String query = exchange.getRequestURI().getRawQuery();
    return PAIR.splitAsStream(query == null ? "" : query)
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
        .filter(value -> !value.isBlank() && value.length() <= MAX_ID)
        .findFirst();
  }

  private static String host(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host == null ? "" : host.replaceFirst(":\\d+$", "");
  }

  private static void send(HttpExchange exchange, int status, String text, String type)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(bytes);
      }
    }
  }

  /** Stops answering. */
  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
