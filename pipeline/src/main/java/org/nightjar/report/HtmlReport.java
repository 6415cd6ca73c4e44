package org.nightjar.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapperBuilder;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The report as one self-contained page: no network, light and dark, wide and narrow, for screen,
 * paper and screen reader. Every text is escaped by the template engine, and the page's policy lets
 * no script run but the three that it ships, by their hashes. The layout stands in {@code
 * report.ftlh} and the parts that it includes, the arrangement of the figures in {@link
 * ReportView}.
 */
public final class HtmlReport {
  private static final String TEMPLATE = "report.ftlh";
  private static final String HISTORY = "history.ftlh";
  private static final Configuration FREEMARKER = freemarker();
  private static final Page PAGE =
      Page.of(
          resource("report.css"),
          resource("theme.js"),
          resource("echarts.min.js"),
          resource("report.js"));

  private HtmlReport() {}

  /**
   * What every page has. Public only because the template engine reads it.
   *
   * @param style the style sheet
   * @param theme the script before the page
   * @param charts the chart library
   * @param script the script behind the page
   * @param scriptHashes of the three scripts, as a policy names them
   */
  public record Page(
      String style, String theme, String charts, String script, String scriptHashes) {
    static Page of(String style, String theme, String charts, String script) {
      return new Page(
          style,
          theme,
          charts,
          script,
          Stream.of(theme, charts, script).map(Page::hash).collect(Collectors.joining(" ")));
    }

    private static String hash(String script) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("This Java has no SHA-256", e);
      }
    }
  }

  /** The page; the same data gives the same text. */
  public static String render(ReportData data) {
    return render(TEMPLATE, ReportView.of(data));
  }

  /** The page over all releases, to be served: its links lead to the releases' pages. */
  public static String render(HistoryData data) {
    return render(HISTORY, HistoryView.of(data));
  }

  private static String render(String name, Object view) {
    try {
      Template template = FREEMARKER.getTemplate(name);
      StringWriter page = new StringWriter();
      template.process(Map.of("view", view, "page", PAGE), page);
      return page.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException("The report's template failed: " + e.getMessage(), e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Configuration freemarker() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlReport.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setAutoEscapingPolicy(Configuration.ENABLE_IF_SUPPORTED_AUTO_ESCAPING_POLICY);
    configuration.setObjectWrapper(
        new DefaultObjectWrapperBuilder(Configuration.VERSION_2_3_34).build());
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    configuration.setAPIBuiltinEnabled(false);
    configuration.setLocale(Locale.ROOT);
    configuration.setTimeZone(TimeZone.getTimeZone("UTC"));
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    configuration.setWrapUncheckedExceptions(true);
    return configuration;
  }
}
