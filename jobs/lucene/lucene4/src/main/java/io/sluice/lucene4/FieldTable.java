package io.sluice.lucene4;

import io.sluice.snapshot.CommittedSegment;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a segment by name, from {@code .fnm}.
 *
 * <pre>
 *   table := header  count:vint  field{count}  [footer]
 *   field := name:string  number:vint  bits:i8
 *            values and norms:i8                                   (Lucene40, 42, 46: two half bytes)
 *            index options:i8  values:i8                           (Lucene50, 60)
 *            generation:i64                                        (from 46 on)
 *            attributes:map
 *            dimensions:vint  (indexed ones:vint)?  bytes of one:vint    (60; the last two when there are some, the
 *                                                                  second from version 2 on)
 * </pre>
 */
final class FieldTable {

    private static final byte NUMERIC = 1;
    private static final int SHORTEST_FIELD = 8;

    private final Map<String, Field> fields;

    /**
     * One field.
     *
     * @param isNumeric whether each document has one number of it among the doc values
     * @param generation of its doc values; −1 when they were never updated
     */
    record Field(int number, boolean isNumeric, long generation, Map<String, String> attributes) {}

    private FieldTable(Map<String, Field> fields) {
        this.fields = fields;
    }

    /** @param what the segment and its shard, as a message calls them */
    static FieldTable read(SegmentFiles files, SegmentInfo info, CommittedSegment segment, String what)
            throws IOException {
        long generation = segment.fieldInfosGeneration();
        InnerFile file = generation == -1
                ? files.file(".fnm")
                : files.outside("_" + Long.toString(generation, Character.MAX_RADIX) + ".fnm");
        Input in = file.whole();
        if (info.hasFooters()) {
            file.verify(in);
        }
        InnerFile.Header header = file.header(in, "", info.id());
        return switch (header.codec()) {
            case "Lucene40FieldInfos", "Lucene42FieldInfos" -> read(in, Form.LUCENE_40, false);
            case "Lucene46FieldInfos" -> read(in, Form.LUCENE_46, false);
            case "Lucene50FieldInfos" -> read(in, Form.LUCENE_50, header.version() >= 1);
            case "Lucene60FieldInfos" -> read(in, header.version() < 2 ? Form.LUCENE_60 : Form.LUCENE_60_2, true);
            default -> throw new UnknownCodecException(what, header.codec(), Lucene4Format.DESCRIPTION);
        };
    }

    /** The formats, in their order. */
    private enum Form {
        LUCENE_40,
        LUCENE_46,
        LUCENE_50,
        LUCENE_60,
        /** In which a point may have dimensions that are not indexed. */
        LUCENE_60_2
    }

    private static FieldTable read(Input in, Form form, boolean mapsAreVInt) throws IOException {
        int count = in.readCount(true, SHORTEST_FIELD - (form == Form.LUCENE_40 ? 1 : 0));
        Map<String, Field> fields = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.readString();
            int number = in.readVInt();
            in.readByte();
            if (form.compareTo(Form.LUCENE_50) >= 0) {
                in.readByte();
            }
            boolean isNumeric = (in.readByte() & 0x0F) == NUMERIC;
            long generation = form == Form.LUCENE_40 ? -1 : in.readLong();
            Map<String, String> attributes = in.readMap(mapsAreVInt);
            skipPoints(in, form);
            if (number < 0) {
                throw in.corrupt("the number of a field", Integer.toString(number));
            }
            fields.put(name, new Field(number, isNumeric, generation, attributes));
        }
        return new FieldTable(fields);
    }

    private static void skipPoints(Input in, Form form) throws IOException {
        if (form.compareTo(Form.LUCENE_60) >= 0 && in.readVInt() != 0) {
            in.readVInt();
            if (form == Form.LUCENE_60_2) {
                in.readVInt();
            }
        }
    }

    /** Null when the segment does not have it. */
    @Nullable
    Field field(String name) {
        return fields.get(name);
    }
}
