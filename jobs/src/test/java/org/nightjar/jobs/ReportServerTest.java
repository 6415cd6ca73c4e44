package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nightjar.publish.Releases;
import org.nightjar.run.ReleaseLookUp;

/** An output without releases, so no Spark is asked. */
class ReportServerTest {
  @TempDir private Path output;

  private ReportServer server;

  @BeforeEach
  void start() throws IOException {
    Releases releases = Releases.at(output.toString(), new Configuration(), Clock.systemUTC());
    server = new ReportServer(new ReleaseLookUp(null, releases), releases, 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** The whole answer to a request as it is sent. */
  private String answer(String request, String host) throws IOException {
    URI address = URI.create(server.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write(
              (request + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void showsThePageOfAllReleases() throws IOException {
    assertThat(answer("GET /", "127.0.0.1:8017"))
        .startsWith("HTTP/1.1 200 ")
        .contains("There is no release yet.")
        .contains("form-action 'self'");
    assertThat(answer("GET /?user=%3Cscript%3E&item=x", "localhost"))
        .contains("value=\"&lt;script&gt;\"")
        .doesNotContain("value=\"<script>\"");
  }

  @Test
  void onlyReadsAndOnlyWhatItHas() throws IOException {
    assertThat(answer("POST /", "localhost")).startsWith("HTTP/1.1 405 ");
    assertThat(answer("HEAD /", "localhost")).startsWith("HTTP/1.1 200 ").doesNotContain("<html");
    assertThat(answer("GET /releases/unknown/report.html", "localhost"))
        .startsWith("HTTP/1.1 404 ");
    assertThat(answer("GET /releases/../mask.key", "localhost")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void answersOnlyToItsOwnNames() throws IOException {
    assertThat(answer("GET /", "evil.example")).startsWith("HTTP/1.1 421 ");
    assertThat(URI.create(server.address()).getHost()).isEqualTo("127.0.0.1");
  }
}
