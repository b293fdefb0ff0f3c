package io.sluice.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.transform.ShardLayout;
import io.sluice.transform.TypeRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The documents of an index that have an id together with others. On the target only those keep apart that lie on
 * different shards, or in different indices: where two meet, one takes the place of the other.
 *
 * <p>Found by reading the index once, and once more when there are any. Takes 8 bytes of memory for each document of one
 * group, a shard or the whole index, in as many readings as keep that below {@link #MOST_AT_A_TIME} documents; and some
 * 50 bytes for each document that shares its id.
 */
final class SharedIds {

    /** 160 MB of hashes, while nothing else of the job runs yet. */
    private static final int MOST_AT_A_TIME = 20_000_000;

    private static final int MOST_SHARING = 1_000_000;

    /** In which all documents of an id meet. */
    static final ShardLayout ONE_SHARD = new ShardLayout(1, 1, 1);

    private static final int SHOWN = 3;
    private static final int SHOWN_BYTES = 60;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private final IndexDocuments documents;
    private final TypeRoutes types;
    private final ShardLayout spreading;
    private final int mostAtATime;
    private final List<Sharing> sharing = new ArrayList<>();

    private long[] keys = new long[1 << 12];
    private int count;

    /**
     * A document that shares its id.
     *
     * @param key a hash of its id, and of its type where types keep documents apart
     * @param id another hash of its id: together they are no two ids' by chance
     * @param spread where it lies on the target, by {@link ShardLayout#spread}
     */
    private record Sharing(long key, int id, int spread) {

        boolean hasTheIdOf(Sharing other) {
            return key == other.key && id == other.id;
        }
    }

    private SharedIds(IndexDocuments documents, TypeRoutes types, ShardLayout spreading, int mostAtATime) {
        this.documents = documents;
        this.types = types;
        this.spreading = spreading;
        this.mostAtATime = mostAtATime;
    }

    /**
     * Reads an index.
     *
     * @param spreading any layout that the target may have: all have one partition size
     * @param acrossShards whether documents of different shards of the source can meet on the target
     * @throws TooManyException when more share ids than can be remembered
     */
    static SharedIds of(IndexDocuments documents, TypeRoutes types, ShardLayout spreading, boolean acrossShards)
            throws IOException {
        return of(documents, types, spreading, acrossShards, MOST_AT_A_TIME);
    }

    static SharedIds of(
            IndexDocuments documents, TypeRoutes types, ShardLayout spreading, boolean acrossShards, int mostAtATime)
            throws IOException {
        SharedIds shared = new SharedIds(documents, types, spreading, mostAtATime);
        if (acrossShards) {
            shared.find(0, documents.shards());
        } else {
            for (int shard = 0; shard < documents.shards(); shard++) {
                shared.find(shard, shard + 1);
            }
        }
        shared.sharing.sort(Comparator.comparingLong(Sharing::key).thenComparingInt(Sharing::id));
        return shared;
    }

    /** More documents share ids than can be remembered. */
    static final class TooManyException extends IOException {
        TooManyException() {
            super("more than %,d documents share their ids with others".formatted(MOST_SHARING));
        }
    }

    private void find(int fromShard, int toShard) throws IOException {
        long most = 0;
        for (int shard = fromShard; shard < toShard; shard++) {
            most += documents.atMost(shard);
        }
        long parts = 1 + most / mostAtATime;
        for (int part = 0; part < parts; part++) {
            find(fromShard, toShard, part, parts);
        }
    }

    private void find(int fromShard, int toShard, int part, long parts) throws IOException {
        count = 0;
        for (int shard = fromShard; shard < toShard; shard++) {
            documents.each(shard, (type, id, idLength, routing, routingLength) -> {
                long key = key(type, id, idLength);
                if (Long.remainderUnsigned(key, parts) == part) {
                    note(key);
                }
            });
        }
        Arrays.sort(keys, 0, count);
        int twice = 0;
        for (int i = 1; i < count; i++) {
            if (keys[i] == keys[i - 1] && (twice == 0 || keys[twice - 1] != keys[i])) {
                keys[twice++] = keys[i];
            }
        }
        if (twice > 0) {
            remember(fromShard, toShard, twice);
        }
    }

    private void note(long key) {
        if (count == keys.length) {
            // Parts are of about one size, not of exactly one.
            keys = Arrays.copyOf(keys, Math.max(count + count / 8, Math.min(2 * count, mostAtATime)));
        }
        keys[count++] = key;
    }

    /** @param several how many keys at the beginning of the array several documents have */
    private void remember(int fromShard, int toShard, int several) throws IOException {
        for (int shard = fromShard; shard < toShard; shard++) {
            documents.each(shard, (type, id, idLength, routing, routingLength) -> {
                long key = key(type, id, idLength);
                if (Arrays.binarySearch(keys, 0, several, key) >= 0 && sharing.size() <= MOST_SHARING) {
                    String own = types.id(type, text(id, idLength));
                    int spread = spreading.spread(own, routingLength < 0 ? null : text(routing, routingLength));
                    sharing.add(new Sharing(key, own.hashCode(), spread));
                }
            });
        }
        if (sharing.size() > MOST_SHARING) {
            throw new TooManyException();
        }
    }

    /** Whether no two documents have an id together. */
    boolean isEmpty() {
        return apart(List.of(ONE_SHARD)) != null;
    }

    /** The first of the layouts in which no two documents of one id meet, or null. */
    @Nullable
    ShardLayout apart(List<ShardLayout> layouts) {
        for (ShardLayout layout : layouts) {
            List<Sharing> met = new ArrayList<>();
            meetings(layout, met::add);
            if (met.isEmpty()) {
                return layout;
            }
        }
        return null;
    }

    /** Shows a document of each id that two documents of one shard have. */
    private void meetings(ShardLayout layout, Consumer<Sharing> each) {
        BitSet taken = new BitSet(layout.shards());
        int from = 0;
        while (from < sharing.size()) {
            Sharing first = sharing.get(from);
            taken.clear();
            boolean meet = false;
            int to = from;
            for (; to < sharing.size() && sharing.get(to).hasTheIdOf(first); to++) {
                int shard = layout.shard(sharing.get(to).spread());
                meet |= taken.get(shard);
                taken.set(shard);
            }
            if (meet) {
                each.accept(first);
            }
            from = to;
        }
    }

    /** How many ids meet in a layout, and some of them with what their documents are. */
    String describe(ShardLayout layout) throws IOException {
        List<Sharing> met = new ArrayList<>();
        meetings(layout, met::add);
        Set<Long> shown = new TreeSet<>();
        met.stream().limit(SHOWN).forEach(one -> shown.add(one.key()));
        Map<String, List<String>> origins = new LinkedHashMap<>();
        for (int shard = 0; shard < documents.shards(); shard++) {
            documents.each(shard, (type, id, idLength, routing, routingLength) -> {
                if (shown.contains(key(type, id, idLength))) {
                    List<String> of = origins.computeIfAbsent(
                            text(id, Math.min(idLength, SHOWN_BYTES)), missing -> new ArrayList<>());
                    if (of.size() < SHOWN) {
                        of.add(origin(type, routing, routingLength));
                    }
                }
            });
        }
        return "%d such ids, as %s".formatted(met.size(), origins);
    }

    private static String origin(@Nullable String type, byte[] routing, int routingLength) {
        String routed =
                routingLength < 0 ? "no routing" : "routing " + text(routing, Math.min(routingLength, SHOWN_BYTES));
        return type == null ? routed : "type %s, %s".formatted(type, routed);
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, UTF_8);
    }

    /** FNV-1a, 64 bits, of what no two documents on one shard of the target may have both. */
    private long key(@Nullable String type, byte[] id, int idLength) {
        long hash = FNV_OFFSET;
        if (types.keepApart() && type != null) {
            for (int i = 0; i < type.length(); i++) {
                hash = (hash ^ type.charAt(i)) * FNV_PRIME;
            }
            hash = (hash ^ '#') * FNV_PRIME;
        }
        for (int i = 0; i < idLength; i++) {
            hash = (hash ^ (id[i] & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }
}
