package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code segments_N} as Lucene's {@code SegmentInfos} writes it.
 *
 * <pre>
 *   file    := frame("segments", format) of  id:16 bytes  generation:string8
 *              major minor bugfix:vint  createdIn:vint            (format ≥ 7; 6 has no createdIn)
 *              version:i64  counter:vlong|i32  segments:i32       (counter is i32 below format 8)
 *              oldest:3 vint                                      (when segments &gt; 0)
 *              segment{segments}  userData:map
 *   segment := name:string  id:16 bytes  codec:string  delGen:i64  deleted:i32  fieldInfosGen:i64  dvGen:i64
 *              softDeleted:i32                                    (format ≥ 9)
 *              hasId:u8  id:16 bytes when 1                       (format ≥ 10)
 *              fieldInfosFiles:set  fields:i32  (field:i32 files:set){fields}
 *              overlays:i32                                       (format 11, Lucene 10.6: more than 0 is not read)
 *   set     := count:vint string{count}    map := count:vint (string string){count}
 *   string  := length:vint utf8[length]    string8 := length:u8 ascii[length]
 * </pre>
 *
 * Fixed-size numbers are big-endian. Lucene 4 and 5.0 to 5.2 do not say which version they are: the format does.
 */
final class CommitReader {

    private static final String CODEC = "segments";
    private static final int FORMAT_5_0 = 4;
    private static final int FORMAT_5_3 = 6;
    private static final int FORMAT_7_0 = 7;
    private static final int FORMAT_7_2 = 8;
    private static final int FORMAT_7_4 = 9;
    private static final int FORMAT_8_6 = 10;
    private static final int FORMAT_10_6 = 11;
    private static final int ID_LENGTH = 16;
    /** A segment takes at least: name, id, codec, four generations and counts, two sets. */
    private static final int SHORTEST_SEGMENT = 1 + ID_LENGTH + 1 + 8 + 4 + 8 + 8 + 1 + 4;

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
        CodecFrame frame = CodecFrame.read(blob, bytes);
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
        if (format < FORMAT_5_0) {
            return new Commit(file, format, new LuceneVersion(4, 0, 0), new LuceneVersion(4, 0, 0), List.of());
        }
        skip(ID_LENGTH);
        skip(in.get() & 0xFF);
        if (format < FORMAT_5_3) {
            return new Commit(file, format, new LuceneVersion(5, 0, 0), new LuceneVersion(4, 0, 0), List.of());
        }
        LuceneVersion writtenBy = version();
        if (format >= FORMAT_7_0) {
            vInt(); // the major version the index was created in: the segments' own versions decide
        }
        in.getLong();
        skipCounter();
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / SHORTEST_SEGMENT) {
            throw corrupt("a number of segments", Integer.toString(count));
        }
        LuceneVersion oldest = count == 0 ? writtenBy : version();
        return new Commit(file, format, writtenBy, oldest, format >= FORMAT_7_0 ? segments(count) : List.of());
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
        byte[] id = bytes(ID_LENGTH);
        String codec = string();
        long deletionGeneration = in.getLong();
        int deleted = in.getInt();
        long fieldInfosGeneration = in.getLong();
        long docValuesGeneration = in.getLong();
        int softDeleted = format >= FORMAT_7_4 ? in.getInt() : 0;
        byte[] commitId = format >= FORMAT_8_6 && in.get() == 1 ? bytes(ID_LENGTH) : null;
        if (!name.startsWith("_") || deleted < 0 || softDeleted < 0) {
            throw corrupt(
                    "a segment", "\"%s\" with %d deleted and %d soft-deleted".formatted(name, deleted, softDeleted));
        }
        skipSet();
        int fields = in.getInt();
        for (int i = 0; i < fields; i++) {
            in.getInt();
            skipSet();
        }
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

    private LuceneVersion version() throws CorruptBlobException {
        return new LuceneVersion(vInt(), vInt(), vInt());
    }

    private void skipSet() throws CorruptBlobException {
        int count = vInt();
        for (int i = 0; i < count; i++) {
            skip(length(vInt()));
        }
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
