package io.sluice.replay.mark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.read.Run;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A snapshot and the marks that were written before it was asked for: {@code snapshot.json} in the state of a migration.
 *
 * @param repository what the source calls the repository
 * @param name of the snapshot
 * @param uuid of the snapshot; its name where the repository has nothing better, and empty before {@link Stage#TAKEN}
 * @param stage see {@link Stage}
 * @param indices what it holds; empty before {@link Stage#TAKEN}
 * @param failed shards that it lacks although it has their index
 * @param askedMillis when the marks were asked for, in milliseconds since 1970 by the clock of who asked; 0 if that is not known
 * @param marks one for each proxy that recorded then; empty when nobody did, or when the snapshot is not known to be younger
 *     than its marks. Then nothing is known to be in the snapshot.
 * @param numbers by an index's UUID and shard, the sequence number up to which the source had done every operation before the
 *     snapshot was asked for; nothing of indices of which the source does not tell any
 */
public record SnapshotRecord(
        String repository,
        String name,
        String uuid,
        Stage stage,
        List<HeldIndex> indices,
        List<FailedShard> failed,
        long askedMillis,
        List<ProxyMark> marks,
        Map<String, Map<Integer, Long>> numbers) {

    /** How far it has come. */
    public enum Stage {
        /** The marks are in Kafka. Whether the snapshot was asked for is not known. */
        MARKED,
        /** The source has begun it after the marks. */
        BEGUN,
        /** It is over, and what it holds is known. */
        TAKEN
    }

    /** Copies the lists. */
    public SnapshotRecord {
        indices = List.copyOf(indices);
        failed = List.copyOf(failed);
        marks = List.copyOf(marks);
        numbers = Map.copyOf(numbers);
    }

    /**
     * An index of the snapshot.
     *
     * @param uuid its incarnation, {@code index.uuid}
     * @param created its creation date, in milliseconds since 1970 by the source's clock; 0 if that is not known
     * @param shards those that the snapshot holds whole
     */
    public record HeldIndex(String name, String uuid, long created, List<Integer> shards) {
        /** Copies the shards. */
        public HeldIndex {
            shards = List.copyOf(shards);
        }
    }

    /** A shard that the snapshot lacks. */
    public record FailedShard(String index, int shard, String reason) {}

    /** With a repository, a name and marks, and nothing known of the snapshot. */
    public static SnapshotRecord marked(String repository, String name, List<ProxyMark> marks) {
        return new SnapshotRecord(repository, name, "", Stage.MARKED, List.of(), List.of(), 0, marks, Map.of());
    }

    /** The same, with when the marks were asked for by the clock of who asked. */
    public SnapshotRecord asked(Instant when) {
        return new SnapshotRecord(repository, name, uuid, stage, indices, failed, when.toEpochMilli(), marks, numbers);
    }

    /** The same, with what the source had done before. */
    public SnapshotRecord with(Map<String, Map<Integer, Long>> doneBefore) {
        return new SnapshotRecord(repository, name, uuid, stage, indices, failed, askedMillis, marks, doneBefore);
    }

    /** The same, once the source has begun it. */
    public SnapshotRecord begun() {
        return new SnapshotRecord(repository, name, "", Stage.BEGUN, List.of(), List.of(), askedMillis, marks, numbers);
    }

    /** The same, once it is over. */
    public SnapshotRecord taken(String knownUuid, List<HeldIndex> held, List<FailedShard> lacking) {
        return new SnapshotRecord(repository, name, knownUuid, Stage.TAKEN, held, lacking, askedMillis, marks, numbers);
    }

    /** What the snapshot holds, to be asked often. */
    public Contents contents() {
        Map<String, Set<Integer>> shards = new HashMap<>();
        if (stage == Stage.TAKEN) {
            indices.forEach(index -> shards.put(index.uuid(), new HashSet<>(index.shards())));
        }
        Map<Run, ProxyMark> byRun = new HashMap<>();
        marks.forEach(mark -> byRun.put(mark.run(), mark));
        return new Contents(shards, byRun);
    }

    /**
     * Capture time from which on the capture must be read so that nothing is missed that the snapshot may lack: the start of the
     * oldest exchange that was open at a mark, else the oldest mark. Stamps may be ahead of all other clocks; then it is as long
     * before the marks were asked for. Empty without marks: then all of it must be read.
     */
    public OptionalLong readFrom() {
        return marks.stream()
                .flatMap(mark -> mark.partitions().stream())
                .mapToLong(mark -> mark.needed() - ahead(mark.stamp()))
                .min();
    }

    private long ahead(long stamp) {
        return askedMillis == 0 ? 0 : Math.max(0, stamp - TimeUnit.MILLISECONDS.toNanos(askedMillis));
    }

    /** What is in the snapshot for certain. Serializable by its parts only: make one where it is used. */
    public static final class Contents {

        private final Map<String, Set<Integer>> shards;
        private final Map<Run, ProxyMark> marks;

        private Contents(Map<String, Set<Integer>> shards, Map<Run, ProxyMark> marks) {
            this.shards = shards;
            this.marks = marks;
        }

        /** Whether the snapshot holds a shard of an index whole. */
        public boolean holds(String indexUuid, int shard) {
            return shards.getOrDefault(indexUuid, Set.of()).contains(shard);
        }

        /**
         * Whether something was recorded before the snapshot was asked for.
         *
         * @param stamp of a record of that run in that partition
         * @return false also when that run wrote no mark there
         */
        public boolean isBeforeMark(Run run, int partition, long stamp) {
            ProxyMark mark = marks.get(run);
            return mark != null && mark.isBefore(partition, stamp);
        }

        /**
         * Whether what a write did to a document is in the snapshot. Deletes are asked for too, and are to be replayed all the
         * same: a write that was answered late may lie behind one.
         *
         * @param answered the stamp of the answer's last fragment
         */
        public boolean isInSnapshot(Run run, int partition, long answered, String indexUuid, int shard) {
            return isBeforeMark(run, partition, answered) && holds(indexUuid, shard);
        }
    }

    /** As it is kept. */
    public ObjectNode toJson() {
        return SnapshotRecordForm.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException when it is something else; the message says what
     */
    public static SnapshotRecord of(JsonNode json) {
        return SnapshotRecordForm.read(json);
    }
}
