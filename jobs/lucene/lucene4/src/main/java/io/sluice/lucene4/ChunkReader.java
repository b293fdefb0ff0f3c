package io.sluice.lucene4;

import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.Lz4;
import io.sluice.snapshot.RawInflater;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of stored fields one after the other, and decompresses those of which a document is wanted.
 *
 * <pre>
 *   chunk   := first document:vint  token:vint  fields:counts  lengths:counts  compressed documents
 *   token   := documents, from Lucene 5 on times two, plus one when it is in slices
 *   counts  := count:vint for a single document, else  bits:vint  (count:vint when bits = 0, else packed{documents})
 *   deflated, a slice := length:vint  raw deflate stream
 * </pre>
 */
final class ChunkReader implements Closeable {

    /** Arrays that grew beyond this for one chunk are not kept for the next. */
    private static final int MAX_KEPT_BYTES = 4 << 20;

    private static final int FIRST_BYTES = 64 << 10;
    /** Lucene ends a chunk at some hundred. */
    private static final int MAX_DOCUMENTS = 1 << 20;

    private static final int MAX_COUNT_BITS = 31;
    private static final int MAX_DEFLATE_RATIO = 1032;
    /** A compressed block takes some bytes whatever it holds. */
    private static final int SLACK = 64;

    private final StoredFields fields;
    private final ByteWindow window;
    private final Input in;
    private final Lz4 lz4 = new Lz4();
    private @Nullable RawInflater inflater;

    private int chunk = -1;
    private int firstDocument;
    private int documents;
    private boolean isSliced;
    private boolean isPlain;

    /** The chunk as it is in the store: {@code stored[storedFrom, storedTo)}. */
    private byte[] stored = new byte[0];

    private int storedFrom;
    private int storedTo;
    private byte[] scratch = new byte[0];

    private int[] fieldCounts = new int[128];
    private int[] ends = new int[128];
    private byte[] plain = new byte[FIRST_BYTES];

    ChunkReader(StoredFields fields, ByteWindow window) {
        this.fields = fields;
        this.window = window;
        this.in = new Input(fields.data());
    }

    /** Goes to the chunk of the document and decompresses it. Documents are asked for in order. */
    void moveTo(int document) throws IOException {
        if (chunk < 0 || document >= firstDocument + documents) {
            ChunkIndex index = fields.index();
            boolean isNext = chunk >= 0 && document < index.firstDocument(chunk + 2);
            load(isNext ? chunk + 1 : index.chunkOf(document));
        }
        if (!isPlain) {
            decompress();
        }
    }

    /** Where a document is among {@link #bytes}. */
    int start(int document) {
        int i = document - firstDocument;
        return i == 0 ? 0 : ends[i - 1];
    }

    int end(int document) {
        return ends[document - firstDocument];
    }

    int fieldCount(int document) {
        return fieldCounts[document - firstDocument];
    }

    /** The documents of the chunk; valid until the next chunk is gone to. */
    byte[] bytes() {
        return plain;
    }

    /** Where the current chunk begins in the shard's file, for a message. */
    long position() throws IOException {
        return fields.data().start() + fields.index().position(Math.max(0, chunk));
    }

    private void load(int next) throws IOException {
        ChunkIndex index = fields.index();
        long start = fields.data().start() + index.position(next);
        long end = fields.data().start() + index.position(next + 1);
        if (end <= start) {
            throw fields.data().corrupt(start, "a chunk that ends behind its beginning", "one that ends at " + end);
        }
        isPlain = false;
        documents = 0;
        chunk = next;
        fetch(start, end);
        readHead(start, index.firstDocument(next), index.firstDocument(next + 1));
    }

    /** In place when the window holds all of it. */
    private void fetch(long start, long end) throws IOException {
        window.moveTo(start);
        if (end <= window.start() + window.length()) {
            stored = window.bytes();
            storedFrom = (int) (start - window.start());
            storedTo = (int) (end - window.start());
            return;
        }
        if (end - start > Integer.MAX_VALUE - SLACK) {
            throw fields.data().corrupt(start, "a chunk of less than 2 GB", (end - start) + " bytes");
        }
        int length = (int) (end - start);
        byte[] into = scratch.length > MAX_KEPT_BYTES ? new byte[0] : scratch;
        int done = 0;
        while (done < length) {
            window.moveTo(start + done);
            int offset = (int) (start + done - window.start());
            int count = Math.min(length - done, window.length() - offset);
            if (into.length < done + count) { // only for what is really there
                into = Arrays.copyOf(into, (int) Math.min(length, Math.max(done + (long) count, 2L * into.length)));
            }
            System.arraycopy(window.bytes(), offset, into, done, count);
            done += count;
        }
        scratch = into;
        stored = into;
        storedFrom = 0;
        storedTo = length;
    }

