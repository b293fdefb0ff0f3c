package io.sluice.lucene4;

import io.sluice.snapshot.ByteChecksum;
import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.FileChecksum;
import io.sluice.snapshot.RangeChecksum;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;

/**
 * The stored fields of a segment, {@code .fdx} and {@code .fdt}.
 *
 * <pre>
 *   data := header  [slice bytes:vint]  packed version:vint  chunk…  [counts of chunks]  [footer]
 * </pre>
 *
 * The format is Lucene41's up to Lucene 4.10, then Lucene50's, in a fast and a high compression.
 *
 * @param isLucene41 whether chunks and numbers have the form of Lucene 4
 * @param sliceBytes a chunk of twice as many is compressed in slices of that many; 0 before Lucene 4.2
 */
record StoredFields(
        InnerFile data,
        ChunkIndex index,
        boolean isLucene41,
        boolean isDeflated,
        int sliceBytes,
        int packedVersion,
        boolean hasFooter) {

    private static final int WITH_SLICES = 1;
    private static final int WITH_CHECKSUM = 2;
    private static final int MAX_SLICE_BYTES = 1 << 24;

    private static final String LUCENE_41 = "Lucene41StoredFields";
    private static final String LUCENE_50_FAST = "Lucene50StoredFieldsFast";
    private static final String LUCENE_50_HIGH = "Lucene50StoredFieldsHigh";

    /** @param what the segment and its shard, as a message calls them */
    static StoredFields open(SegmentFiles files, SegmentInfo info, String what) throws IOException {
        InnerFile indexFile = files.file(".fdx");
        Input in = indexFile.whole();
        InnerFile.Header header = indexFile.header(in, "", info.id());
        String format = header.codec().replaceFirst("Index$", "");
        boolean isLucene41 = format.equals(LUCENE_41);
        if (!isLucene41 && !format.equals(LUCENE_50_FAST) && !format.equals(LUCENE_50_HIGH)) {
            throw new UnknownCodecException(what, header.codec(), Lucene4Format.DESCRIPTION);
        }
        boolean hasFooter = !isLucene41 || header.version() >= WITH_CHECKSUM;
        if (hasFooter) {
            indexFile.verify(in);
        }

        InnerFile data = files.file(".fdt").inMemoryWhenSmall(hasFooter);
        Input beginning = data.beginning();
        InnerFile.Header dataHeader = data.header(beginning, format + "Data", info.id());
        if (dataHeader.version() != header.version()) {
            throw beginning.corrupt("version " + header.version(), "version " + dataHeader.version());
        }
        boolean hasSlices = !isLucene41 || header.version() >= WITH_SLICES;
        int sliceBytes = hasSlices ? beginning.readVInt() : 0;
        int packedVersion = beginning.readVInt();
        if (sliceBytes < (hasSlices ? 1 : 0) || sliceBytes > MAX_SLICE_BYTES) {
            throw beginning.corrupt("slices of 1 to " + MAX_SLICE_BYTES + " bytes", Integer.toString(sliceBytes));
        }
        if (packedVersion < 0 || packedVersion > Packed.MAX_VERSION) {
            throw beginning.corrupt("a packed version of 0 to " + Packed.MAX_VERSION, Integer.toString(packedVersion));
        }
        long end = data.length() - (hasFooter ? InnerFile.FOOTER_LENGTH : 0);
        ChunkIndex index = ChunkIndex.read(indexFile, in, info.documents(), end, hasFooter);
        boolean isDeflated = format.equals(LUCENE_50_HIGH);
        return new StoredFields(data, index, isLucene41, isDeflated, sliceBytes, packedVersion, hasFooter);
    }

    /** The first byte that belongs to the documents from {@code document} on, as {@link RangeChecksum} divides them. */
    long belongsFrom(int document) throws IOException {
        if (document == 0) {
            return data.start();
        }
        return document >= index.documents()
                ? data.checksumAt()
                : data.start() + index.position(index.chunkOf(document));
    }

    /** Up to where bytes are needed for the documents before {@code document}. */
    long neededUntil(int document) throws IOException {
        if (document == 0 || document >= index.documents()) {
            return document == 0 ? data.start() : data.end();
        }
        return data.start() + index.position(index.chunkOf(document - 1) + 1);
    }

    /** Of the bytes that belong to a range; of none where the file has no checksum that they could add up to. */
    ByteChecksum checksum(int from, int to) throws IOException {
        return hasFooter ? data.checksum(belongsFrom(from), belongsFrom(to)) : ByteChecksum.EMPTY;
    }

    /** What the file says of itself; that it has no bytes where it has no checksum. */
    FileChecksum expected(ByteWindow window) throws IOException {
        return hasFooter
                ? data.expected(window)
                : new FileChecksum(data.describe(data.start()), data.checksumAt(), ByteChecksum.EMPTY.crc());
    }
}
