package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * Where the shards of an index lie. From OpenSearch 2.17 on a repository may spread them over the key space of
 * its store, by a hash:
 *
 * <pre>
 *   0 fixed   &lt;base&gt;/indices/&lt;index id&gt;/&lt;shard&gt;
 *   1 prefix  &lt;hash&gt;/&lt;base&gt;/indices/&lt;index id&gt;/&lt;shard&gt;
 *   2 infix   &lt;base&gt;/&lt;hash&gt;/indices/&lt;index id&gt;/&lt;shard&gt;
 *   hash    := FNV-1a, 64 bits, of &lt;shard&gt;&lt;index id&gt;: its first 6 bits as a digit of URL-safe base64, 14 more as 0 and 1
 * </pre>
 *
 * The cluster may be told to put something before the hash; then the folders are in
 * {@code snapshot_shard_paths/snapshot_path_<index id>.…}: {@code {"paths": [folder from the top]}}.
 */
final class ShardFolders {

    private static final String LIST_FOLDER = "snapshot_shard_paths";
    private static final int MAX_LIST_BYTES = 16 << 20;

    private static final int FIXED = 0;
    private static final int HASHED_PREFIX = 1;
    private static final int HASHED_INFIX = 2;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int DIGIT_BITS = 6;
    private static final int BINARY_BITS = 14;

    private final BlobStore store;

    ShardFolders(BlobStore store) {
        this.store = store;
    }

    static boolean isFixed(RootListing.Index index) {
        return index.shardPaths() == FIXED;
    }

    /** Where it lies unless the cluster was told to put something before the hash. */
    String usual(RootListing.Index index, int shard) throws RepositoryException {
        String below = "indices/%s/%d".formatted(index.id(), shard);
        return switch (index.shardPaths()) {
            case FIXED -> below;
            case HASHED_PREFIX -> fromTop(hash(index.id(), shard), below);
            case HASHED_INFIX -> hash(index.id(), shard) + "/" + below;
            default ->
                throw new RepositoryException(
                        "The repository at %s names the folders of its shards in a way that this build does not know (shard_path_type %d). Use a newer build."
                                .formatted(store.describe(), index.shardPaths()));
        };
    }

    private String fromTop(String hash, String below) {
        String base = store.base();
        return base.isEmpty() ? hash + "/" + below : "/" + hash + "/" + base + "/" + below;
    }

    /** Where it lies by the repository's own list; empty where there is no list that names it. */
    String listed(RootListing.Index index, int shard) throws IOException {
        List<String> lists = store.list(LIST_FOLDER, "snapshot_path_" + index.id() + ".");
        for (String list : lists) {
            String blob = LIST_FOLDER + "/" + list;
            JsonNode document = MetadataBlob.document(blob, 0, store.readAll(blob, MAX_LIST_BYTES));
            String path = document.path("paths").path(shard).asText("");
            if (document.path("shard_path_type").asInt() == index.shardPaths() && !path.isEmpty()) {
                String folder = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
                return store.base().isEmpty() ? folder : "/" + folder;
            }
        }
        return "";
    }

    private static String hash(String indexId, int shard) {
        long hash = FNV_OFFSET;
        for (byte b : (shard + indexId).getBytes(UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        StringBuilder text = new StringBuilder();
        text.append(BASE64.charAt((int) (hash >>> (Long.SIZE - DIGIT_BITS))));
        for (int bit = 1; bit <= BINARY_BITS; bit++) {
            text.append((char) ('0' + (hash >>> (Long.SIZE - DIGIT_BITS - bit) & 1)));
        }
        return text.toString();
    }
}
