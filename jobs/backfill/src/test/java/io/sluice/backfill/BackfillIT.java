package io.sluice.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.SampleData;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real snapshot into a real OpenSearch, in one JVM. */
class BackfillIT {

    private final SourceSnapshot snapshot = SourceSnapshot.shared();
    private final URI target = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path state;

    @BeforeEach
    void emptyTheTarget() throws IOException {
        Servers.wipe(target);
    }

    @Test
    void carriesEveryDocumentOfEveryShape() throws Exception {
        JsonNode status = backfill().run(2);

        assertEverythingIsEqual();
        assertThat(status.get("state").asText()).isEqualTo("finished");
        assertThat(status.at("/documents/in_snapshot").asLong())
                .isEqualTo(status.at("/documents/carried").asLong())
                .isGreaterThanOrEqualTo(SourceSnapshot.DOCUMENTS);
        assertThat(status.get("indices"))
                .allMatch(index -> index.get("complete").asBoolean());
        assertThat(state.resolve("complete")).isDirectoryContaining("glob:**.json");
    }

    @Test
    void aSecondRunFindsItsIndicesAndChangesNothing() throws Exception {
        backfill().run(2);

        JsonNode again = backfill().run(1);

        assertEverythingIsEqual();
        assertThat(again.at("/documents/failed").asLong()).isZero();
    }

    @Test
    void aNewerDocumentOnTheTargetIsKept() throws Exception {
        Backfill backfill = backfill();
        BackfillSpec spec = backfill.prepare(target);
        String newer = "/threads/_doc/5?version=9000000000&version_type=external_gte&refresh=true";
        Servers.succeed(target, "PUT", newer, "{\"subject\":\"newer\"}");

        JsonNode status = backfill.run(spec, 2);

        assertThat(status.at("/documents/superseded").asLong()).isEqualTo(1);
        assertThat(Servers.succeed(target, "GET", "/threads/_source/5", "")
                        .get("subject")
                        .asText())
                .isEqualTo("newer");
    }

    @Test
    void aDocumentThatTheTargetRefusesGoesToTheFailureFilesAndTheRestGoesOn() throws Exception {
        Backfill backfill = backfill();
        BackfillSpec spec = backfill.prepare(target);
        Servers.succeed(target, "DELETE", "/books", "");
        Servers.succeed(
                target,
                "PUT",
                "/books",
                "{\"settings\":{\"number_of_shards\":3},\"mappings\":{\"dynamic\":false,\"properties\":{\"one\":{\"type\":\"boolean\"}}}}");

        JsonNode status = backfill.run(spec, 2);

        Servers.succeed(snapshot.source(), "POST", "/books/_refresh", "");
        JsonNode books = index(status, "books");
        int failed = books.get("failed").asInt();
        // A few documents, made by upserts, have no such field and are carried.
        assertThat(failed).isGreaterThan(SourceSnapshot.DOCUMENTS / 3);
        assertThat(failed + books.get("carried").asInt())
                .isEqualTo(Servers.succeed(snapshot.source(), "GET", "/books/_count", "")
                        .get("count")
                        .asInt());
        assertThat(backfill.failures()).hasSize(failed).allSatisfy(line -> {
            assertThat(line.get("status").asInt()).isEqualTo(400);
            assertThat(line.get("reason").asText()).contains("one");
            assertThat(line.at("/action/index/_id").asText()).isNotEmpty();
        });
        assertThat(DocumentComparison.of(snapshot.source(), target, "orders").isEqual())
                .isTrue();
        assertThat(adds(status)).isTrue();
    }

    @Test
    void aBlockedIndexIsGivenUpWithItsReasonAndTheOthersGoOn() throws Exception {
        Backfill backfill = backfill();
        BackfillSpec spec = backfill.prepare(target);
        Servers.succeed(target, "PUT", "/threads/_settings", "{\"index.blocks.write\":true}");

        JsonNode status = backfill.run(spec, 2);

        JsonNode threads = index(status, "threads");
        assertThat(threads.get("complete").asBoolean()).isFalse();
        assertThat(threads.get("problem").asText()).contains("cluster_block_exception");
        assertThat(DocumentComparison.of(snapshot.source(), target, "books").isEqual())
                .isTrue();
        assertThat(adds(status)).isTrue();
    }

