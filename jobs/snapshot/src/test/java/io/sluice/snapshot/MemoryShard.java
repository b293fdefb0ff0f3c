package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A shard of documents that are given as {@code id:sequence number}, and as nothing where one is deleted. */
final class MemoryShard implements ShardReader {

    private final Map<String, String[]> segments = new LinkedHashMap<>();
    private long term = 1;

    MemoryShard with(String segment, String... documents) {
        segments.put(segment, documents);
        return this;
    }

    MemoryShard ofTerm(long primaryTerm) {
        term = primaryTerm;
        return this;
    }

    /** As a commit has them: two segments of one name are the same. */
    List<CommittedSegment> committed() {
        List<CommittedSegment> committed = new ArrayList<>();
        segments().forEach(segment -> {
            int deleted = segment.documents() - segment.liveDocuments();
            committed.add(new CommittedSegment(
                    segment.name(),
                    segment.name().getBytes(UTF_8),
                    "Lucene912",
                    deleted == 0 ? -1 : 1,
                    deleted,
                    -1,
                    -1,
                    0,
                    null));
        });
        return committed;
    }

    @Override
    public List<Segment> segments() {
        List<Segment> all = new ArrayList<>();
        segments.forEach((name, documents) -> {
            int live = 0;
            for (String document : documents) {
                live += document.isEmpty() ? 0 : 1;
            }
            all.add(new Segment(name, documents.length, live, documents.length));
        });
        return all;
    }

    @Override
    public DocumentCursor documents(String segment, int from, int to, FieldSelection fields, DocumentFilter filter) {
        return new Walk(of(segment), from, to, filter);
    }

    @Override
    public BitSet live(String segment) {
        BitSet live = new BitSet();
        operations(segment, (document, seqNo, ofTerm) -> live.set(document));
        return live;
    }

    @Override
    public void operations(String segment, OperationVisitor visitor) {
        String[] documents = of(segment);
        for (int document = 0; document < documents.length; document++) {
            if (!documents[document].isEmpty()) {
                visitor.visit(document, seqNo(documents[document]), term);
            }
        }
    }

    private String[] of(String segment) {
        String[] documents = segments.get(segment);
        if (documents == null) {
            throw new IllegalArgumentException(segment);
        }
        return documents;
    }

    private static long seqNo(String document) {
        return Long.parseLong(document.substring(document.indexOf(':') + 1));
    }

    @Override
    public ByteChecksum checksum(String segment, int from, int to) {
        return ByteChecksum.EMPTY;
    }

    @Override
    public void verify(String segment) {}

    @Override
    public void close() {}

    private final class Walk extends BareCursor {
        private final String[] documents;
        private final int to;
        private final DocumentFilter filter;
        private int at;

        Walk(String[] documents, int from, int to, DocumentFilter filter) {
            this.documents = documents;
            this.at = from - 1;
            this.to = to;
            this.filter = filter;
        }

        @Override
        public boolean next() {
            while (++at < to) {
                if (!documents[at].isEmpty() && filter.wants(at, seqNo(), term)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public int number() {
            return at;
        }

        @Override
        public byte[] idBytes() {
            return documents[at].getBytes(UTF_8);
        }

        @Override
        public int idLength() {
            return documents[at].indexOf(':');
        }

        @Override
        public long version() {
            return 1;
        }

        @Override
        public long seqNo() {
            return MemoryShard.seqNo(documents[at]);
        }
    }
}
