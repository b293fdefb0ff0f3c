package io.sluice.lucene4;

import io.sluice.snapshot.CommittedSegment;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.LuceneVersion;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a segment's {@code .si} says of it.
 *
 * <pre>
 *   Lucene40, 46      := header  version:string               documents:i32  compound:i8 …
 *   Lucene50, 62, 70  := header  version:3 i32  [min version] documents:i32  compound:i8 …
 *   min version       := 0:u8 | 1:u8 version:3 i32            (70 only)
 *   then              := diagnostics:map [attributes:map] files:set …  [footer]
 * </pre>
 *
 * @param id 16 bytes that stand in the headers of its files; none for a segment of Lucene 4
 * @param version of the Lucene that wrote it
 * @param documents deleted ones and nested children included
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SegmentInfo(String name, byte[] id, LuceneVersion version, int documents, boolean isCompound) {

    private static final LuceneVersion FIRST_WITH_FOOTERS = new LuceneVersion(4, 8, 0);
    private static final byte YES = 1;

    /** @param what the segment and its shard, as a message calls them */
    static SegmentInfo read(SegmentFiles files, CommittedSegment segment, String what) throws IOException {
        InnerFile file = files.outside(".si");
        Input in = file.whole();
        InnerFile.Header header = file.header(in, "", segment.id());
        boolean hasFooter = switch (header.codec()) {
            case "Lucene40SegmentInfo" -> false;
            case "Lucene46SegmentInfo" -> header.version() >= 1;
            case "Lucene50SegmentInfo", "Lucene62SegmentInfo", "Lucene70SegmentInfo" -> true;
            default -> throw new UnknownCodecException(what, header.codec(), Lucene4Format.DESCRIPTION);
        };
        if (hasFooter) {
            file.verify(in);
        }
        LuceneVersion version = segment.id().length == 0 ? parse(in) : version(in);
        if (header.codec().equals("Lucene70SegmentInfo") && in.readByte() == YES) {
            version(in);
        }
        int documents = in.readInt();
        boolean isCompound = in.readByte() == YES;
        if (documents < 0 || documents < segment.deleted()) {
            throw in.corrupt(
                    "a number of documents", "%d, of which %d are deleted".formatted(documents, segment.deleted()));
        }
        return new SegmentInfo(segment.name(), segment.id(), version, documents, isCompound);
    }

    /** Whether its files end with footers. */
    boolean hasFooters() {
        return version.compareTo(FIRST_WITH_FOOTERS) >= 0;
    }

    private static LuceneVersion version(Input in) throws CorruptBlobException {
        return new LuceneVersion(in.readInt(), in.readInt(), in.readInt());
    }

    /** {@code 4.10.4}, or {@code 4.0.0.2}, and in early releases {@code 4.4}. */
    private static LuceneVersion parse(Input in) throws CorruptBlobException {
        String text = in.readString();
        List<Integer> numbers = new ArrayList<>();
        for (String number : text.split("\\.", -1)) {
            if (!number.matches("\\d{1,4}")) {
                throw in.corrupt("the version of a Lucene", "\"" + text + "\"");
            }
            numbers.add(Integer.parseInt(number));
        }
        return new LuceneVersion(
                numbers.get(0), numbers.size() > 1 ? numbers.get(1) : 0, numbers.size() > 2 ? numbers.get(2) : 0);
    }
}
