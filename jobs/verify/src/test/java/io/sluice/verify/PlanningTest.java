package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.BackfillPlan.PlannedIndex;
import io.sluice.backfill.IndexPlan;
import io.sluice.cluster.Cluster;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.RepositoryLocation;
import io.sluice.snapshot.Snapshot;
import io.sluice.snapshot.SnapshotState;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.CarryRules;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypeRoutes;
import io.sluice.verify.AnsweringServer.Answer;
import io.sluice.verify.AnsweringServer.Asked;
import io.sluice.verify.VerifyPlan.Alone;
import io.sluice.verify.VerifyPlan.Unread;
import io.sluice.verify.VerifySource.InSnapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanningTest {

    /** Novels and poems of old go to an index each. */
    private static final CarryRules SPLIT = new CarriedAs(
            IndexNames.ALL,
            List.of(),
            FenceKind.SEQ_NO,
            Map.of("old", new TypeRoutes(new LinkedHashMap<>(Map.of("novel", "novels", "poem", "poems")), false)),
            List.of(),
            false);

    /** What a cluster has. */
    private static final class Having implements AnsweringServer.Answers {
        private final Map<String, String> statuses = new TreeMap<>();
        private final Map<String, Integer> shards = new TreeMap<>();
        private String uuid = "cluster";
        private String incarnation = "1";
        private boolean frozen;

        Having with(String index, String status) {
            statuses.put(index, status);
            shards.put(index, 1);
            return this;
        }

        @Override
        public Answer to(Asked asked) {
            if (asked.is("/_cat/indices")) {
                return Answer.of("[%s]"
                        .formatted(joined(
                                statuses,
                                (index, status) ->
                                        "{\"index\":\"%s\",\"uuid\":\"%s-%s\",\"status\":\"%s\",\"docs.count\":\"3\"}"
                                                .formatted(index, index, incarnation, status))));
            }
            if (asked.is("/_settings")) {
                return Answer.of("{%s}"
                        .formatted(joined(
                                shards,
                                (index, number) ->
                                        "\"%s\":{\"settings\":{\"index\":{\"number_of_shards\":\"%d\",\"frozen\":\"%s\"}}}"
                                                .formatted(index, number, frozen))));
            }
            if (asked.is("/_count")) {
                return Answer.of("{\"count\":3}");
            }
            return Answer.of(
                    asked.path().equals("/")
                            ? "{\"cluster_uuid\":\"%s\",\"version\":{\"number\":\"2.19.6\",\"distribution\":\"opensearch\"}}"
                                    .formatted(uuid)
                            : "{}");
        }

        private static <T> String joined(Map<String, T> all, BiFunction<String, T, String> one) {
            return all.entrySet().stream()
                    .map(index -> one.apply(index.getKey(), index.getValue()))
                    .collect(Collectors.joining(","));
        }
    }

    private static VerifyPlan plan(CarryRules rules, Having here, Having there) throws IOException {
        try (AnsweringServer source = new AnsweringServer(here);
                AnsweringServer target = new AnsweringServer(there);
                Cluster one = Cluster.connect(source.address());
                Cluster other = Cluster.connect(target.address())) {
            return new Planning(rules, "books", names -> true).of(one, other);
        }
    }

    @Test
    void anIndexWhoseShardsAreNotToldIsNotTakenForOneOfOne() {
        Having source = new Having().with("books", "open");
        Having target = new Having().with("books", "open");
        target.shards.clear();

        assertThatThrownBy(() -> plan(CarriedAs.DEFAULT, source, target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("number_of_shards of the index books");
    }

    @Test
    void aFrozenIndexIsNotTakenForAnEmptyOne() throws Exception {
        Having source = new Having().with("books", "open");
        source.frozen = true;
        VerifyPlan plan = plan(CarriedAs.DEFAULT, source, new Having().with("books", "open"));

        assertThat(plan.notCompared()).containsExactly(new Unread("books", "frozen_at_source"));
        assertThat(plan.isWhole()).isFalse();
        assertThat(plan.parts()).isEmpty();
    }

    @Test
    void ofSeveralTargetsOneMayBeClosedAndOneAbsent() throws Exception {
        VerifyPlan plan = plan(SPLIT, new Having().with("old", "open"), new Having().with("novels", "close"));

        assertThat(plan.notCompared()).containsExactly(new Unread("novels", "closed_at_target"));
        assertThat(plan.missing()).containsExactly(new Alone("old", 0));
        assertThat(plan.parts()).isEmpty();
    }

    @Test
    void whatTheSnapshotLacksOrTheBackfillRefusesIsNotCompared() throws Exception {
        List<PlannedIndex> carried =
                List.of(carried("books", ""), carried("torn", ""), carried("vectors", "no source"));
        List<Snapshot.Index> all = Stream.of("books", "torn", "vectors", "others")
                .map(name -> new Snapshot.Index(name, name))
                .toList();
        Snapshot snapshot = new Snapshot(
                "snap-1",
                "s",
                SnapshotState.PARTIAL,
                "7.10.2",
                all,
                List.of(new Snapshot.ShardFailure("torn", 0, "node left")));
        InSnapshot source = new InSnapshot(
                new RepositoryLocation.FileSystem("/nowhere"),
                "snap-1",
                carried.stream().map(PlannedIndex::plan).toList());
        IndexNames names = new IndexNames(List.of("*"), List.of("others"), List.of());
        CarryRules rules = new CarriedAs(names, List.of(), FenceKind.SEQ_NO, Map.of(), List.of(), false);
        Having there = new Having()
                .with("books", "open")
                .with("torn", "open")
                .with("vectors", "open")
                .with("others", "open");
        try (AnsweringServer target = new AnsweringServer(there);
                Cluster cluster = Cluster.connect(target.address())) {
            VerifyPlan plan = new Planning(rules, "books", index -> true)
                    .of(new BackfillPlan(snapshot, carried, List.of("others")), source, cluster);

            assertThat(plan.describe()).isEqualTo("s {books=u-books} - cluster {books=books-1} - books/0 - books/0 ; ");
            assertThat(plan.notCompared())
                    .containsExactlyInAnyOrder(
                            new Unread("torn", "not_whole_in_snapshot"), new Unread("vectors", "refused_by_backfill"));
            assertThat(plan.isWhole()).isFalse();
            assertThat(plan.extra()).isEmpty();
        }
    }

    private static PlannedIndex carried(String name, String refusal) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return new PlannedIndex(
                new IndexPlan(name, name, "u-" + name, name, 1, FenceKind.SEQ_NO),
                new IndexMetadata(
                        name,
                        "u-" + name,
                        1,
                        1,
                        List.of(),
                        json.objectNode(),
                        json.objectNode(),
                        Map.of(),
                        List.of(),
                        json.objectNode(),
                        false),
                refusal);
    }

    @Test
    void anotherIncarnationOrClusterIsAnotherPlan() throws Exception {
        Having source = new Having().with("books", "open");
        Having target = new Having().with("books", "open");
        String before = plan(CarriedAs.DEFAULT, source, target).describe();
        assertThat(plan(CarriedAs.DEFAULT, source, target).describe()).isEqualTo(before);

        target.incarnation = "2";
        assertThat(plan(CarriedAs.DEFAULT, source, target).describe()).isNotEqualTo(before);

        target.incarnation = "1";
        source.uuid = "copy";
        assertThat(plan(CarriedAs.DEFAULT, source, target).describe()).isNotEqualTo(before);
    }

    @Test
    void indicesThatWereMadeAnewAreNoticed() throws Exception {
        Having target = new Having().with("books", "open").with("notes", "open");
        Incarnations read = plan(CarriedAs.DEFAULT, new Having().with("books", "open"), target)
                .atTarget();
        try (AnsweringServer server = new AnsweringServer(target);
                Cluster cluster = Cluster.connect(server.address())) {
            assertThat(read.changed(cluster)).isEmpty();

            target.incarnation = "2";
            assertThat(read.changed(cluster)).containsExactly("books"); // nothing was read of notes

            target.incarnation = "1";
            target.statuses.remove("books");
            assertThat(read.changed(cluster)).containsExactly("books");
        }
    }
}
