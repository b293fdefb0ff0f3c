package io.sluice.transform;

import org.jspecify.annotations.Nullable;

/**
 * Makes of a stored source what the target gets, or says by which rule it gets nothing.
 *
 * <p>The bytes belong to this object, or are those of the source, until the next {@link #shape} or {@link #forget}; an array beyond 1 MB
 * is not used again. Not safe for use by several threads.
 */
public final class DocumentShaper {

    private static final byte[] NOTHING = {};

    private final DocumentRules rules;
    private final JsonSource converted = new JsonSource();
    private final @Nullable DocumentQuery query;
    private final @Nullable SourceValues values;
    private final @Nullable FieldCut cut;

    private byte[] bytes = NOTHING;
    private int offset;
    private int length;

    /** Shapes documents by these rules. */
    public DocumentShaper(DocumentRules rules) {
        this.rules = rules;
        this.query = rules.query().isEmpty() ? null : rules.parsedQuery();
        this.values = query == null ? null : new SourceValues(query);
        this.cut = rules.drop().isEmpty() ? null : new FieldCut(rules.drop());
    }

    /** Whether the document with the id {@code id[0, length)} is part of the sample. */
    public boolean samples(byte[] id, int length) {
        return rules.samples(id, length);
    }

    /**
     * Shapes {@code source[offset, +length)}: makes JSON of it, asks the query, cuts fields.
     *
     * @return false when the query does not want it
     * @throws UnreadableSourceException when no JSON can be made of it
     */
    public boolean shape(byte[] source, int offset, int length) throws UnreadableSourceException {
        SourceEncoding encoding = SourceEncoding.of(source, offset, length);
        if (encoding == SourceEncoding.JSON) {
            take(source, offset, length);
        } else {
            converted.convert(encoding, source, offset, length);
            take(converted.bytes(), 0, converted.length());
        }
        if (query != null && values != null) {
            values.read(bytes, this.offset, this.length);
            if (!query.matches(values)) {
                return false;
            }
        }
        if (cut != null && cut.cut(bytes, this.offset, this.length)) {
            take(cut.bytes(), 0, cut.length());
        }
        return true;
    }

    private void take(byte[] array, int from, int count) {
        bytes = array;
        offset = from;
        length = count;
    }

    /** Lets go of the bytes, which may be many: whoever got them keeps them as long as needed. */
    public void forget() {
        take(NOTHING, 0, 0);
    }

    /** JSON in {@code [offset(), +length())}. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where it begins. */
    public int offset() {
        return offset;
    }

    /** How long it is. */
    public int length() {
        return length;
    }
}
