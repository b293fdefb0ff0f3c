package io.sluice.snapshot;

import java.io.IOException;
import java.util.List;

/** What a document has of the fields of a {@link FieldSelection}. Valid as long as the cursor stands on the document. */
public interface FieldValues {

    /**
     * The stored values of a field in the order in which they were stored, none when there are none.
     *
     * @return each a String, byte[], Integer, Long, Float or Double
     */
    List<Object> stored(String field) throws IOException;

    /**
     * The doc values of a field in the order in which they are kept: numbers by their size, with repeats; terms by their
     * bytes, without. None when there are none.
     *
     * @return each a Long, as the mapper encoded it, or a byte[]
     * @throws UnknownCodecException when they are in a format that is not read, which is named
     */
    List<Object> column(String field) throws IOException;
}
