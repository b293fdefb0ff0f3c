package io.sluice.lucene9;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.snapshot.Segment;
import io.sluice.snapshot.ShardReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A document as a test compares it. */
record FoundDocument(String id, String routing, long version, long seqNo, int shard, String sha256) {

    static FoundDocument of(JsonNode truth) {
        return new FoundDocument(
                truth.get("_id").asText(),
                truth.path("_routing").asText(""),
                truth.get("_version").asLong(),
                truth.get("_seq_no").asLong(),
                truth.get("shard").asInt(),
                truth.get("sha256").asText());
    }

    static FoundDocument of(DocumentCursor cursor, int shard) throws IOException {
        return of(
                cursor,
                shard,
                cursor.sourceLength() < 0
                        ? "no source"
                        : CanonicalJson.sha256(cursor.sourceBytes(), cursor.sourceOffset(), cursor.sourceLength()));
    }

    private static FoundDocument of(DocumentCursor cursor, int shard, String source) {
        return new FoundDocument(
                new String(cursor.idBytes(), 0, cursor.idLength(), UTF_8),
                cursor.routingLength() < 0 ? "" : new String(cursor.routingBytes(), 0, cursor.routingLength(), UTF_8),
                cursor.version(),
                cursor.seqNo(),
                shard,
                source);
    }

    /** All documents of a shard, each segment as a whole, with the source as it is: it may be no JSON any more. */
    static List<FoundDocument> allUnparsed(ShardReader reader) throws IOException {
        List<FoundDocument> documents = new ArrayList<>();
        for (Segment segment : reader.segments()) {
            try (DocumentCursor cursor = reader.documents(segment.name(), 0, segment.documents())) {
                while (cursor.next()) {
                    int length = Math.max(0, cursor.sourceLength());
                    String source = new String(cursor.sourceBytes(), cursor.sourceOffset(), length, ISO_8859_1);
                    documents.add(of(cursor, 0, source));
                }
            }
        }
        return documents;
    }

    /** Equal to another that differs in its source alone. */
    FoundDocument withoutSource() {
        return new FoundDocument(id, routing, version, seqNo, shard, "");
    }

    /** All documents of a shard, each segment in ranges of at most {@code perRange}. */
    static List<FoundDocument> all(ShardReader reader, int shard, int perRange) throws IOException {
        return all(reader, perRange, cursor -> of(cursor, shard));
    }

    /** The same without their sources, which may be in any encoding. */
    static List<FoundDocument> allWithoutSource(ShardReader reader, int shard, int perRange) throws IOException {
        return all(reader, perRange, cursor -> of(cursor, shard, ""));
    }

    private interface Maker {
        FoundDocument of(DocumentCursor cursor) throws IOException;
    }

    private static List<FoundDocument> all(ShardReader reader, int perRange, Maker maker) throws IOException {
        List<FoundDocument> documents = new ArrayList<>();
        for (Segment segment : reader.segments()) {
            for (int from = 0; from < segment.documents(); from += Math.min(perRange, segment.documents() - from)) {
                int to = from + Math.min(perRange, segment.documents() - from);
                try (DocumentCursor cursor = reader.documents(segment.name(), from, to)) {
                    while (cursor.next()) {
                        documents.add(maker.of(cursor));
                    }
                }
            }
        }
        return documents;
    }
}
