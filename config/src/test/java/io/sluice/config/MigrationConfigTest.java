package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.BackfillConfig.BulkConfig;
import io.sluice.config.CaptureConfig.Durability;
import io.sluice.config.CaptureConfig.OnKafkaFailure;
import io.sluice.config.ClusterConfig.AuthConfig;
import io.sluice.config.ClusterConfig.TlsConfig;
import io.sluice.config.ReplayConfig.Mode;
import io.sluice.config.ReplayConfig.Outcomes;
import io.sluice.config.SnapshotConfig.RepositoryConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MigrationConfigTest {

    @Test
    void hasADefaultForEverythingButTheName() throws Exception {
        MigrationConfig config = Configurations.read("name: books");

        assertThat(config.name()).isEqualTo("books");
        assertThat(config.state()).isEqualTo("/migrations/.sluice");
        assertThat(config.source()).isNull();
        assertThat(config.target()).isNull();
        assertThat(config.snapshot()).isNull();
        assertThat(config.capture()).isNull();
        assertThat(config.proxy()).isNull();
        assertThat(config.indices()).isEqualTo(new IndicesConfig(List.of("*"), List.of(), List.of()));
        assertThat(config.metadata().of("any")).isEqualTo(MetadataConfig.Types.UNION);
        assertThat(config.metadata().splitName()).isEqualTo("{index}-{type}");
        assertThat(config.backfill())
                .isEqualTo(
                        new BackfillConfig(4, Rate.UNLIMITED, new BulkConfig(ByteSize.parse("10mb"), 4), false, null));
        assertThat(config.fence().of("any")).isEqualTo(FenceConfig.Kind.AUTO);
        assertThat(config.replay())
                .isEqualTo(new ReplayConfig(
                        4,
                        1.0,
                        4.0,
                        Duration.ofMillis(500),
                        Mode.MIRROR,
                        1,
                        1.0,
                        Outcomes.NOTABLE,
                        Rate.UNLIMITED,
                        ByteSize.parse("10gb")));
        assertThat(config.flink().rest()).isNull();
    }

    @Test
    void keepsAQueryAsItIsWritten() throws Exception {
        MigrationConfig config = Configurations.read("""
            name: books
            target: {endpoint: "http://target"}
            snapshot: {name: s, repository: {fs: /r}}
            documents: {drop: [author.mail, "*.tmp"]}
            backfill:
              query:
                bool:
                  must:
                    - range: {year: {gte: 1990, lt: 1.0e400}}
                    - term: {tag: "${env:TAG}"}
                    - term: {isbn: "0042"}
                  must_not: {exists: {field: gone}}
                  filter: {term: {draft: false}}
            """, Map.of("TAG", "a \"b\""));

        assertThat(config.documents().drop()).containsExactly("author.mail", "*.tmp");
        assertThat(config.backfill().query()).isEqualTo(new BackfillConfig.Query(6, """
            {"bool":{"must":[{"range":{"year":{"gte":1990,"lt":1E+400}}},{"term":{"tag":"a \\"b\\""}},\
            {"term":{"isbn":"0042"}}],"must_not":{"exists":{"field":"gone"}},\
            "filter":{"term":{"draft":false}}}}\
            """));
    }

    @Test
    void readsTheContractsClusterSections() throws Exception {
        MigrationConfig config = Configurations.read("""
            name: books
            source:
              endpoint: https://source:9200/
              auth: {basic: {username: u, password: ${env:SRC_PASSWORD}}}
              tls: {ca: ca.pem, cert: /keys/c.pem, key: ../k.pem}
            target: {endpoint: "https://target", auth: {sigv4: {region: eu-west-1, service: aoss}}}
            """, Map.of("SRC_PASSWORD", "s3cret:{}"));

        assertThat(config.source())
                .isEqualTo(new ClusterConfig(
                        URI.create("https://source:9200"),
                        new AuthConfig.Basic("u", new Secret("s3cret:{}")),
                        new TlsConfig("/migrations/ca.pem", "/keys/c.pem", "/k.pem", false)));
        assertThat(Objects.requireNonNull(config.target()).auth())
                .isEqualTo(new AuthConfig.SigV4("eu-west-1", "aoss", null, null));
    }

    @Test
    void readsEveryWayToLogIn() throws Exception {
        String target = "{name: a, target: {endpoint: \"http://t:1\", auth: %s}}";

        assertThat(auth(target, "none")).isEqualTo(AuthConfig.NONE);
        assertThat(auth(target, "{none: }")).isEqualTo(AuthConfig.NONE);
        assertThat(auth(target, "{api_key: 0123}")).isEqualTo(new AuthConfig.ApiKey(new Secret("0123")));
        assertThat(auth(target, "{sigv4: {region: r}}")).isEqualTo(new AuthConfig.SigV4("r", "es", null, null));
    }

    private static AuthConfig auth(String yaml, String auth) throws ConfigurationException {
        return Objects.requireNonNull(Configurations.read(yaml.formatted(auth)).target())
                .auth();
    }

    @Test
    void readsRepositoriesInFoldersAndBuckets() throws Exception {
        assertThat(repository("{fs: /mnt/repo}")).isEqualTo(new RepositoryConfig.FileSystem("/mnt/repo"));
        assertThat(repository("{fs: repo}")).isEqualTo(new RepositoryConfig.FileSystem("/migrations/repo"));
        assertThat(repository("{s3: {bucket: snaps, prefix: /a/b/, region: r, role: x}}"))
                .isEqualTo(new RepositoryConfig.S3("snaps", "a/b", "r", null, false, "x", null));
        assertThat(repository("{s3: {bucket: snaps, endpoint: \"http://minio:9000\"}}"))
                .isEqualTo(
                        new RepositoryConfig.S3("snaps", "", null, URI.create("http://minio:9000"), true, null, null));
        assertThat(repository("{url: \"https://repo/snaps\"}"))
                .isEqualTo(new RepositoryConfig.Url(URI.create("https://repo/snaps")));
    }

    private static RepositoryConfig repository(String repository) throws ConfigurationException {
        String yaml = "{name: a, snapshot: {name: s, repository: " + repository + "}}";
        return Objects.requireNonNull(Configurations.read(yaml).snapshot()).repository();
    }

    @Test
    void aRepositoryIsCalledByTheMigrationUnlessToldAndTakesSettings() throws Exception {
        SnapshotConfig plain =
                Objects.requireNonNull(Configurations.read("{name: a, snapshot: {name: s, repository: {fs: /r}}}")
                        .snapshot());
        SnapshotConfig told = Objects.requireNonNull(Configurations.read(
                        "{name: a, snapshot: {name: s, repository: {fs: /r}, registered_as: own, settings: {compress:"
                                + " true}}}")
                .snapshot());

        assertThat(plain.registeredAs()).isEqualTo("sluice-a");
        assertThat(plain.settings()).isEmpty();
        assertThat(told.registeredAs()).isEqualTo("own");
        assertThat(told.settings()).isEqualTo(Map.of("compress", "true"));
    }

    @Test
    void readsTheContractsCaptureSection() throws Exception {
        MigrationConfig config = Configurations.read("""
            name: books
            capture: {brokers: kafka:9092, partitions: 8, retention: 36h, security: {security.protocol: SSL},
                      durability: before-forward, on_kafka_failure: reject, keep_credentials: true, dead_after: 10m}
            """);

        assertThat(config.capture())
                .isEqualTo(new CaptureConfig(
                        List.of(new HostPort("kafka", 9092)),
                        "sluice-books",
                        8,
                        Duration.ofHours(36),
                        Map.of("security.protocol", new Secret("SSL")),
                        Durability.BEFORE_FORWARD,
                        OnKafkaFailure.REJECT,
                        true,
                        Duration.ofMinutes(10)));
    }

    private static Map<String, String> kafka(String security) throws ConfigurationException {
        String yaml = "{name: a, capture: {brokers: [k1:9092, \"[::1]:9093\"], security: " + security + "}}";
        return Objects.requireNonNull(Configurations.read(yaml).capture()).kafka();
    }

    @Test
    void givesKafkasClientsWhatTheyNeedAndWhatFollowsFromIt() throws Exception {
        assertThat(kafka("{}")).isEqualTo(Map.of("bootstrap.servers", "k1:9092,[::1]:9093"));
        assertThat(kafka("{security.protocol: SSL, ssl.truststore.location: ca.PEM, ssl.keystore.location: /k/me.p12}"))
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.keystore.type", "PKCS12")
                .containsEntry("ssl.keystore.location", "/k/me.p12")
                .hasEntrySatisfying(
                        "ssl.truststore.location",
                        location -> assertThat(location).startsWith("/").endsWith("/ca.PEM"));
        assertThat(kafka("{sasl.mechanism: AWS_MSK_IAM}"))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;")
                .containsEntry(
                        "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler");
    }

    @Test
    void keepsACaptureForAWeekUnlessToldOtherwise() throws Exception {
        assertThat(Configurations.read("{name: a, capture: {brokers: \"k:1\"}}").capture())
                .extracting(CaptureConfig::retention)
                .isEqualTo(Duration.ofDays(7));
        assertThat(Configurations.read("{name: a, capture: {brokers: \"k:1\", retention: forever}}")
                        .capture())
                .extracting(CaptureConfig::retention)
                .isNull();
    }

    @Test
    void countsTheFirstFenceWhosePatternFits() throws Exception {
        FenceConfig fence = Configurations.read("{name: a, fence: {books: version, \"b*\": none, \"*\": seq_no}}")
                .fence();

        assertThat(fence.of("books")).isEqualTo(FenceConfig.Kind.VERSION);
        assertThat(fence.of("bikes")).isEqualTo(FenceConfig.Kind.NONE);
        assertThat(fence.of("cars")).isEqualTo(FenceConfig.Kind.SEQ_NO);
    }

    @Test
    void readsWhichIndicesAreWanted() throws Exception {
        IndicesConfig indices = Configurations.read("""
            name: a
            indices:
              include: ["logs-*", books]
              exclude: "*-tmp"
              rename: [{from: "logs-*-eu", to: "eu-*"}, {from: books, to: novels}]
            """).indices();

        assertThat(indices.include()).containsExactly("logs-*", "books");
        assertThat(indices.exclude()).containsExactly("*-tmp");
        assertThat(indices.rename())
                .containsExactly(
                        new IndicesConfig.Rename("logs-*-eu", "eu-*"), new IndicesConfig.Rename("books", "novels"));
    }

    @Test
    void treatsAnEmptySectionAsOneOfDefaults() throws Exception {
        MigrationConfig config = Configurations.read("name: a\nindices:\nreplay: ~\nstate:\n");

        assertThat(config).isEqualTo(Configurations.read("name: a"));
    }

    @Test
    void tellsNoSecretInItsText() throws Exception {
        MigrationConfig config = Configurations.read("""
            name: a
            target: {endpoint: "http://t", auth: {basic: {username: u, password: hush1}}}
            source: {endpoint: "http://s", auth: {api_key: hush2}}
            capture: {brokers: k:1, security: {security.protocol: SASL_SSL, sasl.jaas.config: hush3}}
            proxy: {set_headers: {X-Token: hush4}}
            """);

        assertThat(config.toString()).contains("***").doesNotContain("hush");
    }
}
