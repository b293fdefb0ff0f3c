package io.sluice.lucene4;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What {@code .dvm} says in the formats of Lucene 4.5 to 6, each a little more than the one before.
 *
 * <pre>
 *   meta    := (field:vint kind:u8 entry)…  −1:vint
 *   kind    := 0 numbers  1 bytes  2 sorted: nothing  3 sorted set, 4 sorted numbers: form:vint [sets]
 *   numbers := form:vint  missing:i64  [sparse]  [packed version:vint]  offset:i64  count:vlong  [size:vint]
 *              what the form needs  [end:i64]
 *   bytes   := form:vint  missing:i64  shortest:vint  longest:vint  count:vlong  offset:i64  what the form needs
 *   sets    := count:i32 i64{count}  count:i32 i32{count}                  (when form = 2)
 * </pre>
 *
 * What a sorted field is made of follows it as entries of their own. {@code missing} is −1 when every document has a
 * number, −2 when none has, else where a bit for each document says it.
 */
final class ColumnMeta45 {

    /** The formats, in their order. */
    enum Form {
        LUCENE_45,
        LUCENE_49,
        LUCENE_410,
        LUCENE_50,
        LUCENE_54;

        boolean isFrom(Form other) {
            return compareTo(other) >= 0;
        }
    }

    private static final byte NUMBERS = 0;
    private static final byte BYTES = 1;
    private static final byte SORTED = 2;
    private static final byte SORTED_SET = 3;
    private static final byte SORTED_NUMBERS = 4;

    private static final int DELTA = 0;
    private static final int FACTOR = 1;
    private static final int TABLE = 2;
    private static final int MONOTONIC = 3;
    private static final int CONSTANT = 4;
    private static final int SPARSE = 5;

    private static final int VARIABLE_BYTES = 1;
    private static final int PREFIX_BYTES = 2;
    private static final int TABLE_OF_SETS = 2;
    private static final int MAX_TABLE = 256;

    private final Input meta;
    private final Form form;
    private final int version;
    private final int documents;

    private ColumnMeta45(Input meta, Form form, int version, int documents) {
        this.meta = meta;
        this.form = form;
        this.version = version;
        this.documents = documents;
    }

    static Map<Integer, Columns.Entry> read(Input meta, Form form, int version, int documents) throws IOException {
        return new ColumnMeta45(meta, form, version, documents).read();
    }

    private Map<Integer, Columns.Entry> read() throws IOException {
        Map<Integer, Columns.Entry> entries = new HashMap<>();
        for (int field = meta.readVInt(); field != -1; field = meta.readVInt()) {
            byte kind = meta.readByte();
            switch (kind) {
                case NUMBERS -> entries.put(field, numbers());
                case BYTES -> skipBytes();
                case SORTED -> {}
                case SORTED_SET, SORTED_NUMBERS -> skipSets();
                default -> throw meta.corrupt("a kind of doc values", Integer.toString(kind));
            }
        }
        return entries;
    }

    private DirectColumn numbers() throws IOException {
        int kind = meta.readVInt();
        DirectColumn.Values values = new DirectColumn.Values();
        long missing = meta.readLong();
        DirectColumn.Sparse sparse = kind == SPARSE && form.isFrom(Form.LUCENE_54) ? sparse() : null;
        values.packedVersion = form == Form.LUCENE_45 ? meta.readVInt() : 0;
        long offset = meta.readLong();
        values.offset = offset;
        values.count = meta.readVLong();
        values.blockSize = form == Form.LUCENE_45 ? meta.readVInt() : 0;
        DirectColumn inner = null;
        if (sparse != null) {
            inner = nonMissing();
        } else {
            readValues(kind, values);
        }
        if (form.isFrom(Form.LUCENE_49)) {
            meta.readLong();
        }
        return inner == null
                ? new DirectColumn(missing, values, null)
                : new DirectColumn(missing, inner.values(), sparse);
    }

