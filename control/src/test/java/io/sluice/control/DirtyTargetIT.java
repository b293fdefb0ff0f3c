package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.config.ConfigurationFile;
import io.sluice.config.MigrationConfig;
import io.sluice.control.console.Output;
import io.sluice.control.console.Terminal;
import io.sluice.control.state.StateDirectory;
import io.sluice.replay.ReplayJob;
import io.sluice.replay.mark.SnapshotRecord;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose indices a replay finds at the target before it starts, on real clusters and a real Kafka. */
class DirtyTargetIT {

    private static final ReplaySetup.Wishes NONE = new ReplaySetup.Wishes(false, false);
    private static final ReplaySetup.Wishes REPLACING = new ReplaySetup.Wishes(false, true);

    private static KafkaProcess kafka;

    private final URI source = SharedServers.es7().endpoint();
    private final URI target = SharedServers.openSearch2().endpoint();
    private final StringWriter told = new StringWriter();

    @TempDir
    private Path folder;

    private String name;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws IOException {
        kafka.close();
    }

    @BeforeEach
    void makeAMigration() throws IOException {
        Servers.wipe(source);
        Servers.wipe(target);
        name = "m" + UUID.randomUUID().toString().substring(0, 8);
        configure(source, target);
        assertThat(CommandRun.in(folder).run("capture", "create-topic").exitCode())
                .isZero();
    }

    private void configure(URI from, URI to) throws IOException {
        Files.writeString(folder.resolve("migration.yaml"), """
                name: %s
                source: {endpoint: "%s"}
                target: {endpoint: "%s"}
                snapshot: {name: snap-1, repository: {fs: "%s"}}
                capture: {brokers: "%s", partitions: 1}
                """.formatted(
                        name, from, to, folder.resolve("repository"), kafka.address()));
    }

    @AfterEach
    void leaveNoTemplates() throws IOException {
        Servers.call(source, "DELETE", "/_index_template/renaming");
        Servers.call(source, "DELETE", "/_ingest/pipeline/renaming");
    }

