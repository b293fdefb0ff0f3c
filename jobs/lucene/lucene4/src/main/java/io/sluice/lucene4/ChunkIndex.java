package io.sluice.lucene4;

import io.sluice.snapshot.CorruptBlobException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the chunks of the stored fields begin, {@code .fdx}; looked up in the file's own bytes.
 *
 * <pre>
 *   index  := header  packed version:vint  block…  0:vint  [end of the chunks:vlong]  [footer]
 *   block  := chunks:vint  first document:vint  documents a chunk:vint  bits:vint  packed{chunks}
 *                          first position:vlong  bytes a chunk:vlong    bits:vint  packed{chunks}
 * </pre>
 *
 * Chunk {@code c} of a block begins with document {@code first + average × c + zigzag(packed[c])}; positions likewise.
 */
final class ChunkIndex {

    private static final int MAX_DOCUMENT_BITS = 32;

    private final InnerFile file;
    private final byte[] bytes;
    private final List<Block> blocks;
    private final int documents;
    private final long end;

    private record Block(int firstChunk, int chunks, Line documents, Line positions) {}

    /** Numbers that grow evenly. */
    private record Line(long first, long average, int bits, int at) {

        long get(byte[] bytes, int i) {
            return first + average * i + Packed.zigZag(Packed.bits(bytes, ((long) at << 3) + (long) i * bits, bits));
        }
    }

    private ChunkIndex(InnerFile file, byte[] bytes, List<Block> blocks, int documents, long end) {
        this.file = file;
        this.bytes = bytes;
        this.blocks = blocks;
        this.documents = documents;
        this.end = end;
    }

    /**
     * Reads what is behind the header.
     *
     * @param end where the chunks end, which the index says itself from Lucene 4.8 on
     */
    static ChunkIndex read(InnerFile file, Input in, int documents, long end, boolean saysEnd)
            throws CorruptBlobException {
        int packedVersion = in.readVInt();
        List<Block> blocks = new ArrayList<>();
        int firstChunk = 0;
        for (int chunks = in.readVInt(); chunks != 0; chunks = in.readVInt()) {
            Line documentsOf = line(in, chunks, packedVersion, false, MAX_DOCUMENT_BITS);
            Line positions = line(in, chunks, packedVersion, true, Long.SIZE);
            blocks.add(new Block(firstChunk, chunks, documentsOf, positions));
            firstChunk = Math.addExact(firstChunk, chunks);
        }
        long said = saysEnd ? in.readVLong() : end;
        if (said < 0 || said > end) {
            throw in.corrupt("an end of the stored fields of at most " + end, Long.toString(said));
        }
        ChunkIndex index = new ChunkIndex(file, in.bytes(), blocks, documents, said);
        if (documents > 0 && (blocks.isEmpty() || index.firstDocument(0) != 0)) {
            throw in.corrupt("a chunk that begins with the first of " + documents + " documents", "none");
        }
        return index;
    }

    private static Line line(Input in, int chunks, int packedVersion, boolean isLong, int maxBits)
            throws CorruptBlobException {
        long first = isLong ? in.readVLong() : in.readVInt();
        long average = isLong ? in.readVLong() : in.readVInt();
        int bits = in.readVInt();
        if (chunks < 0 || bits < 1 || bits > maxBits || packedVersion < 0 || packedVersion > Packed.MAX_VERSION) {
            throw in.corrupt(
                    "chunks and 1 to " + maxBits + " bits for each",
                    "%d and %d, packed version %d".formatted(chunks, bits, packedVersion));
        }
        Line line = new Line(first, average, bits, in.position());
        in.skip(Packed.byteCount(packedVersion, chunks, bits));
        return line;
    }

    /** How many there are in all chunks. */
    int documents() {
        return documents;
    }

    int chunks() {
        if (blocks.isEmpty()) {
            return 0;
        }
        Block last = blocks.get(blocks.size() - 1);
        return last.firstChunk + last.chunks;
    }

    /** The chunk that holds the document. */
    int chunkOf(int document) throws CorruptBlobException {
        int low = 0;
        int high = chunks() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstDocument(middle) <= document) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The first document of a chunk; behind the last chunk, the number of documents. */
    int firstDocument(int chunk) throws CorruptBlobException {
        if (chunk >= chunks()) {
            return documents;
        }
        Block block = block(chunk);
        long first = block.documents.get(bytes, chunk - block.firstChunk);
        if (first < 0 || first >= documents) {
            throw damaged(block.documents, "a document below " + documents, first);
        }
        return (int) first;
    }

    /** Where a chunk begins, from the beginning of the data on; behind the last chunk, where the chunks end. */
    long position(int chunk) throws CorruptBlobException {
        if (chunk >= chunks()) {
            return end;
        }
        Block block = block(chunk);
        long position = block.positions.get(bytes, chunk - block.firstChunk);
        if (position < 0 || position > end) {
            throw damaged(block.positions, "a position of at most " + end, position);
        }
        return position;
    }

    private CorruptBlobException damaged(Line line, String expected, long found) {
        return file.corrupt(file.start() + line.at, expected, Long.toString(found));
    }

    private Block block(int chunk) {
        int low = 0;
        int high = blocks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (blocks.get(middle).firstChunk <= chunk) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return blocks.get(low);
    }
}
