package io.sluice.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The list of a shard's files.
 *
 * <pre>
 *   {"name": …, "files": [{"name": blob, "physical_name": Lucene file, "length": …, "checksum": base 36,
 *                          "part_size": …, "meta_hash": content}]}
 * </pre>
 *
 * A blob whose name begins with {@code v__} has no object: its content is {@code meta_hash}. Other small
 * files may carry their content there too, which saves a request.
 */
final class ShardFileList {

    private static final String VIRTUAL = "v__";

    private final String blob;
    private final String folder;

    private ShardFileList(String blob, String folder) {
        this.blob = blob;
        this.folder = folder;
    }

    /** @param folder where the blobs of the shard lie */
    static ShardFiles read(String blob, String folder, String index, int shard, ObjectNode list) throws IOException {
        Map<String, ShardFile> files = new HashMap<>();
        ShardFileList reader = new ShardFileList(blob, folder);
        for (JsonNode node : list.path("files")) {
            ShardFile file = reader.file(node);
            if (files.put(file.name(), file) != null) {
                throw reader.corrupt("each file once", "\"" + file.name() + "\" twice");
            }
        }
        return new ShardFiles(index, shard, files);
    }

    @SuppressWarnings("NullAway") // does not see the mark on an array in a record with a compact constructor
    private ShardFile file(JsonNode node) throws IOException {
        String name = fileName(node, "physical_name");
        String blobName = fileName(node, "name");
        long length = node.path("length").asLong(-1);
        long partBytes = node.path("part_size").asLong(Long.MAX_VALUE);
        if (length < 0 || partBytes <= 0) {
            throw corrupt("a length and a part size for \"" + name + "\"", length + " and " + partBytes);
        }
        byte[] content = content(node.path("meta_hash"));
        if (content != null && content.length != length) {
            content = null; // a hash of the file, or of its beginning
        }
        if (content == null && blobName.startsWith(VIRTUAL)) {
            throw corrupt("the %d bytes of \"%s\" in the list itself".formatted(length, name), "none, or others");
        }
        return new ShardFile(
                name,
                folder + "/" + blobName,
                length,
                partBytes,
                node.path("checksum").asText(""),
                content);
    }

    /** A name is one path element: a list must not lead anywhere else. */
    private String fileName(JsonNode node, String field) throws IOException {
        String name = node.path(field).asText("");
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.equals("..")) {
            throw corrupt("a file name in \"" + field + "\"", "\"" + name + "\"");
        }
        return name;
    }

    private byte @Nullable [] content(JsonNode hash) throws IOException {
        try {
            return hash.isMissingNode() || hash.isNull() ? null : hash.binaryValue();
        } catch (IOException e) {
            throw corrupt("bytes in \"meta_hash\"", "\"" + e.getMessage() + "\"");
        }
    }

    private CorruptBlobException corrupt(String expected, String found) {
        return new CorruptBlobException(blob, 0, expected, found);
    }
}