    @Test
    void anIndexThatIsGoneWhenTheJobBeginsIsNotCarriedAlthoughItWasChosenBefore() throws Exception {
        Backfill backfill = backfill();
        BackfillSpec spec = backfill.prepare(target);
        Servers.succeed(target, "DELETE", "/threads", "");
        IndexPlan threads = spec.indices().stream()
                .filter(index -> index.name().equals("threads"))
                .findFirst()
                .orElseThrow();
        Path gone = Files.createDirectories(state.resolve("gone")).resolve(threads.uuid() + ".json");
        Files.writeString(gone, "{}");

        JsonNode status = backfill.run(spec, 2);

        assertThat(index(status, "threads").get("complete").asBoolean()).isFalse();
        assertThat(index(status, "threads").get("carried").asLong()).isZero();
        assertThat(index(status, "threads").get("problem").asText()).contains("has deleted it");
        assertThat(index(status, "books").get("complete").asBoolean()).isTrue();
        assertThat(Servers.succeed(target, "GET", "/_aliases", "").has("threads"))
                .isFalse();
    }

    @Test
    void aTargetIndexOfAnotherOriginIsRefusedUnlessItMayBeReplaced() throws Exception {
        Servers.succeed(target, "PUT", "/books", "{}");

        BackfillSpec refusing = backfill().prepare(target);
        BackfillSpec replacing =
                backfill().with(BackfillOptions.DEFAULT.replacing()).prepare(target);

        assertThat(refusing.indices()).extracting(IndexPlan::name).doesNotContain("books");
        assertThat(replacing.indices()).extracting(IndexPlan::name).contains("books");
    }

    @Test
    void aTruncatedBlobFailsItsShardByNameAndNoOther() throws Exception {
        Path copy = state.resolve("repo");
        copy(snapshot.folder(), copy);
        Path largest = largestBlob(copy);
        try (RandomAccessFile blob = new RandomAccessFile(largest.toFile(), "rw")) {
            blob.setLength(blob.length() / 2);
        }
        Backfill backfill =
                new Backfill(new RepositoryLocation.FileSystem(copy.toString()), SourceSnapshot.NAME, target, state);

        JsonNode status = backfill.run(2);

        assertThat(status.get("failed_shards")).hasSize(1);
        assertThat(status.at("/failed_shards/0/reason").asText())
                .contains(largest.getFileName().toString());
        String damaged = status.at("/failed_shards/0/index").asText();
        for (String index : SampleData.INDICES) {
            boolean equal =
                    DocumentComparison.of(snapshot.source(), target, index).isEqual();
            assertThat(equal).as(index).isEqualTo(!index.equals(damaged));
        }
        assertThat(adds(status)).isTrue();
    }

    private Backfill backfill() {
        return new Backfill(snapshot.location(), SourceSnapshot.NAME, target, state);
    }

    private void assertEverythingIsEqual() throws IOException {
        for (String index : SampleData.INDICES) {
            DocumentComparison comparison = DocumentComparison.of(snapshot.source(), target, index);
            assertThat(comparison.isEqual()).as("%s", comparison).isTrue();
        }
    }

    private static boolean adds(JsonNode status) {
        JsonNode documents = status.get("documents");
        long leftOut = 0;
        for (JsonNode rule : documents.get("left_out")) {
            leftOut += rule.asLong();
        }
        return documents.get("in_snapshot").asLong()
                == documents.get("carried").asLong()
                        + documents.get("superseded").asLong()
                        + leftOut
                        + documents.get("failed").asLong();
    }

    private static JsonNode index(JsonNode status, String name) {
        for (JsonNode index : status.get("indices")) {
            if (index.get("name").asText().equals(name)) {
                return index;
            }
        }
        throw new AssertionError("status does not name " + name);
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
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
