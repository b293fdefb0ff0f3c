package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.capture.read.Run;
import io.sluice.capture.route.Types;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.TlsSettings;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.replay.names.AffectedNames;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replay looks at before it starts, on real clusters and a real Kafka. */
class ReplayStartIT {

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void wipe() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
    }

    @AfterEach
    void leaveNoTemplates() throws IOException {
        for (String path : List.of("/_template/old", "/_index_template/new", "/_component_template/part")) {
            Servers.call(source, "DELETE", path);
        }
    }

    @Test
    void theSourceTellsWhatRequestsDoNot() throws Exception {
        Servers.succeed(source, "PUT", "/_ingest/pipeline/mark", """
                {"processors": [{"set": {"field": "piped", "value": true}}]}
                """);
        Servers.succeed(source, "PUT", "/books", """
                {"aliases": {"plain": {}, "searched": {"search_routing": "a"}, "routed": {"routing": "a"}}}
                """);
        Servers.succeed(
                source, "PUT", "/more", "{\"aliases\": {\"plain\": {}, \"searched\": {\"index_routing\": \"b\"}}}");
        Servers.succeed(source, "PUT", "/first", "{\"settings\": {\"default_pipeline\": \"mark\"}}");
        Servers.succeed(source, "PUT", "/last", "{\"settings\": {\"final_pipeline\": \"mark\"}}");
        Servers.succeed(source, "PUT", "/none", "{\"settings\": {\"default_pipeline\": \"_none\"}}");
        Servers.succeed(source, "PUT", "/_template/old", """
                {"index_patterns": ["old-*"], "settings": {"index": {"default_pipeline": "mark"}},
                "aliases": {"old-alias": {"routing": "a"}}}
                """);
        Servers.succeed(source, "PUT", "/_component_template/part", """
                {"template": {"settings": {"index.final_pipeline": "mark"}}}
                """);
        Servers.succeed(source, "PUT", "/_index_template/new", """
                {"index_patterns": ["new-*"], "composed_of": ["part"],
                "template": {"aliases": {"new-alias": {"index_routing": "a"}}}}
                """);

        SourceFacts facts;
        try (Cluster cluster =
                Cluster.connect(new ClusterAddress(source, new Credentials.None(), TlsSettings.DEFAULT))) {
            facts = SourceFacts.of(cluster);
        }

        assertThat(facts.meaningOfPaths()).isEqualTo(Types.ONE);
        assertThat(facts.aliases()).contains("plain", "searched", "routed");
        assertThat(facts.unrouted(facts.effects())).contains("plain").doesNotContain("searched", "routed");
        AffectedNames affected = new AffectedNames(facts.effects());
        assertThat(List.of("first", "last", "old-1", "new-1"))
                .allMatch(affected::isPiped)
                .noneMatch(affected::isRouted);
        assertThat(List.of("none", "books")).noneMatch(affected::isPiped);
        assertThat(List.of("old-alias", "new-alias")).allMatch(affected::isRouted);
        assertThat(facts.created()).containsKeys("books", "more");
        assertThat(facts.created().get("books")).isPositive();
        assertThat(facts.unnumbered()).isEmpty();
        assertThat(facts.types()).isEmpty();
    }

    @Test
    void itWaitsForTheSnapshotAndRefusesAnAbsentTopic() throws Exception {
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single())) {
            Files.writeString(folder.resolve("migration.yaml"), """
                    name: books
                    source: {endpoint: "%s"}
                    target: {endpoint: "%s"}
                    snapshot: {name: snap-1, repository: {fs: "%s"}}
                    capture: {brokers: "%s", partitions: 1}
                    """.formatted(
                            source, target, folder.resolve("repository"), kafka.address()));

            CommandRun absent = CommandRun.in(folder).run("replay", "start");

            assertThat(absent.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(absent.err())
                    .singleElement()
                    .asString()
                    .contains("there is no topic sluice-books")
                    .contains("sluice capture create-topic");

            assertThat(CommandRun.in(folder).run("capture", "create-topic").exitCode())
                    .isZero();
            ProxyMark mark =
                    new ProxyMark(new Run(UUID.randomUUID(), 1), List.of(new ProxyMark.InPartition(0, 1_000, null)));
            Path record =
                    Files.createDirectories(folder.resolve(".sluice/books")).resolve("snapshot.json");
            new ObjectMapper()
                    .writeValue(
                            record.toFile(),
                            SnapshotRecord.marked("sluice-books", "snap-1", List.of(mark))
                                    .toJson()
                                    .put("number", 1));

            CommandRun underWay = CommandRun.in(folder).run("replay", "start");

            assertThat(underWay.exitCode()).as("%s", underWay.err()).isEqualTo(ExitCode.NOT_READY);
            assertThat(underWay.err()).singleElement().asString().contains("snapshot snap-1 is not over yet");
        }
    }
}
