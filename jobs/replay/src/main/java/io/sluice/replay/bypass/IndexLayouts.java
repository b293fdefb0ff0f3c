package io.sluice.replay.bypass;

import io.sluice.source.IndexNumbers;
import io.sluice.transform.ShardLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * Tells all senders how indices of the source are laid out, so that the number of whatever is settled is known by its shard at once, long before
 * anybody asks for it.
 *
 * @param byIndex by name
 */
public record IndexLayouts(Map<String, ShardLayout> byIndex) implements OperatorEvent {

    private static final long serialVersionUID = 1L;

    public IndexLayouts {
        byIndex = Map.copyOf(byIndex);
    }

    /** What was told. Belongs to one thread. */
    static final class Told {

        private final Map<String, String> uuids = new HashMap<>();

        /** Those of a look that the senders do not know; they do after this. */
        IndexLayouts news(Map<String, IndexNumbers> look) {
            Map<String, ShardLayout> news = new HashMap<>();
            uuids.keySet().retainAll(look.keySet());
            look.forEach((name, numbers) -> {
                ShardLayout layout = numbers.layout();
                if (layout != null && !numbers.uuid().equals(uuids.put(name, numbers.uuid()))) {
                    news.put(name, layout);
                }
            });
            return new IndexLayouts(news);
        }

        /** They have forgotten these. */
        void forget(Predicate<String> which) {
            uuids.keySet().removeIf(which);
        }

        /** There are others now. */
        void clear() {
            uuids.clear();
        }
    }
}
