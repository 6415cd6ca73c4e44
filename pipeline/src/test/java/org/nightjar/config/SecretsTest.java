package org.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nightjar.config.Yaml.problemsWith;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a secret and what is not; in every value that must not show, "hush" stands for it. */
class SecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "PASSWORD",
        "dbPassword",
        "password1",
        "sslpassword",
        "passwd",
        "pwd",
        "PWD",
        "userPwd",
        "passphrase",
        "pgpPassphrase",
        "pass",
        "es.net.http.auth.pass",
        "es.net.ssl.keystore.pass",
        "keystorepass",
        "trustStorePassword",
        "javax.net.ssl.trustStorePassword",
        "spark.ssl.keyPassword",
        "fs.s3a.access.key",
        "fs.s3a.secret.key",
        "fs.s3a.session.token",
        "fs.s3a.encryption.key",
        "fs.s3a.bucket.shop.secret.key",
        "fs.access.KEY",
        "awsAccessKeyId",
        "temporary_aws_secret_access_key",
        "fs.azure.account.key.shop.dfs.core.windows.net",
        "fs.azure.account.oauth2.client.secret",
        "fs.azure.sas.container.shop.blob.core.windows.net",
        "fs.azure.sas.fixed.token.shop.dfs.core.windows.net",
        "SharedAccessKey",
        "AccountKey",
        "sasToken",
        "sig",
        "X-Amz-Signature",
        "fs.gs.auth.service.account.private.key",
        "credentials",
        "gcpAccessToken",
        "authToken",
        "spark.authenticate.secret",
        "spark.kubernetes.authenticate.oauthToken",
        "kafka.sasl.jaas.config",
        "kafka.ssl.keystore.key",
        "pem_private_key",
        "OAuthPvtKey",
        "api_key",
        "apikey",
        "es.net.http.header.Authorization",
        "jwt",
        "key"
      })
  void namesOfSecrets(String option) {
    assertThat(Secrets.isSecret(option)).isTrue();
    assertThat(Secrets.masked(option, "hush")).isEqualTo("***");
    assertThat(Secrets.masked("url", "jdbc:x://db/shop?a=b&" + option + "=hush&c=d"))
        .isEqualTo("jdbc:x://db/shop?a=b&" + option + "=***&c=d");
    assertThat(Secrets.commandLine(List.of("run", "--set", "spark." + option + "=hush", "--quiet")))
        .isEqualTo("run --set spark." + option + "=*** --quiet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sslkey",
        "sslcert",
        "sslrootcert",
        "sslpasswordcallback",
        "keyspace",
        "partitionKey",
        "partition_key",
        "primaryKey",
        "keyColumns",
        "key.column",
        "keystore",
        "spark.ssl.keyStore",
        "spark.ssl.keyStoreType",
        "clientKeyFile",
        "publicKey",
        "fs.s3a.aws.credentials.provider",
        "hadoop.security.credential.provider.path",
        "fs.azure.sas.token.provider.type",
        "fs.azure.account.auth.type",
        "fs.azure.account.oauth2.client.id",
        "credentialsFile",
        "fs.gs.auth.service.account.json.keyfile",
        "sharedAccessKeyName",
        "spark.io.encryption.keySizeBits",
        "spark.authenticate.secretBitLength",
        "spark.kubernetes.driver.secrets.mine",
        "spark.shuffle.sort.bypassMergeThreshold",
        "maxTokens",
        "tokenizer",
        "spark.executor.passthrough",
        "user",
        "url",
        "signed",
        "sassy"
      })
  void namesThatOnlyLookLikeIt(String option) {
    assertThat(Secrets.isSecret(option)).isFalse();
    assertThat(Secrets.masked(option, "shown")).isEqualTo("shown");
    String url = "jdbc:postgresql://db/shop?" + option + "=/etc/shown&a=b";
    assertThat(Secrets.masked(url)).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          jdbc:postgresql://ann:hush@db.example:5432/shop?user=ann | jdbc:postgresql://***@db.example:5432/shop?user=ann
          jdbc:postgresql://ann:hu@sh@db/shop                     | jdbc:postgresql://***@db/shop
          jdbc:postgresql://ann:hu/sh@db/shop                     | jdbc:postgresql://***@db/shop
          jdbc:postgresql://ann:hu#sh?@db/shop                    | jdbc:postgresql://***@db/shop
          jdbc:postgresql://db/shop?password=hu;sh,h u&ssl=true   | jdbc:postgresql://db/shop?password=***&ssl=true
          jdbc:postgresql://db/shop?sslkey=/k.pk8&sslpassword=hush | jdbc:postgresql://db/shop?sslkey=/k.pk8&sslpassword=***
          jdbc:sqlserver://db;user=sa;password={hu;sh};x=y        | jdbc:sqlserver://db;user=sa;password=***;x=y
          jdbc:sqlserver://db;user=sa;pwd=hu&sh,;x=y              | jdbc:sqlserver://db;user=sa;pwd=***;x=y
          jdbc:db2://db:50000/shop:user=ann;password=hush;        | jdbc:db2://db:50000/shop:user=ann;password=***;
          jdbc:mysql://(host=db,port=1,user=ann,password=hush)/shop | jdbc:mysql://(host=db,port=1,user=ann,password=***)/shop
          jdbc:oracle:thin:ann/hush@//db:1521/shop                | jdbc:oracle:thin:***@//db:1521/shop
          jdbc:oracle:oci:ann/hu@sh@//db:1521/shop                | jdbc:oracle:oci:***@//db:1521/shop
          s3a://id:hu/sh@bucket/out                               | s3a://***@bucket/out
          redis://:hush@cache:6379                                | redis://***@cache:6379
          https://hush@example.org/x                              | https://***@example.org/x
          https://shop.blob.core.windows.net/c/f?sv=1&sig=hush%3D&se=2 | https://shop.blob.core.windows.net/c/f?sv=1&sig=***&se=2
          https://b.s3.amazonaws.com/f?X-Amz-Credential=hush&X-Amz-Signature=hush | https://b.s3.amazonaws.com/f?X-Amz-Credential=***&X-Amz-Signature=***
          Endpoint=sb://ns/;SharedAccessKeyName=n;SharedAccessKey=hush= | Endpoint=sb://ns/;SharedAccessKeyName=n;SharedAccessKey=***
          AccountName=shop;AccountKey=hush==;EndpointSuffix=x     | AccountName=shop;AccountKey=***;EndpointSuffix=x
          Authorization: Bearer hushhushhushhush                  | Authorization: Bearer ***
          jdbc:mysql://u:p@ss/hush@h:3306/db                      | jdbc:mysql://***@h:3306/db
          jdbc:sqlserver://db;user=sa;password={hu;sh}}x};x=y     | jdbc:sqlserver://db;user=sa;password=***;x=y
          X-Api-Key: hush                                         | X-Api-Key: ***
          Cookie: SESSION=hush                                    | Cookie: ***
          {"password": "hu sh", "a": 1}                           | {"password": ***, "a": 1}
          ALTER USER u IDENTIFIED BY hush                         | ALTER USER u IDENTIFIED BY ***
          Basic aHVzaDpodXNo                                      | Basic ***
          -----BEGIN PGP PRIVATE KEY BLOCK-----hush               | ***
          jdbc:oracle:thin:@//db:1521/shop                        | jdbc:oracle:thin:@//db:1521/shop
          jdbc:oracle:thin:/@shop_high                            | jdbc:oracle:thin:/@shop_high
          jdbc:postgresql://db:5432/shop?user=ann@example.org     | jdbc:postgresql://db:5432/shop?user=ann@example.org
          jdbc:postgresql://[::1]:5432/shop                       | jdbc:postgresql://[::1]:5432/shop
          abfss://container@account.dfs.core.windows.net/x@y      | abfss://container@account.dfs.core.windows.net/x@y
          wasbs://container@account.blob.core.windows.net/x       | wasbs://container@account.blob.core.windows.net/x
          s3a://bucket/mail@2024:x                                | s3a://bucket/mail@2024:x
          hdfs://nn:8020,nn2:8020/x@y                             | hdfs://nn:8020,nn2:8020/x@y
          CASE WHEN token = 'a' AND pass=1 THEN key END           | CASE WHEN token = 'a' AND pass=1 THEN key END
          """)
  void texts(String text, String masked) {
    assertThat(Secrets.masked(text)).isEqualTo(masked);
    assertThat(Secrets.masked(masked)).isEqualTo(masked);
    assertThat(Secrets.inMessage(masked)).doesNotContain("hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --set=sources.users.options.password=hush      | --set=sources.users.options.password=***
          --set=sources.users.options={user: a, password: "hu, s}h"} | --set=sources.users.options={user:a,password:***}
          --set=sources.users={options: {url: 'jdbc:x://a:hush@b/c'}} | --set=sources.users={options:{url:jdbc:x://***@b/c}}
          --set=spark.spark.hadoop.fs.azure.account.key.a.dfs.core.windows.net=hush | --set=spark.spark.hadoop.fs.azure.account.key.a.dfs.core.windows.net=***
          --set=fs.azure.sas.a.b=hush                    | --set=fs.azure.sas.a.b=***
          --set=export.url=jdbc:x://db/shop?pwd=hush     | --set=export.url=jdbc:x://db/shop?pwd=***
          --set=spark.spark.driver.extraJavaOptions=-Dx.trustStorePassword=hush -Da=b | --set=spark.spark.driver.extraJavaOptions=-Dx.trustStorePassword=*** -Da=b
          --set=sources.users.options.password={hush     | --set=sources.users.options.password=***
          --set=sources.users.options.password:hush      | --set=sources.users.options.password…
          --export.password=hush                         | --export.password=***
          --conf=s3a://id:hush@bucket/night.yaml         | --conf=s3a://***@bucket/night.yaml
          --set=sources.users.options.password=${PASSWORD} | --set=sources.users.options.password=${PASSWORD}
          --set=sources.users.options.keyspace=shop      | --set=sources.users.options.keyspace=shop
          --set=rank.fallback=[popular, again]           | --set=rank.fallback=[popular, again]
          --set=sources.events.expr=pass=1               | --set=sources.events.expr=pass=1
          --set=sources.events.options.dbtable=(select * from t where token='x') q | --set=sources.events.options.dbtable=(select * from t where token='x') q
          """)
  void commandLines(String argument, String masked) {
    assertThat(Secrets.commandLine(List.of("run", argument))).isEqualTo("run " + masked);
    if (argument.startsWith("--set=")) {
      assertThat(Secrets.commandLine(List.of("--set", argument.substring("--set=".length()))))
          .isEqualTo("--set " + masked.substring("--set=".length()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sources.users.options={a: b, nested: {password: hush}}",
        "sources.users.options.fs.azure.account.key.a.dfs.core.windows.net=[hush]",
        "sources.users.options.password:hush",
        "sources.users.options.password=*hush",
        "sources.users.options.password='${A b:-hush'",
        "spark.es.net.http.auth.pass=[hush]",
        "export={url: 'jdbc:postgresql://db/shop?sslpassword=hush'}",
        "export={url: 'db://ann:hush@db/shop'}",
        "models.popular.halfLifeDays=jdbc:x://a:hush@b"
      })
  void problemsDoNotEchoThem(String override) {
    assertThat(problemsWith(override))
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem).doesNotContain("hush"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sslkey=/etc/k.pk8&sslcert=/etc/c.pem&sslmode=verify-full",
        "user=ann",
        "currentSchema=keyspace"
      })
  void exportsTakeUrlsWithoutSecrets(String parameters) {
    String url = "jdbc:postgresql://db/shop?" + parameters;

    assertThat(Yaml.minimal("export={url: '" + url + "'}").export().url()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "es.net.http.auth.pass",
        "spark.hadoop.fs.azure.account.key.shop.dfs.core.windows.net",
        "spark.hadoop.fs.azure.sas.container.shop",
        "spark.hadoop.fs.s3a.secret.key",
        "pwd",
        "apiKey",
        "kafka.sasl.jaas.config"
      })
  void sparksPagesHideThemToo(String setting) {
    assertThat(Pattern.compile(Secrets.SPARK_REDACTION).matcher(setting).find()).isTrue();
  }
}
