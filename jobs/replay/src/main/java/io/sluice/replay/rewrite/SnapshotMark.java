package io.sluice.replay.rewrite;

import io.sluice.capture.read.Run;
import io.sluice.replay.mark.ProxyMark;
import io.sluice.replay.mark.SnapshotRecord;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The moment before the snapshot that the backfill carries: what the source answered before it is in the snapshot.
 *
 * <p>It says less than {@link SnapshotRecord} knows, and nothing that is not certain: one stamp for each run, that of its earliest
 * mark, as a rewriter does not look at partitions; and no index that lacks a shard, as nobody says in which shard a
 * document lies. What lies between is replayed, and its fence makes that harmless.
 *
 * @param stamps of each run of a proxy the stamp of its earliest mark, in nanoseconds since 1970
 * @param indices the indices of which the snapshot has every shard, each with its creation date in milliseconds since 1970, or 0 if
 *     that is not known
 * @param others indices that lived at the mark, and of which nothing is known: the snapshot lacks a shard, or was not asked for
 *     them. Any other is not in the snapshot because it was gone when the snapshot began
 * @param young of the others, those of which the clocks do not tell whether they were made before the mark, with their creation dates
 */
public record SnapshotMark(
        Map<Run, Long> stamps, Map<String, Long> indices, Set<String> others, Map<String, Long> young)
        implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** How far the clocks of two proxies, or of a proxy and the source, may be apart, in nanoseconds. */
    private static final long CLOCKS_APART = 60_000_000_000L;

    public SnapshotMark {
        stamps = Map.copyOf(stamps);
        indices = Map.copyOf(indices);
        others = Set.copyOf(others);
        young = Map.copyOf(young);
    }

    /** One beside which no indices are known. */
    SnapshotMark(Map<Run, Long> stamps, Map<String, Long> indices, Set<String> others) {
        this(stamps, indices, others, Map.of());
    }

    /**
     * From what is known of a snapshot.
     *
     * @return null when nothing is known to be in it: it is not over, or no proxy marked the moment
     */
    public static @Nullable SnapshotMark of(SnapshotRecord record) {
        if (record.stage() != SnapshotRecord.Stage.TAKEN || record.marks().isEmpty()) {
            return null;
        }
        Map<Run, Long> stamps = new HashMap<>();
        for (ProxyMark mark : record.marks()) {
            mark.partitions().stream()
                    .mapToLong(ProxyMark.InPartition::stamp)
                    .min()
                    .ifPresent(earliest -> stamps.put(mark.run(), earliest));
        }
        Set<String> lacking = new HashSet<>();
        record.failed().forEach(shard -> lacking.add(shard.index()));
        Map<String, Long> whole = new HashMap<>();
        for (SnapshotRecord.HeldIndex index : record.indices()) {
            if (!lacking.contains(index.name())) {
                whole.put(index.name(), index.created());
            }
        }
        return new SnapshotMark(stamps, whole, lacking);
    }

    /**
     * The same, of which more is known.
     *
     * @param living indices that the source has now, each with its creation date in milliseconds since 1970, or 0
     */
    public SnapshotMark with(Map<String, Long> living) {
        long first = first();
        Set<String> all = new HashSet<>(others);
        Map<String, Long> near = new HashMap<>();
        living.forEach((index, created) -> {
            long stamp = created * NANOS_PER_MILLI;
            if (!indices.containsKey(index) && stamp <= first + CLOCKS_APART) {
                all.add(index);
                if (stamp >= first - CLOCKS_APART) {
                    near.put(index, created);
                }
            }
        });
        return new SnapshotMark(stamps, indices, all, near);
    }

    /** Whether an index of which an answer told before the mark was gone when the snapshot began. */
    boolean isGone(String index) {
        return !indices.containsKey(index) && !others.contains(index);
    }

    /**
     * Whether an answer came before the mark. Of a run that wrote none that is certain where a later one of the same proxy did: it was
     * over by then.
     */
    boolean isBefore(Run run, long answered) {
        if (answered == 0) {
            return false;
        }
        Long stamp = stamps.get(run);
        return stamp == null ? hasSuccessor(run) : answered < stamp;
    }

    private boolean hasSuccessor(Run run) {
        return stamps.keySet().stream()
                .anyMatch(later -> later.proxy().equals(run.proxy()) && later.incarnation() > run.incarnation());
    }

    /**
     * The same, and also of a run that wrote none and answered well before the others wrote theirs: it was over, or it would have been
     * asked for one. For what does harm when it is done again; a document's write does none.
     */
    boolean isBeforeOfAny(Run run, long answered) {
        return isBefore(run, answered)
                || (answered != 0
                        && !stamps.isEmpty()
                        && !stamps.containsKey(run)
                        && answered < first() - CLOCKS_APART);
    }

    private long first() {
        return stamps.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    /**
     * Whether an answer may have come before the index was made that is in the snapshot, or that lives: it told of one of the same name before
     * then. By the source's clock, which nobody has compared with those of the proxies.
     */
    boolean mayBeOfOlderIndex(String index, long answered) {
        return answered < created(index) + CLOCKS_APART;
    }

    /** Whether it did, if the clocks agree. */
    boolean isOfOlderIndex(String index, long answered) {
        return answered < created(index);
    }

    private long created(String index) {
        long millis = indices.getOrDefault(index, young.getOrDefault(index, 0L));
        return millis == 0 ? -CLOCKS_APART : millis * NANOS_PER_MILLI;
    }
}
