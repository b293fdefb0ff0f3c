package io.sluice.verify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** How many documents of each index a part had. */
final class Tally {

    private final Map<String, long[]> counts = new TreeMap<>();

    private static final int READ_AT_SOURCE = 0;
    private static final int READ_AT_TARGET = 1;
    private static final int NOT_COMPARED = 2;
    private static final int UNCHANGED = 3;
    private static final int COUNTS = 4;

    private long[] of(String targetIndex) {
        return counts.computeIfAbsent(targetIndex, index -> new long[COUNTS]);
    }

    void read(Side side, String targetIndex) {
        of(targetIndex)[side == Side.SOURCE ? READ_AT_SOURCE : READ_AT_TARGET]++;
    }

    void notCompared(String targetIndex) {
        of(targetIndex)[NOT_COMPARED]++;
    }

    /** One of the source was not written since it was verified. */
    void unchanged(String targetIndex) {
        of(targetIndex)[UNCHANGED]++;
    }

    void clear() {
        counts.clear();
    }

    /** As a line for the account. */
    String line(int part) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put(Account.PART, part);
        ObjectNode read = line.putObject(Account.READ);
        counts.forEach((index, of) -> read.putObject(index)
                .put(Account.SOURCE, of[READ_AT_SOURCE])
                .put(Account.TARGET, of[READ_AT_TARGET])
                .put(Account.NOT_COMPARED, of[NOT_COMPARED])
                .put(Account.UNCHANGED, of[UNCHANGED]));
        return line.toString();
    }
}