    private DirectColumn.Sparse sparse() throws IOException {
        long count = meta.readVLong();
        if (count < 0 || count > documents) {
            throw meta.corrupt("at most " + documents + " documents with a number", Long.toString(count));
        }
        return new DirectColumn.Sparse(count, Monotonic.read(meta, count, meta.readVInt()));
    }

    /** The numbers of the documents that have one: whether others count as 0, the field again, and an entry. */
    private DirectColumn nonMissing() throws IOException {
        meta.readByte();
        meta.readVInt();
        if (meta.readByte() != NUMBERS) {
            throw meta.corrupt("numbers", "another kind of doc values");
        }
        DirectColumn inner = numbers();
        if (inner.sparse() != null) {
            throw meta.corrupt("numbers of a few documents", "a few of a few");
        }
        return inner;
    }

    private void readValues(int kind, DirectColumn.Values values) throws IOException {
        boolean isKnown = kind >= DELTA
                && kind <= (form.isFrom(Form.LUCENE_50) ? CONSTANT : form.isFrom(Form.LUCENE_49) ? MONOTONIC : TABLE);
        if (!isKnown) {
            throw meta.corrupt("a form of numbers", Integer.toString(kind));
        }
        switch (kind) {
            case TABLE -> values.table = table();
            case MONOTONIC -> {
                skipMonotonic(documents + 1L);
                values.isReadable = false;
                return;
            }
            case CONSTANT -> values.first = meta.readLong();
            default -> {
                values.first = form == Form.LUCENE_45 && kind == DELTA ? 0 : meta.readLong();
                values.factor = kind == FACTOR ? meta.readLong() : 1;
            }
        }
        if (form != Form.LUCENE_45 && kind != CONSTANT) {
            values.bits = meta.readVInt();
            if (values.bits < 1 || values.bits > Long.SIZE) {
                throw meta.corrupt("1 to 64 bits", Integer.toString(values.bits));
            }
        }
    }

    private long[] table() throws IOException {
        int count = meta.readVInt();
        if (count < 0 || count > MAX_TABLE) {
            throw meta.corrupt("a table of at most " + MAX_TABLE, Integer.toString(count));
        }
        long[] table = new long[count];
        for (int i = 0; i < count; i++) {
            table[i] = meta.readLong();
        }
        return table;
    }

    private void skipMonotonic(long count) throws IOException {
        if (form.isFrom(Form.LUCENE_54)) {
            Monotonic.read(meta, count, meta.readVInt());
        } else {
            meta.readVInt();
            meta.readVInt();
        }
    }

    private void skipBytes() throws IOException {
        int kind = meta.readVInt();
        meta.readLong();
        meta.readVInt();
        meta.readVInt();
        long count = meta.readVLong();
        meta.readLong();
        if (kind == VARIABLE_BYTES) {
            meta.readLong();
            skipMonotonic(count + 1);
            if (form.isFrom(Form.LUCENE_54)) {
                meta.readLong();
            }
        } else if (kind == PREFIX_BYTES) {
            if (!form.isFrom(Form.LUCENE_410)) {
                meta.readVInt();
            }
            meta.readLong();
            meta.readVInt();
            meta.readVInt();
            if (form.isFrom(Form.LUCENE_410)) {
                meta.readLong();
            }
        } else if (kind != 0) {
            throw meta.corrupt("a form of bytes", Integer.toString(kind));
        }
    }

    private void skipSets() throws IOException {
        boolean hasForm = form != Form.LUCENE_45 || version >= 1;
        if (hasForm && meta.readVInt() == TABLE_OF_SETS && form.isFrom(Form.LUCENE_50)) {
            meta.skip((long) meta.readCount(false, Long.BYTES) * Long.BYTES);
            meta.skip((long) meta.readCount(false, Integer.BYTES) * Integer.BYTES);
        }
    }
}
