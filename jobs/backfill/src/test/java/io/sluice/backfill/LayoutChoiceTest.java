package io.sluice.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LayoutChoiceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeRoutes PREFIXED = new TypeRoutes(Map.of(), true);
    private static final TypeRoutes SPLIT = new TypeRoutes(Map.of("user", "shop-user", "order", "shop-order"), false);

    /** Whatever the test puts on the shards. */
    private record Documents(List<List<Document>> onShards) implements IndexDocuments {

        @Override
        public int shards() {
            return onShards.size();
        }

        @Override
        public long atMost(int shard) {
            return onShards.get(shard).size();
        }

        @Override
        public void each(int shard, Visit visit) {
            for (Document document : onShards.get(shard)) {
                byte[] id = document.id().getBytes(UTF_8);
                byte[] routing = document.routing() == null
                        ? new byte[0]
                        : document.routing().getBytes(UTF_8);
                visit.of(document.type(), id, id.length, routing, document.routing() == null ? -1 : routing.length);
            }
        }
    }

    private record Document(
            @Nullable String type, String id, @Nullable String routing) {}

    /** The hash by which Elasticsearch 1 spread documents. */
    private static int djb(String text) {
        long hash = 5381;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash << 5) + hash + text.charAt(i);
        }
        return (int) hash;
    }

    @Test
    void anIndexWhoseIdsAreUniqueInItsShardsIsNotRead() {
        assertThat(needsReading(index("2040699", 5, 5, Map.of(), "doc"), TypeRoutes.NONE))
                .isFalse();
        assertThat(needsReading(index("5061699", 5, 5, Map.of(), "user", "order"), SPLIT))
                .isFalse();
        assertThat(needsReading(index("1070699", 1, 1, Map.of(), "doc"), TypeRoutes.NONE))
                .isFalse();
    }

    @Test
    void oneInWhichTheyMayNotBeIsRead() {
        assertThat(needsReading(index("5061699", 5, 5, Map.of(), "user", "order"), TypeRoutes.NONE))
                .isTrue();
        assertThat(needsReading(index("5061699", 5, 5, Map.of(), "user", "order"), PREFIXED))
                .isTrue();
        assertThat(needsReading(index("1070699", 5, 5, Map.of(), "doc"), TypeRoutes.NONE))
                .isTrue();
        assertThat(needsReading(
                        index("8537000", 1, 3, Map.of("index.routing_partition_size", "1"), "_doc"), TypeRoutes.NONE))
                .isTrue();
        assertThat(LayoutChoice.needsReading(
                        index("7100299", 3, 768, Map.of(), "_doc"), TypeRoutes.NONE, new ShardLayout(3, 3, 1)))
                .isTrue();
    }

    private static boolean needsReading(IndexMetadata index, TypeRoutes types) {
        return LayoutChoice.needsReading(index, types, null);
    }

    @Test
    void aShrunkIndexGetsTheFewestShardsThatPartItsDocuments() {
        IndexMetadata index = index("6082399", 1, 12, Map.of("index.resize.source.name", "before"), "doc");
        ShardLayout source = LayoutChoice.ofSource(index);
        ShardLayout before = new ShardLayout(4, 12, 1);
        List<Document> all = new ArrayList<>(oneOnEachShard(before, "same"));
        all.add(new Document(null, "other", null));

        LayoutChoice choice = LayoutChoice.of(new Documents(List.of(all)), index, TypeRoutes.NONE, null);

        assertThat(choice.refusal()).isEmpty();
        assertThat(choice.layout().shards()).isEqualTo(4);
        assertThat(choice.layout().refines(source)).isTrue();
    }

    @Test
    void anIndexWithoutSharedIdsKeepsItsShards() {
        IndexMetadata index = index("6082399", 1, 12, Map.of("index.resize.source.name", "before"), "doc");
        Documents unique = new Documents(List.of(List.of(new Document(null, "1", "a"), new Document(null, "2", "b"))));

        LayoutChoice choice = LayoutChoice.of(unique, index, TypeRoutes.NONE, null);

        assertThat(choice).isEqualTo(new LayoutChoice(new ShardLayout(1, 12, 1), ""));
    }

    /** Two routings that lay on two shards by the old hash, and lie on one by the new. */
    @Test
    void documentsThatAnotherHashKeptApartArePartedByMoreShards() {
        IndexMetadata index = index("1070699", 2, 2, Map.of(), "doc");
        ShardLayout same = LayoutChoice.ofSource(index);
        List<String> routings = routingsThatMeet(same);

        LayoutChoice choice = LayoutChoice.of(
                new Documents(List.of(
                        List.of(new Document("doc", "same", routings.get(0))),
                        List.of(new Document("doc", "same", routings.get(1))))),
                index,
                TypeRoutes.NONE,
                null);

        assertThat(choice.refusal()).isEmpty();
        assertThat(choice.layout().shards()).isGreaterThan(2);
        assertThat(choice.layout().shard(same.spread("same", routings.get(0))))
                .isNotEqualTo(choice.layout().shard(same.spread("same", routings.get(1))));
    }

    private static List<String> routingsThatMeet(ShardLayout layout) {
        Map<Integer, String> byOldShard = new LinkedHashMap<>();
        for (int i = 0; byOldShard.size() < 2; i++) {
            String routing = "r" + i;
            if (layout.shard(layout.spread("same", routing)) == 0) {
                byOldShard.putIfAbsent(Math.floorMod(djb(routing), 2), routing);
            }
        }
        return List.copyOf(byOldShard.values());
    }

    @Test
    void whatNothingPartsIsRefusedByName() {
        IndexMetadata index = index("1070699", 2, 2, Map.of(), "doc");
        Documents twins = new Documents(
                List.of(List.of(new Document("doc", "same", "r")), List.of(new Document("doc", "same", "r"))));

        LayoutChoice choice = LayoutChoice.of(twins, index, TypeRoutes.NONE, null);

        assertThat(choice.refusal()).contains("1 such ids").contains("same").contains("type doc, routing r");
    }

    @Test
    void typesThatShareIdsAreRefusedWithTheWayOut() {
        IndexMetadata index = index("5061699", 1, 1, Map.of(), "user", "order");

        LayoutChoice union = LayoutChoice.of(users(), index, TypeRoutes.NONE, null);
        LayoutChoice prefix = LayoutChoice.of(users(), index, PREFIXED, null);

        assertThat(union.refusal())
                .contains("[type user, no routing, type order, no routing]")
                .contains("split");
        assertThat(prefix.refusal()).isEmpty();
    }

    private static Documents users() {
        return new Documents(List.of(List.of(new Document("user", "1", null), new Document("order", "1", null))));
    }

    /** The type is part of the id there, so one without a routing lies elsewhere than before. */
    @Test
    void prefixedIdsAreLookedForAcrossShards() {
        IndexMetadata index = index("5061699", 2, 2, Map.of(), "user", "order");
        ShardLayout layout = LayoutChoice.ofSource(index);
        int now = layout.shard(layout.spread("user#1", null));
        String routing = "r";
        while (layout.shard(layout.spread("", routing)) != now) {
            routing += "r";
        }
        Documents parted = new Documents(
                List.of(List.of(new Document("user", "1", null)), List.of(new Document("user", "1", routing))));

        LayoutChoice choice = LayoutChoice.of(parted, index, PREFIXED, null);

        assertThat(choice.refusal()).isEmpty();
        assertThat(choice.layout().shards()).isGreaterThan(2);
    }

    @Test
    void aTargetIndexThatIsThereIsTakenAsItIsOrRefused() {
        IndexMetadata index = index("6082399", 1, 4, Map.of("index.resize.source.name", "before"), "doc");
        Documents documents = new Documents(List.of(oneOnEachShard(new ShardLayout(2, 4, 1), "same")));

        LayoutChoice coarse = LayoutChoice.of(documents, index, TypeRoutes.NONE, new ShardLayout(1, 4, 1));
        LayoutChoice fine = LayoutChoice.of(documents, index, TypeRoutes.NONE, new ShardLayout(4, 4, 1));

        assertThat(coarse.refusal()).contains("Delete the target index");
        assertThat(fine).isEqualTo(new LayoutChoice(new ShardLayout(4, 4, 1), ""));
    }

    /** They do not meet in it now; a later write may. */
    @Test
    void aTargetIndexThatSpreadsDocumentsOtherwiseIsRefusedWhereAnIdHasSeveralRoutings() {
        IndexMetadata index = index("7100299", 2, 1024, Map.of(), "_doc");
        ShardLayout other = new ShardLayout(3, 3, 1);
        List<List<Document>> apart = onTwoShardsThatAreApartIn(other);

        LayoutChoice choice = LayoutChoice.of(new Documents(apart), index, TypeRoutes.NONE, other);

        assertThat(choice.refusal())
                .contains("spreads documents in another way")
                .contains("1 such ids, as {same=[routing")
                .contains("Delete the target index: it is made anew, or exclude it");
    }

    private static List<List<Document>> onTwoShardsThatAreApartIn(ShardLayout other) {
        ShardLayout source = new ShardLayout(2, 1024, 1);
        Map<Integer, String> found = new LinkedHashMap<>();
        for (int i = 0; found.size() < 2; i++) {
            String routing = "r" + i;
            int shard = source.shard(source.spread("same", routing));
            if (other.shard(other.spread("same", routing)) == shard) {
                found.putIfAbsent(shard, routing);
            }
        }
        return List.of(
                List.of(new Document(null, "same", found.get(0))), List.of(new Document(null, "same", found.get(1))));
    }

    @Test
    void anotherNumberOfShardsIsRefusedWhereAnIdHasSeveralRoutings() {
        IndexMetadata index = index("7100299", 2, 1024, Map.of(), "_doc");
        Documents several = new Documents(
                List.of(List.of(new Document(null, "same", "r")), List.of(new Document(null, "same", null))));
        Documents single = new Documents(
                List.of(List.of(new Document(null, "one", "r")), List.of(new Document(null, "other", "r"))));

        assertThat(LayoutChoice.againstShards(several, index, TypeRoutes.NONE, 4))
                .contains("index shop must keep its 2 shards and not get 4")
                .contains("1 such ids, as {same=[routing r, no routing]}");
        assertThat(LayoutChoice.againstShards(several, index, TypeRoutes.NONE, 2))
                .isEmpty();
        assertThat(LayoutChoice.againstShards(single, index, TypeRoutes.NONE, 4))
                .isEmpty();
    }

    @Test
    void manyDocumentsAreReadInParts() throws IOException {
        List<Document> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(new Document(null, "id-" + i % 700, i < 700 ? "a" : "b"));
        }
        ShardLayout one = new ShardLayout(1, 1024, 1);
        Documents documents = new Documents(List.of(many));

        SharedIds inParts = SharedIds.of(documents, TypeRoutes.NONE, one, false, 64);
        SharedIds atOnce = SharedIds.of(documents, TypeRoutes.NONE, one, false);

        assertThat(inParts.describe(one)).isEqualTo(atOnce.describe(one)).startsWith("300 such ids");
    }

    private static List<Document> oneOnEachShard(ShardLayout layout, String id) {
        Map<Integer, Document> onShards = new LinkedHashMap<>();
        for (int i = 0; onShards.size() < layout.shards(); i++) {
            String routing = "r" + i;
            onShards.putIfAbsent(layout.shard(layout.spread(id, routing)), new Document(null, id, routing));
        }
        return List.copyOf(onShards.values());
    }

    private static IndexMetadata index(
            String created, int shards, int routingShards, Map<String, String> more, String... types) {
        ObjectNode settings = JSON.createObjectNode().put("index.version.created", created);
        more.forEach(settings::put);
        Map<String, ObjectNode> mappings = new LinkedHashMap<>();
        for (String type : types) {
            mappings.put(type, JSON.createObjectNode());
        }
        return new IndexMetadata(
                "shop",
                "uuid",
                shards,
                routingShards,
                List.of(),
                settings,
                JSON.createObjectNode(),
                mappings,
                List.of(),
                JSON.createObjectNode(),
                false);
    }
}
