package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Room;
import io.sluice.capture.read.Run;
import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Forgotten;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Mark;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a proxy says besides its fragments and heartbeats, in every partition.
 *
 * <p>Thread-safe.
 */
final class Announcer {

    private final RecorderSettings settings;
    private final Envelope envelope;
    private final Appender appender;
    private final Gate[] gates;
    private final long replaces;

    /**
     * @param replaces the run before this one, or 0
     */
    Announcer(RecorderSettings settings, Envelope envelope, Appender appender, Gate[] gates, long replaces) {
        this.settings = settings;
        this.envelope = envelope;
        this.appender = appender;
        this.gates = gates;
        this.replaces = replaces;
    }

    /**
     * Says hello.
     *
     * @return the hellos' stamps by partition, 0 where it was not wanted; empty if the journal has no room
     */
    long[] hello(Predicate<Integer> wanted) {
        long[] stamps = new long[settings.partitions()];
        for (int partition = 0; partition < stamps.length; partition++) {
            if (wanted.test(partition)) {
                stamps[partition] = appender.append(partition, new ControlDraft(this::hello), Room.RESERVE);
                if (stamps[partition] == Journal.NO_ROOM) {
                    return new long[0];
                }
            }
        }
        return stamps;
    }

    Record.Builder hello() {
        return envelope.record()
                .setHello(Hello.newBuilder()
                        .setReplaces(replaces)
                        .setMember(Member.newBuilder()
                                .setProxy(Envelope.bytes(envelope.proxy()))
                                .setIncarnation(envelope.incarnation())
                                .setAdmin(settings.admin())));
    }

    /** See {@link KafkaRecorder#mark}. */
    CompletableFuture<MarkReceipt> mark(String name, Map<String, String> properties) {
        int partitions = settings.partitions();
        CompletableFuture<MarkReceipt> done = new CompletableFuture<>();
        AtomicReferenceArray<MarkReceipt.InPartition> receipts = new AtomicReferenceArray<>(partitions);
        AtomicInteger left = new AtomicInteger(partitions);
        for (int i = 0; i < partitions; i++) {
            int partition = i;
            Mark.Builder mark = Mark.newBuilder().setName(name).putAllProperties(properties);
            long stamp = appender.append(partition, new ControlDraft(() -> mark(mark, partition)), Room.RESERVE);
            if (stamp == Journal.NO_ROOM) {
                done.completeExceptionally(new CaptureException(
                        "The mark \"%s\" was not written: the journal is full, broken or closed, or the mark is too large."
                                .formatted(name)));
                return done;
            }
            receipts.set(partition, receipt(partition, stamp, mark));
            gates[partition].whenAcknowledged(stamp, () -> {
                if (left.decrementAndGet() == 0) {
                    Run run = new Run(envelope.proxy(), envelope.incarnation());
                    done.complete(new MarkReceipt(name, run, all(receipts)));
                }
            });
        }
        return done;
    }

    private Record.Builder mark(Mark.Builder mark, int partition) {
        mark.clearOpen();
        appender.open(partition).all().forEach(exchange -> mark.addOpen(exchange.describe()));
        return envelope.record().setMark(mark);
    }

    private static MarkReceipt.InPartition receipt(int partition, long stamp, Mark.Builder mark) {
        return new MarkReceipt.InPartition(
                partition,
                stamp,
                mark.getOpenList().stream()
                        .map(open -> new MarkReceipt.Open(open.getConnection(), open.getExchange(), open.getBegan()))
                        .toList());
    }

    private static List<MarkReceipt.InPartition> all(AtomicReferenceArray<MarkReceipt.InPartition> receipts) {
        List<MarkReceipt.InPartition> all = new ArrayList<>();
        for (int i = 0; i < receipts.length(); i++) {
            all.add(receipts.get(i));
        }
        return all;
    }

    boolean forget(UUID proxy, long incarnation) {
        return everywhere(Room.RESERVE, () -> forgotten(proxy, incarnation));
    }

    Record.Builder forgotten(UUID proxy, long incarnation) {
        return envelope.record()
                .setForgotten(
                        Forgotten.newBuilder().setProxy(Envelope.bytes(proxy)).setIncarnation(incarnation));
    }

    boolean compromised(Compromised compromised) {
        return everywhere(Room.RESERVE, () -> envelope.record().setCompromised(compromised));
    }

    /** The last words of this run. */
    boolean goodbye() {
        return everywhere(Room.LAST, () -> envelope.record().setGoodbye(Goodbye.getDefaultInstance()));
    }

    private boolean everywhere(Room room, Supplier<Record.Builder> record) {
        for (int partition = 0; partition < settings.partitions(); partition++) {
            if (appender.append(partition, new ControlDraft(record), room) == Journal.NO_ROOM) {
                return false;
            }
        }
        return true;
    }
}
