package io.sluice.verify;

import io.sluice.cluster.IndexLine;
import org.jspecify.annotations.Nullable;

/** How many documents are asked for at a time: so many that a page has some megabytes. */
final class PageSizes {

    private static final int MOST = 2_000;
    private static final int LEAST = 10;
    private static final long PAGE_BYTES = 4L << 20;

    /** What is stored is compressed, and indexed besides. */
    private static final int SOURCE_OF_STORED = 2;

    private PageSizes() {}

    static int of(@Nullable IndexLine index) {
        if (index == null || index.documents() <= 0 || index.bytes() <= 0) {
            return MOST;
        }
        long document = Math.max(1, SOURCE_OF_STORED * index.bytes() / index.documents());
        return (int) Math.max(LEAST, Math.min(MOST, PAGE_BYTES / document));
    }
}
