package io.sluice.lucene4;

import java.io.IOException;

/** The numbers of one field, one a document; asked for in the order of documents. Belongs to one cursor. */
interface Column {

    /** What stands for a document that has none. */
    long NONE = -1;

    long get(int document) throws IOException;

    /** A field that no document has. */
    static Column empty() {
        return document -> NONE;
    }
}
