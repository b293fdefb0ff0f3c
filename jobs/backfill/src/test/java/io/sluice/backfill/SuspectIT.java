package io.sluice.backfill;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One segment that many ranges read, none of which alone can tell whether its bytes are what was written. */
class SuspectIT {

    private static final String INDEX = "pictures";
    private static final int DOCUMENTS = 6_000;
    private static final int DOCUMENT_BYTES = 4_096;
    private static final int DOCUMENTS_PER_LOAD = 500;

    /** One that is among the first to be carried, in the first of the ranges. */
    private static final int DAMAGED = 40;

    private static final long LOOK_NANOS = 50_000_000;

    private static URI source;

    @TempDir
    private static Path intact;

    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeAll
    static void takeASnapshotOfOneLargeSegment() throws IOException {
        source = SharedServers.es7().endpoint();
        Servers.succeed(
                source,
                "PUT",
                "/" + INDEX,
                "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0,\"refresh_interval\":-1},"
                        + "\"mappings\":{\"enabled\":false}}");
        for (int from = 0; from < DOCUMENTS; from += DOCUMENTS_PER_LOAD) {
            StringBuilder bulk = new StringBuilder();
            for (int number = from; number < from + DOCUMENTS_PER_LOAD; number++) {
                bulk.append("{\"index\":{\"_id\":\"").append(number).append("\"}}\n");
                bulk.append("{\"bytes\":\"").append(text(number)).append("\"}\n");
            }
            Servers.succeed(source, "POST", "/" + INDEX + "/_bulk", bulk.toString());
        }
        Servers.succeed(source, "POST", "/" + INDEX + "/_forcemerge?max_num_segments=1&flush=true", "");
        Path repository = SharedServers.repositoriesOf(Distributions.ES_7_10_2).resolve(INDEX);
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/" + INDEX,
                "{\"type\":\"fs\",\"settings\":{\"location\":\"" + repository + "\"}}");
        Servers.succeed(
                source,
                "PUT",
                "/_snapshot/" + INDEX + "/one?wait_for_completion=true",
                "{\"indices\":\"" + INDEX + "\",\"include_global_state\":false}");
        copy(repository, intact);
    }

    @AfterAll
    static void leaveTheSourceAsItWas() throws IOException {
        Servers.succeed(source, "DELETE", "/" + INDEX, "");
        Servers.succeed(source, "DELETE", "/_snapshot/" + INDEX, "");
    }

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    @Test
    void aFlippedBitThatDecompressesFailsTheShardByNameAndWhatWentOutIsSuspect() throws Exception {
        Path repository = damagedRepository();

        JsonNode status = backfill(repository).run(2);

        assertThat(carried(DAMAGED)).isNotEqualTo(text(DAMAGED)).hasSameSizeAs(text(DAMAGED));
        assertFailedByName(status, repository);
        assertThat(status.at("/failed_shards/0/suspect")).hasSizeGreaterThan(2);
        assertThat(status.at("/documents/suspect").asInt()).isEqualTo(DOCUMENTS);
        assertThat(status.at("/documents/carried").asInt()).isEqualTo(DOCUMENTS);
        assertThat(folder.resolve("state/complete")).doesNotExist();
    }

    @Test
    void aCrashBetweenReadingTheDamageAndTheEndDoesNotHideIt() throws Exception {
        Path repository = damagedRepository();
        Backfill backfill = backfill(repository);
        BackfillSpec spec = backfill.prepare(target);
        Path checkpoint = crashInTheMiddle(backfill, spec);
        assertThat(carried(DAMAGED)).isNotEqualTo(text(DAMAGED));

        JsonNode status = goOn(backfill, spec, checkpoint);

        assertFailedByName(status, repository);
        assertThat(status.at("/documents/carried").asInt()).isEqualTo(DOCUMENTS);
        assertThat(folder.resolve("state/complete")).doesNotExist();
    }

    @Test
    void aCrashInTheMiddleOfAnIntactSegmentIsReadOverAndTheIndexIsComplete() throws Exception {
        Path repository = folder.resolve("repository");
        copy(intact, repository);
        Backfill backfill = backfill(repository);
        BackfillSpec spec = backfill.prepare(target);
        Path checkpoint = crashInTheMiddle(backfill, spec);

        JsonNode status = goOn(backfill, spec, checkpoint);

        assertThat(status.get("failed_shards")).isEmpty();
        assertThat(status.at("/documents/suspect").asInt()).isZero();
        assertThat(status.at("/documents/carried").asInt()).isEqualTo(DOCUMENTS);
        assertThat(folder.resolve("state/complete")).isDirectoryContaining("glob:**.json");
        // The second run read every byte once, those of the first run's documents for the checksum alone. Where the
        // segment
        // is cut, a chunk of some 600 KB is read by both neighbours.
        assertThat(status.at("/bytes/read").asLong()).isLessThan(Files.size(largestBlob(repository)) * 110 / 100);
    }

    private Backfill backfill(Path repository) {
        return new Backfill(
                        new RepositoryLocation.FileSystem(repository.toString()),
                        "one",
                        target,
                        folder.resolve("state"))
                .withBulksOf(64 << 10);
    }

    private Path damagedRepository() throws IOException {
        Path repository = folder.resolve("repository");
        copy(intact, repository);
        Path blob = largestBlob(repository);
        byte[] bytes = Files.readAllBytes(blob);
        // Random characters are stored as they are, in runs; so changing one changes no length.
        byte[] wanted = text(DAMAGED).substring(2000, 2040).getBytes(US_ASCII);
        bytes[indexOf(wanted, bytes) + 20] ^= 2;
        Files.write(blob, bytes);
        return repository;
    }

    private static int indexOf(byte[] wanted, byte[] bytes) {
        for (int at = 0; at < bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("the document is not where it was expected");
    }

    private void assertFailedByName(JsonNode status, Path repository) throws IOException {
        assertThat(status.get("failed_shards")).hasSize(1);
        assertThat(status.at("/failed_shards/0/index").asText()).isEqualTo(INDEX);
        assertThat(status.at("/failed_shards/0/reason").asText())
                .contains(".fdt", largestBlob(repository).getFileName().toString())
                .contains("expected checksum 0x", "but found 0x");
        assertThat(status.at("/indices/0/complete").asBoolean()).isFalse();
    }

    /** @return the last checkpoint of a job that was ended without another one, in the middle of its ranges */
    private Path crashInTheMiddle(Backfill backfill, BackfillSpec spec) throws Exception {
        JobClient job = environment(slow(spec), new Configuration()).executeAsync(spec.jobName());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!backfill.hasStatus()
                || backfill.status().at("/documents/carried").asInt() < DOCUMENTS / 6
                || !newestCheckpoint().toString().contains("chk-")) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
        CompletableFuture<Void> over = job.getJobExecutionResult().handle((result, cancelled) -> null);
        job.cancel().get();
        over.get(1, TimeUnit.MINUTES);
        assertThat(backfill.status().at("/documents/carried").asInt()).isLessThan(DOCUMENTS);
        return newestCheckpoint();
    }

    private static JsonNode goOn(Backfill backfill, BackfillSpec spec, Path checkpoint) throws Exception {
        Configuration from = new Configuration();
        from.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
        environment(spec, from).execute(spec.jobName());
        return backfill.status();
    }

    private static StreamExecutionEnvironment environment(BackfillSpec spec, Configuration more) throws IOException {
        Configuration configuration = BackfillJob.configuration(spec, Duration.ofMillis(200));
        configuration.addAll(more);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        BackfillJob.define(env, spec);
        return env;
    }

    private static BackfillSpec slow(BackfillSpec spec) {
        return new BackfillSpec(
                spec.migration(),
                spec.state(),
                spec.repository(),
                spec.snapshot(),
                spec.indices(),
                spec.rules(),
                spec.target(),
                spec.maxBulkBytes(),
                spec.bulksInFlight(),
                new RateLimit(DOCUMENTS / 4.0, 0));
    }

    private Path newestCheckpoint() throws IOException {
        Path checkpoints = folder.resolve("state/checkpoints/backfill");
        if (!Files.isDirectory(checkpoints)) {
            return folder;
        }
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .map(Path::getParent)
                    .orElse(folder);
        } catch (UncheckedIOException gone) {
            return folder;
        }
    }

    private String carried(int number) throws IOException {
        return Servers.succeed(target, "GET", "/" + INDEX + "/_source/" + number, "")
                .get("bytes")
                .asText();
    }

    private static String text(int number) {
        byte[] bytes = new byte[DOCUMENT_BYTES];
        new Random(number).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Path largestBlob(Path repository) throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            return files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copied = to.resolve(from.relativize(file));
                if (!Files.isDirectory(copied)) {
                    Files.copy(file, copied);
                }
            }
        }
    }
}
