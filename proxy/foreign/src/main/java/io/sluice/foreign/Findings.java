package io.sluice.foreign;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What of a foreign capture is not as it should be: how often each kind, and the first of all by name. */
public final class Findings {

    private static final int MOST_NAMED = 100;

    /** Kinds of findings. */
    public enum Kind {
        /** A line that is not a key and a record in base64. */
        UNREADABLE_LINES(true),
        /** The file ends in the middle: what stood behind is not known. */
        CUT_FILES(true),
        /** Records that hold no traffic, such as signs of life. */
        RECORDS_WITHOUT_TRAFFIC(false),
        /** Records that came a second time. */
        REPEATED_RECORDS(false),
        /** A connection lacks pieces. */
        GAPS(true),
        /** A connection had begun before the capture did. */
        BEGUN_BEFORE(true),
        /** Observations of a kind that is not known here. */
        UNKNOWN_OBSERVATIONS(true),
        /** Observations without a time. */
        WITHOUT_TIME(true),
        /** Bytes that are not the HTTP that is expected there; the connection is read on behind that request. */
        NOT_HTTP(true),
        /** Bytes to a client that asked for nothing. */
        STRAY_ANSWERS(true),
        /** Requests that the foreign proxy was told not to capture. */
        SUPPRESSED_REQUESTS(false),
        /** Exchanges without an end: what became of them is not known. */
        UNFINISHED_EXCHANGES(true),
        /** Connections that changed their protocol: what followed is not HTTP. */
        TUNNELS(true),
        /** Connections that were left alone as too many were open at once. */
        CROWDED_OUT(true);

        private final boolean loss;

        Kind(boolean loss) {
            this.loss = loss;
        }

        /** Whether exchanges may be lacking, or parts of some. */
        public boolean isLoss() {
            return loss;
        }

        /** Its name in documents. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<String> named = new ArrayList<>();

    void add(Kind kind, long line, String detail) {
        counts.merge(kind, 1L, Long::sum);
        if (named.size() < MOST_NAMED) {
            named.add("line " + line + ": " + kind.label() + ": " + detail);
        }
    }

    /** How often each kind was found; those that were not are not in it. */
    public Map<Kind, Long> counts() {
        return Map.copyOf(counts);
    }

    /** How often one kind was found. */
    public long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** The first hundred, each with the line of the file in which it was found. No bytes of the traffic stand in them. */
    public List<String> named() {
        return List.copyOf(named);
    }

    /** Whether exchanges may be lacking, or parts of some. */
    public boolean hasLosses() {
        return counts.keySet().stream().anyMatch(Kind::isLoss);
    }
}
