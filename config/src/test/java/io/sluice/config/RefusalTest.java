package io.sluice.config;

import static io.sluice.config.Configurations.lines;
import static io.sluice.config.Configurations.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {

    @Test
    void namesEveryProblemAtOnceWithLineAndPath() {
        List<String> lines = lines("""
                name: Books
                target:
                  endpoint: target:9200
                snapshot: {name: s, repository: {fs: /r}}
                backfill:
                  paralelism: 4
                  bulk:
                    max_bytes: 10mbb
                    in_flight: many
                """);

        assertThat(lines)
                .containsExactly(
                        "m.yaml:1: name: expected a name of small letters, digits, - and _, at most 64 characters,"
                                + " a letter or digit first but found \"Books\".",
                        "m.yaml:3: target.endpoint: expected http:// or https://, a host, and maybe a port and a path;"
                                + " credentials belong into auth but found something else.",
                        "m.yaml:6: backfill.paralelism: unknown key. Did you mean parallelism?"
                                + " Allowed here: query, parallelism, rate, bulk, rebuild_source.",
                        "m.yaml:8: backfill.bulk.max_bytes: expected a size from 1kb to 100mb but found \"10mbb\".",
                        "m.yaml:9: backfill.bulk.in_flight: expected a whole number from 1 to 64 but found \"many\".");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        {name: a, x: 1}                                             | x: unknown key. Allowed here: name, state
        {name: a, max_bytes: 1mb}                                   | max_bytes: unknown key. Did you mean backfill.bulk.max_bytes?
        {name: a, fence: sequence}                                  | fence: expected one of auto, seq_no, version, none but found "sequence".
        {name: a, fence: seqno}                                     | fence: expected one of auto, seq_no, version, none but found "seqno". Did you mean seq_no?
        {name: a, fence: {b: verison}}                              | fence.b: expected one of auto, seq_no, version, none but found "verison". Did you mean version?
        {name: a, replay: 4}                                        | replay: expected a section of keys and values but found a single value.
        {name: a, flink: [b]}                                       | flink: expected a section of keys and values but found a list.
        {name: [a]}                                                 | name: expected a name of small letters
        {state: s}                                                  | name: is missing; expected a name
        {name: a, state: "ftp://x"}                                 | state: expected a path of a folder (a bucket cannot be one) but found "ftp://x".
        {name: a, state: "s3://b/p"}                                | state: expected a path of a folder (a bucket cannot be one) but found "s3://b/p".
        {name: a, replay: {speed: 0}}                               | replay.speed: expected a number from 0.01 to 1000 but found "0".
        {name: a, replay: {reads: 1.5}}                             | replay.reads: expected a number from 0 to 1 but found "1.5".
        {name: a, replay: {delay: 2h}}                              | replay.delay: expected a duration such as 500ms, at most 1h but found "2h".
        {name: a, replay: {ask_source: {rate: fast}}}               | replay.ask_source.rate: expected a rate: unlimited, 5000 docs/s or 20mb/s but found "fast".
        {name: a, target: {endpoint: "http://t", auth: basic}}      | target.auth: expected one of none, basic, api_key, sigv4 but found a single value.
        {name: a, target: {endpoint: "http://t", auth: {}}}         | target.auth: expected one of none, basic, api_key, sigv4 but found nothing.
        {name: a, target: {endpoint: "http://t", auth: {basic: {username: u}}}} | target.auth.basic.password: is missing; expected a secret.
        {name: a, target: {endpoint: "http://t", auth: {api_key: k, sigv4: {region: r}}}} | target.auth: api_key and sigv4 exclude each other. Keep one.
        {name: a, target: {endpoint: "http://t", tls: {insecure: true}}} | target.tls: is set, but endpoint speaks plain http.
        {name: a, target: {endpoint: "https://t", tls: {cert: c}}}  | target.tls.cert: cert and key belong together.
        {name: a, target: {endpoint: "https://t", tls: {ca: c, insecure: true}}} | target.tls.insecure: trusts every certificate, so ca means nothing.
        {name: a, target: {endpoint: "https://t", tls: {insecure: yes}}} | target.tls.insecure: expected true or false but found "yes".
        {name: a, target: {auth: none}}                             | target.endpoint: is missing
        {name: a, target: {endpoint: "http://x"}, source: {endpoint: "http://x/"}} | target: has the endpoint of source.
        {name: a, snapshot: {repository: {fs: /r}}}                 | snapshot.name: is missing
        {name: a, snapshot: {name: s}}                              | snapshot.repository: is missing; expected one of fs, s3, url.
        {name: a, snapshot: {name: s, repository: {fs: /r}, settings: {secret_key: x}}} | snapshot.settings: secret_key is a credential, and a cluster shows a repository's settings to whoever asks.
        {name: a, snapshot: {name: s, repository: {fs: /r}, registered_as: "a b"}} | snapshot.registered_as: expected the name of a repository but found "a b".
        {name: a, snapshot: {name: s, repository: {gcs: b}}}        | snapshot.repository.gcs: unknown key. Allowed here: fs, s3, url.
        {name: a, snapshot: {name: s, repository: {s3: {bucket: "s3://b"}}}} | snapshot.repository.s3.bucket: expected the name of a bucket, without s3:// but found "s3://b".
        {name: a, backfill: {parallelism: 2}, target: {endpoint: "http://t"}} | backfill: is set, but snapshot is not
        {name: a, backfill: {parallelism: 2}, snapshot: {name: s, repository: {fs: r}}} | backfill: is set, but target is not
        {name: a, target: {endpoint: "http://t"}, snapshot: {name: s, repository: {fs: r}}, capture: {brokers: "k:1"}, backfill: {query: {match_all: {}}}} | backfill: has a query, and capture is set
        {name: a, backfill: {query: {term: {a: 0x1F}}}}             | backfill.query.term.a: expected a number as JSON writes it
        {name: a, backfill: {query: {term: {a: "${env:NONE}"}}}}    | backfill.query.term.a: The environment variable NONE is not set.
        {name: a, documents: {drop: [{a: b}]}}                      | documents.drop[0]: expected the path of a field such as author.name, or a pattern with * but found a mapping.
        {name: a, documents: {drop: "*"}}                           | documents.drop: takes every field away with *.
        {name: a, metadata: {transforms: {a: b}}}                   | metadata.transforms: no transform is known yet.
        {name: a, metadata: {types: join}}                          | metadata.types: expected one of union, prefix, split, fail but found "join".
        {name: a, metadata: {types: {"b-*": splt}}}                 | metadata.types.b-*: expected one of union, prefix, split, fail but found "splt". Did you mean split?
        {name: a, metadata: {split_name: "{index}-x"}}              | metadata.split_name: expected the name of an index with {type} in it, and {index} if several indices are split but found "{index}-x".
        {name: a, metadata: {split_name: "{Index}-{type}"}}         | metadata.split_name: expected the name of an index with {type} in it
        {name: a, indices: {include: []}}                           | indices.include: names nothing
        {name: a, indices: {exclude: "*"}}                          | indices.exclude: takes out all of *
        {name: a, indices: {include: [b], exclude: [b]}}            | indices.exclude: takes out all of b
        {name: a, indices: {rename: [{from: b}]}}                   | indices.rename[0].to: is missing
        {name: a, indices: {rename: [{from: "b*", to: c}]}}         | indices.rename[0].to: must hold as many * as from
        {name: a, indices: {rename: [{from: b, to: d}, {from: c, to: d}]}} | indices.rename: two entries have to: d.
        {name: a, indices: {rename: {from: b, to: d}}}              | indices.rename: expected a list but found a mapping.
        {name: a, capture: {}}                                      | capture.brokers: is missing
        {name: a, capture: {brokers: kafka}}                        | capture.brokers[0]: expected a host and a port such as 0.0.0.0:9200 but found "kafka".
        {name: a, capture: {brokers: "k:1", dead_after: 0s}}        | capture.dead_after: expected never, or a duration such as 10m but found "0s".
        {name: a, capture: {brokers: "k:1", retention: 59s}}        | capture.retention: expected forever, or a duration of at least 1m such as 7d but found "59s".
        {name: a, capture: {brokers: "k:1", security: {sasl.mechanism: PLAIN}}} | capture.security: has sasl.mechanism, which Kafka uses only with security.protocol: SASL_SSL or SASL_PLAINTEXT. Add that.
        {name: a, capture: {brokers: "k:1", security: {security.protocol: SASL_PLAINTEXT, ssl.truststore.location: ca.pem}}} | capture.security: has ssl.truststore.location, which Kafka uses only with security.protocol: SSL or SASL_SSL. Add that.
        {name: a, capture: {brokers: "k:1", security: {acks: all}}} | capture.security: acks is none of Kafka's settings
        {name: a, capture: {brokers: "k:1", durability: before_response}} | capture.durability: expected one of before-response, before-response-full, before-forward, async but found "before_response". Did you mean before-response?
        {name: a, proxy: {listen: "0.0.0.0:1"}}                     | proxy: is set, but source is not
        {name: a, source: {endpoint: "http://s"}, proxy: {listen: "h:9299"}} | proxy.admin: has the port of listen.
        {name: a, source: {endpoint: "http://s"}, proxy: {suppress: ["_bulk"]}} | proxy.suppress[0]: expected a method (or *) and a path
        {name: a, source: {endpoint: "http://s"}, proxy: {tls: {cert: c}}} | proxy.tls.key: is missing
        {name: a, target: {endpoint: "http://t"}, replay: {speed: 2}} | replay: is set, but capture is not
        {name: a, target: {endpoint: "http://t"}, capture: {brokers: "k:1"}, fence: none, replay: {speed: 2}} | fence: none cannot converge with replay.mode: mirror.
        {name: a, flink: {rest: "jobmanager:8081"}}                 | flink.rest: expected http:// or https://
        {name: a, name: b}                                          | name: Already given in line 1.
        {name: &x a, state: *x}                                     | Anchors, aliases and tags are not allowed.
        """)
    void saysWhatIsWrongAndWhatIsAllowed(String yaml, String expected) {
        assertThat(lines(yaml))
                .anySatisfy(line -> assertThat(line).startsWith("m.yaml:1: ").contains(expected));
    }

    @Test
    void doesNotComplainAboutWhatFollowsFromAProblem() {
        assertThat(lines("{name: a, target: {endpoint: nowhere}, snapshot: 5}")).hasSize(2);
    }

    @Test
    void namesAVariableThatIsNotSet() {
        String yaml = "name: a\ntarget:\n  endpoint: http://t\n  auth: {api_key: ${env:TARGET_KEY}}\n";

        assertThat(lines(yaml))
                .containsExactly("m.yaml:4: target.auth.api_key: The environment variable TARGET_KEY is not set."
                        + " Set it, or write ${file:path}.");
    }

    @Test
    void doesNotTellWhatAPlaceholderStandsFor() {
        String yaml = "{name: a, replay: {delay: ${env:DELAY}}, target: {endpoint: ${env:DELAY}}}";

        ConfigurationException refusal = refused(yaml, Map.of("DELAY", "hush"));

        assertThat(refusal.getMessage()).contains("but found \"${env:DELAY}\".").doesNotContain("hush");
    }

    @Test
    void doesNotTellASecretThatBreaksTheYaml() {
        String yaml = "name: a\ntarget:\n  auth: {basic: {password: \"hush\" hush2: [}}\n";

        ConfigurationException refusal = refused(yaml);

        assertThat(refusal.getMessage()).startsWith("m.yaml:3: Not YAML: ").doesNotContain("hush");
    }

    @Test
    void namesAPlaceholderThatIsNotKnown() {
        assertThat(lines("{name: \"${vault:x}\"}"))
                .containsExactly("m.yaml:1: name: ${vault:x} is not known. Write ${env:NAME} or ${file:path}.");
    }

    @Test
    void refusesAnEmptyFileAndOneThatIsNoMapping() {
        assertThat(lines("# nothing\n"))
                .containsExactly("m.yaml: The file is empty. Copy one of config/samples and change it.");
        assertThat(lines("- a\n")).containsExactly("m.yaml:1: Expected keys and values but found a list.");
        assertThat(lines("name: a\n---\nname: b\n"))
                .containsExactly("m.yaml:3: A second document starts here; one is allowed.");
    }

    @Test
    void refusesNestingWithoutEnd() {
        String deep = IntStream.range(0, 200).mapToObj(i -> "{a: ").collect(Collectors.joining());

        assertThat(lines(deep)).singleElement().asString().contains("Not YAML").contains("deeper than 32 levels");
    }

    @Test
    void saysThatAFileIsNotThere(@TempDir Path folder) {
        Path file = folder.resolve("none.yaml");

        assertThatThrownBy(() -> ConfigurationFile.read(file, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ": There is no such file. Name one with -c, or copy one of config/samples.");
    }

    @Test
    void readsAPlaceholdersFileFromTheFolderOfTheConfiguration(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("m.yaml"),
                "name: a-${env:STAGE}\ntarget: {endpoint: 'http://t', auth: {api_key: '${file:key}'}}");
        Files.writeString(folder.resolve("key"), "hush\n");

        MigrationConfig config = ConfigurationFile.read(folder.resolve("m.yaml"), Map.of("STAGE", "test"));

        assertThat(config.name()).isEqualTo("a-test");
        assertThat(config.target())
                .extracting(ClusterConfig::auth)
                .isEqualTo(new ClusterConfig.AuthConfig.ApiKey(new Secret("hush")));
    }

    @Test
    void saysThatAPlaceholdersFileCannotBeRead() {
        assertThat(lines("{name: '${file:/no/such}'}"))
                .containsExactly("m.yaml:1: name: Cannot read the file of ${file:/no/such}: NoSuchFileException."
                        + " Is it there, and may this user read it?");
    }
}
