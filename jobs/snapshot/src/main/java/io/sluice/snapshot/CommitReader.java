package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code segments_N} as Lucene's {@code SegmentInfos} writes it.
 *
 * <pre>
 *   file    := frame("segments", format) of
 *              id:16 bytes  generation:string8                    (format ≥ 4)
 *              major minor bugfix:vint                            (format ≥ 6)
 *              createdIn:vint                                     (format ≥ 7)
 *              version:i64  counter:vlong|i32  segments:i32       (counter is i32 below format 8)
 *              oldest:3 vint                                      (format ≥ 6, when segments &gt; 0)
 *              segment{segments}  userData:map
 *   segment := name:string  id:16 bytes                           (format ≥ 7)
 *              hasId:u8  id:16 bytes when 1                       (format 4 to 6)
 *              codec:string  delGen:i64  deleted:i32
 *              fieldInfosGen:i64                                  (format ≥ 1)
 *              dvGen:i64                                          (format ≥ 3)
 *              softDeleted:i32                                    (format ≥ 9)
 *              hasId:u8  id:16 bytes when 1                       (format ≥ 10)
 *              gens:i32 (gen:i64 files:set){gens}                 (format 1 and 2)
 *              fieldInfosFiles:set  fields:i32  (field:i32 files:set){fields}       (format ≥ 3)
 *              overlays:i32                                       (format 11, Lucene 10.6: more than 0 is not read)
 *   set     := count string{count}    map := count (string string){count}
 *   count   := vint, i32 below format 5
 *   string  := length:vint utf8[length]    string8 := length:u8 ascii[length]
 * </pre>
 *
 * Fixed-size numbers are big-endian. Below format 2 the frame ends with the checksum alone. Lucene 4 and 5.0 to 5.2 do
 * not say which version they are: the format does.
 */
final class CommitReader {

    private static final String CODEC = "segments";
    private static final int FORMAT_4_6 = 1;
    private static final int FORMAT_4_8 = 2;
    private static final int FORMAT_4_9 = 3;
    private static final int FORMAT_5_0 = 4;
    private static final int FORMAT_5_1 = 5;
    private static final int FORMAT_5_3 = 6;
    private static final int FORMAT_7_0 = 7;
    private static final int FORMAT_7_2 = 8;
    private static final int FORMAT_7_4 = 9;
    private static final int FORMAT_8_6 = 10;
    private static final int FORMAT_10_6 = 11;
    private static final int ID_LENGTH = 16;
    private static final byte[] NO_ID = {};
    /** A segment takes at least: name, codec, generation and count. */
    private static final int SHORTEST_SEGMENT = 1 + 1 + 8 + 4;
    /** Elasticsearch 6 is the first that belongs to it, and the first whose ids have no type in them. */
    private static final int FIRST_WITHOUT_TYPES = 7;

    private final String blob;
    private final int payloadAt;
    private final ByteBuffer in;
    private final int format;

    private CommitReader(String blob, CodecFrame frame) {
        this.blob = blob;
        this.payloadAt = frame.payloadAt();
        this.in = frame.payload();
        this.format = frame.version();
    }

    static Commit read(String file, String blob, byte[] bytes) throws CorruptBlobException, UnknownCodecException {
        CodecFrame frame = CodecFrame.version(bytes) < FORMAT_4_8
                ? CodecFrame.readWithoutFooter(blob, bytes)
                : CodecFrame.read(blob, bytes);
        CommitReader reader = new CommitReader(blob, frame);
        if (!frame.codec().equals(CODEC)) {
            throw reader.corrupt("the codec name \"" + CODEC + "\"", "\"" + frame.codec() + "\"");
        }
        try {
            return reader.read(file);
        } catch (BufferUnderflowException e) {
            throw reader.corrupt("more data", "the end of the file");
        }
    }

