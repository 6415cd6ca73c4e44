package org.nightjar.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapperBuilder;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/**
 * The report as one self-contained page: no script, no network, light and dark, wide and narrow,
 * for screen, paper and screen reader. Every text is escaped by the template engine; the layout
 * stands in {@code report.ftlh}, the arrangement of the figures in {@link ReportView}.
 */
public final class HtmlReport {
  private static final String TEMPLATE = "report.ftlh";
  private static final Configuration FREEMARKER = freemarker();

  private HtmlReport() {}

  /** The page; the same data gives the same text. */
  public static String render(ReportData data) {
    try {
      Template template = FREEMARKER.getTemplate(TEMPLATE);
      StringWriter page = new StringWriter();
      template.process(Map.of("view", ReportView.of(data)), page);
      return page.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException("The report's template failed: " + e.getMessage(), e);
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
