package io.sluice.lucene9;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.util.BytesRef;

/** The doc values of one field, whatever their type, to be walked over once. */
@FunctionalInterface
interface FieldColumn {

    /** A field that no document has. */
    FieldColumn EMPTY = (document, into) -> {};

    /**
     * Adds the values of a document.
     *
     * @param document never before that of the last call
     * @param into gets each a Long or a byte[]
     */
    void read(int document, List<Object> into) throws IOException;

    static FieldColumn of(DocValuesProducer producer, FieldInfo field) throws IOException {
        return switch (field.getDocValuesType()) {
            case NONE -> EMPTY;
            case NUMERIC -> of(producer.getNumeric(field));
            case SORTED_NUMERIC -> of(producer.getSortedNumeric(field));
            case BINARY -> of(producer.getBinary(field));
            case SORTED -> of(producer.getSorted(field));
            case SORTED_SET -> of(producer.getSortedSet(field));
        };
    }

    private static FieldColumn of(NumericDocValues values) {
        return (document, into) -> {
            if (values.advanceExact(document)) {
                into.add(values.longValue());
            }
        };
    }

    private static FieldColumn of(SortedNumericDocValues values) {
        return (document, into) -> {
            if (values.advanceExact(document)) {
                for (int i = values.docValueCount(); i > 0; i--) {
                    into.add(values.nextValue());
                }
            }
        };
    }

    private static FieldColumn of(BinaryDocValues values) {
        return (document, into) -> {
            if (values.advanceExact(document)) {
                into.add(copy(values.binaryValue()));
            }
        };
    }

    private static FieldColumn of(SortedDocValues values) {
        Terms terms = new Terms(ordinal -> values.lookupOrd((int) ordinal));
        return (document, into) -> {
            if (values.advanceExact(document)) {
                into.add(terms.of(values.ordValue()));
            }
        };
    }

    private static FieldColumn of(SortedSetDocValues values) {
        Terms terms = new Terms(values::lookupOrd);
        return (document, into) -> {
            if (values.advanceExact(document)) {
                for (int i = values.docValueCount(); i > 0; i--) {
                    into.add(terms.of(values.nextOrd()));
                }
            }
        };
    }

    private static byte[] copy(BytesRef bytes) {
        return BytesRef.deepCopyOf(bytes).bytes;
    }

    /**
     * Terms by their ordinal. Each is found by decompressing a block of them somewhere in the file, and most fields have
     * few different ones, so those met are kept.
     */
    final class Terms {

        private static final int MAX_KEPT = 2048;
        private static final int MAX_KEPT_LENGTH = 256;

        private final Lookup lookup;
        private final Map<Long, byte[]> kept = new HashMap<>();

        private interface Lookup {
            BytesRef of(long ordinal) throws IOException;
        }

        private Terms(Lookup lookup) {
            this.lookup = lookup;
        }

        private byte[] of(long ordinal) throws IOException {
            byte[] term = kept.get(ordinal);
            if (term == null) {
                term = copy(lookup.of(ordinal));
                if (kept.size() >= MAX_KEPT) {
                    kept.clear();
                }
                if (term.length <= MAX_KEPT_LENGTH) {
                    kept.put(ordinal, term);
                }
            }
            return term;
        }
    }
}
