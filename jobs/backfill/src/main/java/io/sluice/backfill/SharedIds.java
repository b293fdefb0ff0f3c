package io.sluice.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.IndexMetadata;
import io.sluice.snapshot.Repository;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardFormats;
import io.sluice.snapshot.ShardReader;
import io.sluice.snapshot.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds ids that several documents of a shard share. On the target one document would take the place of the other, so
 * such an index must not be carried. There are two ways to such an index:
 *
 * <ul>
 *   <li>several mapping types: until Elasticsearch 5 an id is unique in its type only;
 *   <li>an index that was shrunk: documents of one id and several routings lay on several shards before, and are on one now.
 * </ul>
 *
 * <p>All others are not read. Ids are told apart in each shard, as the target does, which has as many shards and sends
 * documents to the same ones. Elasticsearch 1 spread documents by another hash: its ids are told apart in the whole index.
 *
 * <p>Reads the documents of the index once, and once more when it may have found some. Takes 8 bytes of memory for
 * each, for at most {@link #MOST_DOCUMENTS} of a shard.
 */
final class SharedIds {

    /** 160 MB of hashes, while nothing else of the job runs yet. */
    private static final int MOST_DOCUMENTS = 20_000_000;

    private static final int SHOWN = 3;
    private static final int SHOWN_BYTES = 60;
    private static final int MOST_SUSPECTS = 10_000;

    /** Versions are numbered as major × 1,000,000. */
    private static final int FIRST_WITH_THE_SAME_HASH = 2_000_000;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private final Repository repository;
    private final BlobStore store;
    private final Snapshot snapshot;
    private final Snapshot.Index index;
    private final IndexMetadata metadata;

    private long[] hashes = new long[1 << 12];
    private int count;

    private SharedIds(
            Repository repository, BlobStore store, Snapshot snapshot, Snapshot.Index index, IndexMetadata metadata) {
        this.repository = repository;
        this.store = store;
        this.snapshot = snapshot;
        this.index = index;
        this.metadata = metadata;
    }

    /** Whether an index like this may have such ids; no other needs to be read. */
    static boolean arePossible(IndexMetadata index) {
        return index.types().size() > 1 || isResized(index);
    }

    /** Why the index must not be carried, or empty when every id is there once. */
    static String reason(
            Repository repository, BlobStore store, Snapshot snapshot, Snapshot.Index index, IndexMetadata metadata) {
        try {
            return new SharedIds(repository, store, snapshot, index, metadata).reason();
        } catch (IOException e) {
            return "whether several documents of a shard have the same id cannot be read: " + e.getMessage();
        }
    }

    /** Elasticsearch 8 forgets where the shards came from, but every resize states the partition size. */
    private static boolean isResized(IndexMetadata index) {
        return index.settings().has("index.shrink.source.name")
                || index.settings().has("index.resize.source.name")
                || index.settings().has("index.routing_partition_size");
    }

    private String reason() throws IOException {
        int created = metadata.settings().path("index.version.created").asInt();
        if (created < FIRST_WITH_THE_SAME_HASH) {
            return reason(0, metadata.shards());
        }
        String reason = "";
        for (int shard = 0; shard < metadata.shards() && reason.isEmpty(); shard++) {
            reason = reason(shard, shard + 1);
        }
        return reason;
    }

    private String reason(int fromShard, int toShard) throws IOException {
        count = 0;
        if (!walk(fromShard, toShard, this::note)) {
            return "it has types %s, or was shrunk, and more than %d documents in a shard: too many to see whether they share ids"
                    .formatted(metadata.types(), MOST_DOCUMENTS);
        }
        Arrays.sort(hashes, 0, count);
        Set<Long> suspects = new TreeSet<>();
        for (int i = 1; i < count && suspects.size() < MOST_SUSPECTS; i++) {
            if (hashes[i] == hashes[i - 1]) {
                suspects.add(hashes[i]);
            }
        }
        return suspects.isEmpty() ? "" : named(fromShard, toShard, suspects);
    }

    /** Hashes may be equal by chance: the ids themselves decide. */
    private String named(int fromShard, int toShard, Set<Long> suspects) throws IOException {
        Map<String, List<String>> documents = new TreeMap<>();
        walk(fromShard, toShard, cursor -> {
            if (suspects.contains(hash(cursor))) {
                String id = text(cursor.idBytes(), cursor.idLength());
                documents.computeIfAbsent(id, missing -> new ArrayList<>()).add(origin(cursor));
            }
            return true;
        });
        documents.values().removeIf(of -> of.size() < 2);
        if (documents.isEmpty()) {
            return "";
        }
        return ("several documents of a shard have the same id, and the target keeps one of them: %d such ids%s, as %s. Give "
                        + "them ids of their own in a copy of the index and take a snapshot of that, or exclude it")
                .formatted(
                        documents.size(),
                        suspects.size() < MOST_SUSPECTS ? "" : " and more",
                        documents.entrySet().stream().limit(SHOWN).toList());
    }

    private static String origin(DocumentCursor cursor) {
        String routing = cursor.routingLength() < 0
                ? "no routing"
                : "routing " + text(cursor.routingBytes(), Math.min(cursor.routingLength(), SHOWN_BYTES));
        return cursor.type() == null ? routing : "type %s, %s".formatted(cursor.type(), routing);
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, UTF_8);
    }

    /** What to do with a document; false to stop. */
    @FunctionalInterface
    private interface Visit {
        boolean of(DocumentCursor cursor);
    }

    private boolean walk(int fromShard, int toShard, Visit visit) throws IOException {
        for (int shard = fromShard; shard < toShard; shard++) {
            if (isInSnapshot(shard) && !walk(shard, visit)) {
                return false;
            }
        }
        return true;
    }

    private boolean isInSnapshot(int shard) {
        return snapshot.failures().stream()
                .noneMatch(failure -> failure.index().equals(index.name()) && failure.shard() == shard);
    }

    private boolean walk(int shard, Visit visit) throws IOException {
        try (ShardReader reader = ShardFormats.open(repository.shardFiles(snapshot, index, shard), store)) {
            for (Segment segment : reader.segments()) {
                try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents())) {
                    while (cursor.next()) {
                        if (!LeftOut.PERCOLATOR_TYPE.equals(cursor.type()) && !visit.of(cursor)) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    private boolean note(DocumentCursor cursor) {
        if (count == MOST_DOCUMENTS) {
            return false;
        }
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.min(MOST_DOCUMENTS, 2 * count));
        }
        hashes[count++] = hash(cursor);
        return true;
    }

    /** FNV-1a, 64 bits. */
    private static long hash(DocumentCursor cursor) {
        byte[] id = cursor.idBytes();
        long hash = FNV_OFFSET;
        for (int i = 0; i < cursor.idLength(); i++) {
            hash = (hash ^ (id[i] & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }
}
