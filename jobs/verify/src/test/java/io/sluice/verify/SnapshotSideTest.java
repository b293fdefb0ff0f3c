package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.backfill.BackfillOptions;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.IndexPlan;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.fixtures.Fixture;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.AnsweringServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.java.tuple.Tuple2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that a real Elasticsearch took, compared with a target that has nothing of it. */
class SnapshotSideTest {

    private static final String NAME = "snap-2";
    private static final String NOTHING =
            "{\"_scroll_id\":\"s\",\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}";

    @TempDir
    private Path folder;

    private final Fixture fixture = Fixture.of(Fixture.ES_7);

    private VerifySpec spec(AnsweringServer target) throws IOException {
        RepositoryLocation location = new RepositoryLocation.FileSystem(
                fixture.repository(fixture.snapshot(NAME).path("repo").asText()).toString());
        List<IndexPlan> indices = BackfillPlan.of(location, NAME, BackfillOptions.DEFAULT).indices().stream()
                .map(PlannedIndex::plan)
                .toList();
        List<Part> parts = new ArrayList<>();
        for (IndexPlan index : indices) {
            List<Part.Shard> shards = new ArrayList<>();
            for (int shard = 0; shard < index.shards(); shard++) {
                shards.add(new Part.Shard(index.name(), shard, 100));
            }
            parts.add(new Part(parts.size(), shards, shards.subList(0, 1), 1, 1));
        }
        VerifyPlan plan =
                new VerifyPlan(parts, List.of(), List.of(), List.of(), List.of(), Paging.SCROLL, Paging.SCROLL, true);
        return new VerifySpec(
                "books",
                "run",
                folder.toString(),
                plan,
                CarriedAs.DEFAULT,
                DocumentRules.NONE,
                new VerifySource.InSnapshot(location, NAME, indices),
                target.address(),
                1,
                false,
                0,
                Duration.ZERO);
    }

    @Test
    void whatWasMetInTheSnapshotIsFoundThereAgainAsItWas() throws Exception {
        try (AnsweringServer target = new AnsweringServer(asked -> Answer.of(NOTHING))) {
            VerifySpec spec = spec(target);
            List<Suspect> suspects = new ArrayList<>();
            for (Part part : spec.parts()) {
                suspects.addAll(read(part, spec));
            }
            long expected = 0;
            for (IndexPlan index : indices(spec)) {
                expected += fixture.snapshot(NAME)
                        .at("/indices")
                        .path(index.name())
                        .path("docs")
                        .size();
            }
            assertThat(suspects).hasSize((int) expected).hasSizeGreaterThan(100);

            try (SnapshotLook look = new SnapshotLook((VerifySource.InSnapshot) spec.source(), spec)) {
                Map<Suspect, SourceAnswer> answers = look.ask(suspects);

                for (Suspect suspect : suspects) {
                    Seen seen = Objects.requireNonNull(suspect.before().source());
                    SourceAnswer answer = answers.get(suspect);
                    if (seen.isBare()) {
                        assertThat(answer).isEqualTo(new SourceAnswer.NotComparable("source_not_stored"));
                    } else {
                        SourceAnswer.Present present = (SourceAnswer.Present) answer;
                        assertThat(hash(present.source())).isEqualTo(List.of(seen.high(), seen.low()));
                        assertThat(present.write().fence()).isEqualTo(seen.mark());
                    }
                }
                Suspect unknown = new Suspect(new DocumentKey("books", "1", null), new Sighting(null, seen()));
                assertThat(look.ask(List.of(unknown)).get(unknown)).isEqualTo(new SourceAnswer.Missing(null));
            }
        }
    }

    private static Seen seen() {
        return new Seen(1, 1, false, 1, "books", null);
    }

    private static List<IndexPlan> indices(VerifySpec spec) {
        return ((VerifySource.InSnapshot) spec.source()).indices();
    }

    private static List<Long> hash(ByteString source) throws IOException {
        CanonicalHash hash = new CanonicalHash();
        hash.ofDocument(source);
        return List.of(hash.high(), hash.low());
    }

    private static List<Suspect> read(Part part, VerifySpec spec) throws Exception {
        List<Suspect> given = new ArrayList<>();
        try (SnapshotSide side = new SnapshotSide((VerifySource.InSnapshot) spec.source());
                RawHttp http = RawHttps.open(spec.target(), RawHttpOptions.DEFAULT)) {
            PartReading reading = new PartReading(part, spec, side, http, new Shapes(spec), 0, System::nanoTime);
            while (!reading.isOver()) {
                for (Tuple2<String, byte[]> one : reading.advance(() -> false)) {
                    if (!one.f0.isEmpty()) {
                        given.add(new Suspect(DocumentKey.of(one.f0), Sighting.of(one.f1)));
                    }
                }
            }
            reading.close();
        }
        return given;
    }
}
