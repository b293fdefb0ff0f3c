package io.sluice.transform;

import java.io.IOException;
import java.util.List;

/** What an index keeps of one document besides its source, by Lucene's field names. */
public interface FieldReader {

    /**
     * The stored values of a field in their order.
     *
     * @return each a String, byte[], Integer, Long, Float or Double
     */
    List<Object> stored(String field) throws IOException;

    /**
     * The doc values of a field in the order in which they are kept.
     *
     * @return each a Long, as the server encoded it, or a byte[]
     */
    List<Object> column(String field) throws IOException;
}
