package io.sluice.backfill;

/**
 * Whether the stored bytes of a document can go into a bulk body as they are.
 *
 * <p>A server keeps the encoding in which a document was sent: JSON text, or SMILE, CBOR or YAML. JSON
 * objects begin with a brace behind white space and perhaps a byte order mark; the others never do.
 */
final class SourceForm {

    /** The rule's name for documents whose source is not JSON text. */
    static final String NOT_JSON = "source_not_json";

    /** The rule's name for documents without a stored source. */
    static final String NOT_STORED = "source_not_stored";

    /** Until Elasticsearch 5 queries were registered as documents of this type, in the index that they were for. */
    static final String PERCOLATOR_TYPE = ".percolator";

    /** The rule's name for such queries: no search shows them as documents, and later servers keep them in a field of their own. */
    static final String PERCOLATOR = "percolator_query";

    private SourceForm() {}

    static boolean isJsonObject(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        if (length >= 3 && bytes[at] == (byte) 0xEF && bytes[at + 1] == (byte) 0xBB && bytes[at + 2] == (byte) 0xBF) {
            at += 3;
        }
        while (at < end && isWhiteSpace(bytes[at])) {
            at++;
        }
        return at < end && bytes[at] == '{';
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
