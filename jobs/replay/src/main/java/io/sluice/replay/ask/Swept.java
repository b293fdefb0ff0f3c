package io.sluice.replay.ask;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a sweep has read of an index. The next one need not read documents below that, if all that came of this one was written.
 *
 * @param uuid of the index
 * @param checkpoints of each shard the number up to which every copy had all operations before it was read
 */
public record Swept(String uuid, Map<Integer, Long> checkpoints) {
    public Swept {
        checkpoints = Map.copyOf(checkpoints);
    }

    /** For {@link #parse}: the UUID, and behind it each shard with its number. */
    public String text() {
        StringBuilder text = new StringBuilder(uuid);
        new TreeMap<>(checkpoints)
                .forEach((shard, number) ->
                        text.append(' ').append(shard).append('=').append(number));
        return text.toString();
    }

    /** What {@link #text} told. */
    public static Swept parse(String text) {
        String[] parts = text.split(" ", -1);
        Map<Integer, Long> checkpoints = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            checkpoints.put(
                    Integer.valueOf(parts[i].substring(0, equals)), Long.valueOf(parts[i].substring(equals + 1)));
        }
        return new Swept(parts[0], checkpoints);
    }
}
