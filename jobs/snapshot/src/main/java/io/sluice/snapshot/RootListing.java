package io.sluice.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The root listing, {@code index-N}: JSON of Elasticsearch 5 and later and of OpenSearch.
 *
 * <pre>
 *   {"snapshots": [{"name": …, "uuid": …, "state": 1, "version": …, "index_metadata_lookup": {index id: identifier}}],
 *    "indices": {name: {"id": …, "shard_path_type": 0}},
 *    "index_metadata_identifiers": {identifier: blob id}}
 * </pre>
 *
 * Read as a stream: with a thousand snapshots of a thousand indices a tree of it would not fit the heap. The
 * lookups share their strings.
 */
record RootListing(Map<String, Entry> snapshots, Map<String, Index> indices, Map<String, String> identifiers) {

    /**
     * One snapshot.
     *
     * @param metadataLookup index id → identifier; empty before 7.9
     */
    record Entry(String name, String uuid, SnapshotState state, String version, Map<String, String> metadataLookup) {}

    /**
     * One index.
     *
     * @param id the name of its folder
     * @param shardPaths which way its shards' folders are named; 0 before OpenSearch 2.17 and in Elasticsearch
     */
    record Index(String id, int shardPaths) {}

    private static final JsonFactory JSON = new JsonFactory();

    static RootListing read(String blob, byte[] bytes) throws IOException {
        try (JsonParser in = JSON.createParser(bytes)) {
            return new Reader(blob, in).read();
        } catch (JsonProcessingException e) {
            long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
            throw new CorruptBlobException(blob, at, "JSON", "\"" + e.getOriginalMessage() + "\"", e);
        } catch (CharConversionException e) { // damaged at its start it looks like UTF-32
            throw new CorruptBlobException(blob, 0, "JSON in UTF-8", "\"" + e.getMessage() + "\"", e);
        }
    }

    private static final class Reader {

        private final String blob;
        private final JsonParser in;
        private final Map<String, Entry> snapshots = new LinkedHashMap<>();
        private final Map<String, Index> indices = new HashMap<>();
        private final Map<String, String> identifiers = new HashMap<>();
        private final Map<String, String> shared = new HashMap<>();

        Reader(String blob, JsonParser in) {
            this.blob = blob;
            this.in = in;
        }

        RootListing read() throws IOException {
            expect(in.nextToken(), JsonToken.START_OBJECT);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                JsonToken value = in.nextToken();
                switch (field) {
                    case "snapshots" -> readSnapshots(value);
                    case "indices" -> readIndices(value);
                    case "index_metadata_identifiers" -> identifiers.putAll(readStrings(value));
                    default -> in.skipChildren();
                }
            }
            expect(in.currentToken(), JsonToken.END_OBJECT);
            return new RootListing(snapshots, indices, identifiers);
        }

        private void readSnapshots(JsonToken value) throws IOException {
            expect(value, JsonToken.START_ARRAY);
            while (in.nextToken() == JsonToken.START_OBJECT) {
                Entry entry = readSnapshot();
                snapshots.put(entry.name(), entry);
            }
            expect(in.currentToken(), JsonToken.END_ARRAY);
        }

        private Entry readSnapshot() throws IOException {
            String name = "";
            String uuid = "";
            String version = "";
            SnapshotState state = SnapshotState.UNKNOWN;
            Map<String, String> lookup = Map.of();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                JsonToken value = in.nextToken();
                switch (field) {
                    case "name" -> name = in.getText();
                    case "uuid" -> uuid = in.getText();
                    case "version" -> version = in.getText();
                    case "state" -> state = state();
                    case "index_metadata_lookup" -> lookup = readStrings(value);
                    default -> in.skipChildren();
                }
            }
            if (name.isEmpty() || uuid.isEmpty()) {
                throw corrupt("a snapshot with name and uuid", "name \"" + name + "\" and uuid \"" + uuid + "\"");
            }
            return new Entry(name, uuid, state, version, lookup);
        }

        /** The byte that {@code SnapshotState.value()} has in both servers. */
        private SnapshotState state() throws IOException {
            return switch (in.getValueAsInt(-1)) {
                case 0 -> SnapshotState.IN_PROGRESS;
                case 1 -> SnapshotState.SUCCESS;
                case 2 -> SnapshotState.FAILED;
                case 3 -> SnapshotState.PARTIAL;
                default -> SnapshotState.UNKNOWN;
            };
        }

        private void readIndices(JsonToken value) throws IOException {
            expect(value, JsonToken.START_OBJECT);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                expect(in.nextToken(), JsonToken.START_OBJECT);
                indices.put(name, readIndex());
            }
            expect(in.currentToken(), JsonToken.END_OBJECT);
        }

        private Index readIndex() throws IOException {
            String id = "";
            int shardPaths = 0;
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "id" -> id = in.getText();
                    case "shard_path_type" -> shardPaths = in.getValueAsInt(-1);
                    default -> in.skipChildren();
                }
            }
            return new Index(id, shardPaths);
        }

        private Map<String, String> readStrings(JsonToken value) throws IOException {
            expect(value, JsonToken.START_OBJECT);
            Map<String, String> strings = new HashMap<>();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = share(in.currentName());
                in.nextToken();
                strings.put(name, share(in.getText()));
            }
            expect(in.currentToken(), JsonToken.END_OBJECT);
            return strings;
        }

        private String share(String text) {
            String first = shared.putIfAbsent(text, text);
            return first == null ? text : first;
        }

        private void expect(@org.jspecify.annotations.Nullable JsonToken found, JsonToken expected)
                throws CorruptBlobException {
            if (found != expected) {
                throw corrupt(expected.toString(), String.valueOf(found));
            }
        }

        private CorruptBlobException corrupt(String expected, String found) {
            return new CorruptBlobException(blob, in.currentLocation().getByteOffset(), expected, found);
        }
    }
}