    private void readHead(long start, int expectedFirst, int expectedEnd) throws IOException {
        in.reset(fields.data(), stored, storedFrom, storedTo, start);
        int first = in.readVInt();
        int token = in.readVInt();
        int count = fields.isLucene41() ? token : token >>> 1;
        if (first != expectedFirst || count != expectedEnd - expectedFirst || count <= 0) {
            throw in.corrupt(
                    "documents %d to %d".formatted(expectedFirst, expectedEnd),
                    "%d documents from %d on".formatted(count, first));
        }
        if (count > MAX_DOCUMENTS) {
            throw in.corrupt("a chunk of at most " + MAX_DOCUMENTS + " documents", Integer.toString(count));
        }
        if (fieldCounts.length < count) {
            fieldCounts = new int[count];
            ends = new int[count];
        }
        readCounts(fieldCounts, count);
        readCounts(ends, count);
        long total = 0;
        for (int i = 0; i < count; i++) {
            if ((ends[i] == 0) != (fieldCounts[i] == 0) || ends[i] < 0 || fieldCounts[i] < 0) {
                throw in.corrupt("bytes where there are fields", "%d and %d".formatted(ends[i], fieldCounts[i]));
            }
            total += ends[i];
            ends[i] = (int) total;
        }
        long ratio = fields.isDeflated() ? MAX_DEFLATE_RATIO : Lz4.MAX_RATIO;
        if (total > Integer.MAX_VALUE - SLACK || total > ratio * (in.remaining() + SLACK)) {
            throw in.corrupt("documents that fit into %d bytes".formatted(in.remaining()), total + " bytes");
        }
        isSliced =
                fields.isLucene41() ? fields.sliceBytes() > 0 && total >= 2L * fields.sliceBytes() : (token & 1) == 1;
        firstDocument = first;
        documents = count;
    }

    private void readCounts(int[] counts, int count) throws CorruptBlobException {
        if (count == 1) {
            counts[0] = in.readVInt();
            return;
        }
        int bits = in.readVInt();
        if (bits < 0 || bits > MAX_COUNT_BITS) {
            throw in.corrupt("0 to " + MAX_COUNT_BITS + " bits", Integer.toString(bits));
        }
        if (bits == 0) {
            Arrays.fill(counts, 0, count, in.readVInt());
            return;
        }
        int length = in.requireBytes(Packed.byteCount(fields.packedVersion(), count, bits));
        long bitAt = (long) in.position() << 3;
        for (int i = 0; i < count; i++) {
            counts[i] = (int) Packed.bits(stored, bitAt + (long) i * bits, bits);
        }
        in.skip(length);
    }

    private void decompress() throws IOException {
        int total = ends[documents - 1];
        if (plain.length <= total || plain.length > MAX_KEPT_BYTES) {
            plain = new byte[Math.max(total + 1, FIRST_BYTES)];
        }
        lz4.reset(stored, in.position(), storedTo);
        try {
            int slice = isSliced ? fields.sliceBytes() : Math.max(1, total);
            for (int done = 0; done < total; done += slice) {
                int count = Math.min(slice, total - done);
                if (fields.isDeflated()) {
                    inflate(done, count);
                } else {
                    lz4.decompress(plain, done, count);
                }
            }
        } catch (IndexOutOfBoundsException | ArithmeticException | DataFormatException e) {
            String expected = "documents %d to %d, compressed".formatted(firstDocument, firstDocument + documents);
            throw fields.data().corrupt(position(), expected, e);
        }
        isPlain = true;
    }

    private void inflate(int into, int count) throws IOException, DataFormatException {
        int length = in.requireBytes(in.readVInt());
        RawInflater used = inflater == null ? new RawInflater() : inflater;
        inflater = used;
        used.inflate(stored, in.position(), length, plain, into, count, 0);
        in.skip(length);
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.close();
        }
    }
}