    private Commit read(String file) throws CorruptBlobException, UnknownCodecException {
        if (format > FORMAT_10_6) {
            throw unknown("a commit of format " + format);
        }
        if (format >= FORMAT_5_0) {
            skip(ID_LENGTH);
            skip(in.get() & 0xFF);
        }
        LuceneVersion writtenBy =
                format >= FORMAT_5_3 ? version() : new LuceneVersion(format < FORMAT_5_0 ? 4 : 5, 0, 0);
        int createdIn = format >= FORMAT_7_0 ? vInt() : writtenBy.major();
        in.getLong();
        skipCounter();
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / SHORTEST_SEGMENT) {
            throw corrupt("a number of segments", Integer.toString(count));
        }
        LuceneVersion oldest = count == 0 ? writtenBy : oldest(createdIn);
        List<CommittedSegment> segments = segments(count);
        return new Commit(file, format, writtenBy, oldest, segments, userData());
    }

    private Map<String, String> userData() throws CorruptBlobException {
        int count = count();
        Map<String, String> data = new HashMap<>();
        for (int i = 0; i < count; i++) {
            data.put(string(), string());
        }
        return data;
    }

    /** An index that Elasticsearch 5 made keeps its ids in their old form, whichever Lucene has merged it since. */
    private LuceneVersion oldest(int createdIn) throws CorruptBlobException {
        if (format < FORMAT_5_3) {
            return new LuceneVersion(4, 0, 0);
        }
        LuceneVersion oldest = version();
        return createdIn < FIRST_WITHOUT_TYPES && createdIn < oldest.major()
                ? new LuceneVersion(createdIn, 0, 0)
                : oldest;
    }

    private void skipCounter() throws CorruptBlobException {
        if (format >= FORMAT_7_2) {
            vLong();
        } else {
            in.getInt();
        }
    }

    private List<CommittedSegment> segments(int count) throws CorruptBlobException, UnknownCodecException {
        List<CommittedSegment> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            segments.add(segment());
        }
        return segments;
    }

    private CommittedSegment segment() throws CorruptBlobException, UnknownCodecException {
        String name = string();
        byte[] id = segmentId();
        String codec = string();
        long deletionGeneration = in.getLong();
        int deleted = in.getInt();
        long fieldInfosGeneration = format >= FORMAT_4_6 ? in.getLong() : -1;
        long docValuesGeneration = format >= FORMAT_4_9 ? in.getLong() : fieldInfosGeneration;
        int softDeleted = format >= FORMAT_7_4 ? in.getInt() : 0;
        byte[] commitId = format >= FORMAT_8_6 && in.get() == 1 ? bytes(ID_LENGTH) : null;
        if (!name.startsWith("_") || deleted < 0 || softDeleted < 0) {
            throw corrupt(
                    "a segment", "\"%s\" with %d deleted and %d soft-deleted".formatted(name, deleted, softDeleted));
        }
        skipUpdates();
        if (format >= FORMAT_10_6 && in.getInt() != 0) {
            throw unknown("overlays of doc values");
        }
        return new CommittedSegment(
                name,
                id,
                codec,
                deletionGeneration,
                deleted,
                fieldInfosGeneration,
                docValuesGeneration,
                softDeleted,
                commitId);
    }

    private byte[] segmentId() throws CorruptBlobException {
        boolean isThere = format >= FORMAT_7_0 || (format >= FORMAT_5_0 && in.get() == 1);
        return isThere ? bytes(ID_LENGTH) : NO_ID;
    }

    private void skipUpdates() throws CorruptBlobException {
        if (format < FORMAT_4_6) {
            return;
        }
        if (format >= FORMAT_4_9) {
            skipSet();
        }
        int groups = in.getInt();
        for (int i = 0; i < groups; i++) {
            skip(format >= FORMAT_4_9 ? Integer.BYTES : Long.BYTES);
            skipSet();
        }
    }

    private LuceneVersion version() throws CorruptBlobException {
        return new LuceneVersion(vInt(), vInt(), vInt());
    }

    private void skipSet() throws CorruptBlobException {
        int count = count();
        for (int i = 0; i < count; i++) {
            skip(length(vInt()));
        }
    }

    /** Of strings, or of pairs of them. Should it be absurd, the strings end before. */
    private int count() throws CorruptBlobException {
        return format >= FORMAT_5_1 ? vInt() : in.getInt();
    }

    private String string() throws CorruptBlobException {
        return new String(bytes(vInt()), UTF_8);
    }

    private byte[] bytes(int length) throws CorruptBlobException {
        byte[] bytes = new byte[length(length)];
        in.get(bytes);
        return bytes;
    }

    private void skip(int length) throws CorruptBlobException {
        in.position(in.position() + length(length));
    }

    private int length(int length) throws CorruptBlobException {
        if (length < 0 || length > in.remaining()) {
            throw corrupt("at most " + in.remaining() + " bytes", length + " bytes");
        }
        return length;
    }

    private int vInt() throws CorruptBlobException {
        long value = vLong();
        if (value != (int) value) {
            throw corrupt("a number of 32 bits", Long.toString(value));
        }
        return (int) value;
    }

    private long vLong() throws CorruptBlobException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupt("a number of at most nine bytes", "a longer one");
    }

    private UnknownCodecException unknown(String what) {
        return new UnknownCodecException(blob, what, "commits of formats up to " + FORMAT_10_6 + " without overlays");
    }

    private CorruptBlobException corrupt(String expected, String found) {
        return new CorruptBlobException(blob, payloadAt + (long) in.position(), expected, found);
    }
}