    @Test
    void anIndexOfNobodyIsRefusedByNameAndMadeAnewOnlyWhenThatIsWished() throws Exception {
        Servers.succeed(source, "PUT", "/books", "{}");
        Servers.succeed(source, "PUT", "/films", "{}");
        capturedSomething();
        Servers.succeed(target, "PUT", "/books/_doc/1", "{\"n\": 1}");
        Servers.succeed(target, "PUT", "/others", "{}");
        make("films", name, uuid("films"));

        CommandRun start = CommandRun.in(folder).run("replay", "start");

        assertThat(start.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(String.join("\n", start.err()))
                .contains("target index books exists and it was not made by a migration")
                .contains("expected migration " + name + " from source index " + uuid("books"))
                .contains("--replace")
                .doesNotContain("films");
        assertThat(Servers.call(target, "HEAD", "/books").status()).isEqualTo(200);

        Path complete = Files.createDirectories(state().root().resolve("complete"));
        Files.writeString(complete.resolve(uuid("books") + ".json"), "{}");
        Files.writeString(complete.resolve(uuid("films") + ".json"), "{}");
        ReplaySetup setup = prepare(REPLACING);
        setup.replace(state());

        assertThat(setup.strangers()).containsExactly("books");
        assertThat(told.toString()).contains("replacing: target index books");
        assertThat(Servers.call(target, "HEAD", "/books").status()).isEqualTo(404);
        assertThat(Servers.call(target, "HEAD", "/films").status()).isEqualTo(200);
        assertThat(Servers.call(target, "HEAD", "/others").status()).isEqualTo(200);
        assertThat(complete.resolve(uuid("books") + ".json")).doesNotExist();
        assertThat(complete.resolve(uuid("films") + ".json")).exists();
        assertThat(prepare(NONE).strangers()).isEmpty();
    }

    @Test
    void whatIsHiddenIsFoundOnBothSides() throws Exception {
        String hidden = "{\"settings\": {\"index.hidden\": true}}";
        Servers.succeed(source, "PUT", "/hidden", hidden);
        Servers.succeed(source, "PUT", "/shown", "{}");
        capturedSomething();
        Servers.succeed(target, "PUT", "/hidden", hidden);
        Servers.succeed(target, "PUT", "/shown", hidden);

        assertThat(refused(NONE)).contains("index hidden exists", "index shown exists");
    }

    @Test
    void anotherIncarnationIsRefusedUnlessTheCaptureHasItsEnd() throws Exception {
        Servers.succeed(source, "PUT", "/books", "{}");
        capturedSomething();
        make("books", name, "an-older-one");

        assertThat(refused(NONE)).contains("by migration " + name + " from source index an-older-one");

        Servers.succeed(source, "DELETE", "/books", "");
        Servers.succeed(source, "PUT", "/books", "{}");
        assertThat(prepare(NONE).strangers()).isEmpty();
    }

    /** Beside a backfill of a snapshot that was taken before the source made an index anew, or deleted it. */
    @Test
    void whatABackfillMadeIsOurs() throws Exception {
        Servers.succeed(source, "PUT", "/books", "{}");
        capturedSomething();
        make("books", name, "in-the-snapshot");
        make("gone", name, "gone-since");
        Servers.succeed(target, "PUT", "/left", "{}");
        snapshotHas("books", "in-the-snapshot");
        assertThat(prepare(NONE).strangers()).isEmpty();

        snapshotHas("left", "left-since");

        assertThat(refused(NONE)).contains("index books exists", "index left exists");
    }

    @Test
    void whatGoesOnKnowsWhatItWrote() throws Exception {
        Servers.succeed(source, "PUT", "/books", "{}");
        Servers.succeed(source, "PUT", "/films", "{}");
        capturedSomething();
        ReplaySetup setup = prepare(NONE);
        ReplayStart.restorePoint(state(), setup, false, output());
        // File times are as coarse as the kernel's tick, and no job takes a savepoint within one of its start.
        Files.setLastModifiedTime(
                state().origin(ReplayJob.NAME).path(),
                FileTime.from(Instant.now().minusSeconds(1)));
        Path savepoint =
                Files.createDirectories(state().savepoints(ReplayJob.NAME).resolve("one"));
        try (OutputStream metadata = Files.newOutputStream(savepoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(1, List.of(), List.of()), metadata);
        }
        make("books", name, "an-older-one");
        Servers.succeed(target, "PUT", "/films", "{}"); // by hand

        assertThat(prepare(NONE).strangers()).isEmpty();
        assertThat(ReplayStart.restorePoint(state(), prepare(NONE), false, output()))
                .isPresent();
        assertThat(refused(new ReplaySetup.Wishes(true, false))).contains("index books exists", "index films exists");

        Servers.succeed(target, "DELETE", "/films", "");
        make("films", "another", uuid("films"));
        assertThat(refused(NONE)).contains("by migration another").doesNotContain("books");
    }

    /** No server of ours loses the fence by itself, so a pipeline takes what it needs. */
    @Test
    void aTargetThatDoesNotKeepTheFenceIsRefused() throws Exception {
        configure(target, source);
        Servers.succeed(
                source,
                "PUT",
                "/_ingest/pipeline/renaming",
                "{\"processors\": [{\"set\": {\"field\": \"_id\", \"value\": \"another\"}}]}");
        Servers.succeed(
                source,
                "PUT",
                "/_index_template/renaming",
                "{\"index_patterns\": [\"sluice-fence-probe-*\"], \"template\": {\"settings\": {\"index.final_pipeline\": \"renaming\"}}}");

        assertThat(refused(NONE))
                .contains("does not keep external versions")
                .contains("expected that the id fence-probe is kept")
                .contains("A replay needs a target that does");
    }

    private String refused(ReplaySetup.Wishes wishes) {
        CommandException refused = catchThrowableOfType(CommandException.class, () -> prepare(wishes));
        assertThat(refused).isNotNull();
        assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
        return String.valueOf(refused.getMessage());
    }

    private ReplaySetup prepare(ReplaySetup.Wishes wishes) throws Exception {
        return ReplaySetup.prepare(config(), state(), output(), wishes);
    }

    private MigrationConfig config() throws Exception {
        return ConfigurationFile.read(folder.resolve("migration.yaml"), Map.of());
    }

    private StateDirectory state() throws Exception {
        return StateDirectory.of(config().state(), name);
    }

    private Output output() {
        PrintWriter all = new PrintWriter(told, true);
        return new Output(all, all, Terminal.NONE, InstantSource.system(), false);
    }

    /** The beginning of the capture: what the source does from now on is in it. */
    private void capturedSomething() throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.address());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("sluice-" + name, 0, null, new byte[0]))
                    .get();
        }
    }

    /** As snapshot create leaves it when no proxy recorded: nothing is known to be in the snapshot. */
    private void snapshotHas(String index, String uuid) throws Exception {
        SnapshotRecord record = SnapshotRecord.marked("r", "snap-1", List.of())
                .taken("s", List.of(new SnapshotRecord.HeldIndex(index, uuid, 1, List.of(0))), List.of());
        state().snapshot().update(before -> record.toJson());
    }

    private void make(String index, String migration, String uuid) throws IOException {
        Servers.succeed(
                target,
                "PUT",
                "/" + index,
                "{\"mappings\": {\"_meta\": {\"sluice\": {\"migration\": \"%s\", \"source_uuid\": \"%s\"}}}}"
                        .formatted(migration, uuid));
    }

    private String uuid(String index) throws IOException {
        return Servers.succeed(source, "GET", "/" + index + "/_settings", "")
                .at("/" + index + "/settings/index/uuid")
                .asText();
    }
}
