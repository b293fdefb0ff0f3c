package io.sluice.verify;

import io.sluice.cluster.ServerInfo;
import io.sluice.cluster.ServerInfo.Flavor;

/**
 * How a cluster is read page by page. Chosen by its version and not by trying: on an older Elasticsearch the request that opens a point
 * in time would be one that indexes a document.
 */
public enum Paging {
    /** Any version; its pages cannot be asked for again. */
    SCROLL,
    /** A point in time of Elasticsearch since 7.10, unless its distribution refuses that. */
    PIT,
    /** A point in time of OpenSearch since 2.4. */
    POINT_IN_TIME;

    private static final int FIRST_PIT = 710;
    private static final int FIRST_POINT_IN_TIME = 204;

    /** The best that a server has. */
    static Paging of(ServerInfo info) {
        String[] numbers = info.version().split("[.-]", -1);
        int minor = numbers.length > 1 && numbers[1].matches("\\d{1,2}") ? Integer.parseInt(numbers[1]) : 0;
        int version = info.major() * 100 + minor;
        if (info.flavor() == Flavor.OPENSEARCH) {
            return version >= FIRST_POINT_IN_TIME ? POINT_IN_TIME : SCROLL;
        }
        return version >= FIRST_PIT ? PIT : SCROLL;
    }
}
