package io.sluice.capture;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Room;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records into a journal, and from there into Kafka.
 *
 * <p>Threads: the callers append; {@link Publisher} carries the journal into Kafka; {@link Watch} sees whether that works;
 * {@link Forcer} writes the journal to the disk when it does not; {@link RosterTail} sees who else writes into the topic.
 */
public final class KafkaRecorder implements Recorder {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaRecorder.class);

    private static final long POLL_NANOS = 1_000_000;

    private final RecorderSettings settings;
    private final Journal journal;
    private final Envelope envelope;
    private final Gate[] gates;
    private final Roster roster;
    private final FleetClock stamps;
    private final Pulse pulse;
    private final Publisher publisher;
    private final Forcer forcer;
    private final Appender appender;
    private final Announcer announcer;
    private final Incident incident;
    private final Watch watch;
    private final RosterTail tail;
    private final Spread spread;
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean closing;
    private boolean closed;

    private KafkaRecorder(
            RecorderSettings settings,
            Journal journal,
            KafkaClients clients,
            InstantSource clock,
            FleetClock stamps,
            HeartbeatPolicy beats) {
        this.settings = settings;
        this.journal = journal;
        this.stamps = stamps;
        long replaces = journal.incarnation();
        this.envelope = new Envelope(journal.proxy(), journal.beginIncarnation());
        this.gates = new Gate[settings.partitions()];
        for (int i = 0; i < gates.length; i++) {
            gates[i] = new Gate();
        }
        this.roster = new Roster(envelope.proxy());
        this.pulse = new Pulse(settings.topic(), settings.partitions(), envelope, roster, clock, beats);
        this.publisher = new Publisher(journal, settings.topic(), gates, pulse, clients::producer);
        this.forcer = new Forcer(journal, gates);
        this.appender = new Appender(journal, envelope, settings, gates, this::appended);
        this.announcer = new Announcer(settings, envelope, appender, gates, replaces);
        this.incident = new Incident(journal, appender, announcer::compromised);
        this.watch = new Watch(journal, settings, publisher, pulse, gates, forcer, stamps, this::lookAround);
        TopicPartition last = new TopicPartition(settings.topic(), settings.partitions() - 1);
        this.tail = new RosterTail(() -> clients.consumer("roster"), last, roster, stamps);
        this.spread = new Spread(settings.partitions());
    }

    /**
     * Opens the journal, publishes what an earlier run left in it, says hello, and is then ready for clients.
     *
     * @throws CaptureException if Kafka did not answer in time, or the topic is not as it must be
     * @throws io.sluice.capture.journal.JournalException if the journal cannot be used
     */
    public static KafkaRecorder open(RecorderSettings settings) throws IOException {
        return open(settings, InstantSource.system(), HeartbeatPolicy.TRUE);
    }

    static KafkaRecorder open(RecorderSettings settings, InstantSource clock, HeartbeatPolicy beats)
            throws IOException {
        FleetClock stamps = new FleetClock(clock);
        Journal journal = Journal.open(settings.journal(), settings.journalBytes(), settings.recordBytes(), stamps);
        KafkaClients clients = new KafkaClients(settings, "sluice-" + journal.proxy());
        try {
            new TopicCheck(settings, clients)
                    .require(System.nanoTime() + settings.startTimeout().toNanos());
            KafkaRecorder recorder = new KafkaRecorder(settings, journal, clients, clock, stamps, beats);
            recorder.begin(clients);
            return recorder;
        } catch (KafkaException e) {
            journal.close();
            throw new CaptureException(
                    "The capture cannot begin: Kafka at %s says: %s"
                            .formatted(settings.kafka().get("bootstrap.servers"), rootMessage(e)),
                    e);
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** Kafka's clients say what is wrong in the innermost exception. */
    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private void begin(KafkaClients clients) throws IOException {
        boolean ready = false;
        try (Tails tails =
                new Tails(clients.consumer("tails"), settings.topic(), settings.partitions(), roster, stamps)) {
            publisher.start();
            publisher.eager();
            publishRemains();
            long deadline = System.nanoTime() + settings.startTimeout().toNanos();
            tails.read(deadline);
            stamps.requireReaches(tails.highest());
            join(tails, deadline);
            requireRightClock(tails.ahead(), deadline);
            tail.start(tails.position(new TopicPartition(settings.topic(), settings.partitions() - 1)));
            ready = true;
        } finally {
            if (!ready) {
                stop(publisher::stop);
            }
        }
        publisher.calm();
        incident.tellRemembered();
        publisher.beating(true);
        forcer.start();
        watch.start();
        LOG.info(
                "Proxy {} records into topic {} as incarnation {}.",
                envelope.proxy(),
                settings.topic(),
                envelope.incarnation());
    }

    /** Leaves again if not: whoever reads would wait for this proxy. */
    private void requireRightClock(Duration ahead, long deadline) throws CaptureException {
        try {
            FleetClock.requireNear(ahead);
        } catch (CaptureException e) {
            if (!sayGoodbye(deadline)) {
                LOG.warn("Kafka did not take the goodbye in time; the next start publishes it.");
            }
            throw e;
        }
    }

    /** What an earlier run left in the journal goes first, however much it is, as long as Kafka takes some of it. */
    private void publishRemains() throws CaptureException {
        long position = -1;
        long deadline = 0;
        while (journal.acknowledged() != journal.tail()) {
            if (journal.acknowledged() != position) {
                position = journal.acknowledged();
                deadline = System.nanoTime() + settings.startTimeout().toNanos();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new CaptureException(
                        "The capture did not begin in time: Kafka at %s does not take what the journal in %s holds. Does it run, and may this client write to topic %s?"
                                .formatted(
                                        settings.kafka().get("bootstrap.servers"),
                                        settings.journal(),
                                        settings.topic()));
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    /** Says hello until it stands above every heartbeat in front of it. Others beat meanwhile, and their clocks may be ahead. */
    private void join(Tails tails, long deadline) throws IOException {
        long margin = 0;
        long[] hellos = sayHello(tails.highest(), partition -> true);
        while (true) {
            awaitAcknowledged(hellos, deadline);
            Set<Integer> overtaken = tails.verify(hellos, envelope, deadline);
            if (overtaken.isEmpty()) {
                return;
            }
            margin = Math.max(100_000_000, 2 * margin);
            hellos = sayHello(tails.highest() + margin, overtaken::contains);
        }
    }

    private long[] sayHello(long floor, Predicate<Integer> wanted) throws CaptureException {
        journal.raiseStamp(floor);
        long[] stamps = announcer.hello(wanted);
        if (stamps.length == 0) {
            throw new CaptureException(
                    "The journal in %s has no room for a hello: it is full of what Kafka has not acknowledged. Make it larger, or wait until Kafka works."
                            .formatted(settings.journal()));
        }
        return stamps;
    }

    private void awaitAcknowledged(long[] stamps, long deadline) throws CaptureException {
        CountDownLatch left = new CountDownLatch(stamps.length);
        for (int partition = 0; partition < stamps.length; partition++) {
            gates[partition].whenAcknowledged(stamps[partition], left::countDown);
        }
        try {
            if (!left.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new CaptureException(
                        "The capture did not begin in time: Kafka at %s did not acknowledge the hello. Does it run, and may this client write to topic %s?"
                                .formatted(settings.kafka().get("bootstrap.servers"), settings.topic()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("The capture was interrupted while it began.", e);
        }
    }

    private void appended() {
        publisher.appended();
        forcer.appended();
    }

    @Override
    public ConnectionRecorder connection(String client) {
        return new JournalConnection(appender, spread, connections.incrementAndGet(), client);
    }

    @Override
    public Admission admission() {
        if (journal.broken() != null) {
            return Admission.JOURNAL_BROKEN;
        }
        if (watch.failing() && settings.onKafkaFailure() == OnKafkaFailure.REJECT) {
            return Admission.KAFKA_FAILS;
        }
        return journal.hasRoom(Room.ORDINARY) ? Admission.ADMITTED : Admission.JOURNAL_FULL;
    }

    /**
     * Writes a mark into every partition.
     *
     * @param properties what is to be kept with it
     * @return completes when Kafka has all of them; fails if the journal has no room
     */
    public CompletableFuture<MarkReceipt> mark(String name, Map<String, String> properties) {
        return announcer.mark(name, properties);
    }

    /**
     * Tells all readers that a silent proxy will not come back: it holds back time no more.
     *
     * @return whether the journal took it; it reaches Kafka in its turn
     */
    public boolean forget(UUID proxy, long incarnation) {
        return announcer.forget(proxy, incarnation);
    }

    /** What is looked at ten times a second, on the watch's thread. */
    private void lookAround() {
        if (closing) {
            return;
        }
        long now = System.nanoTime();
        appender.settleDebts();
        incident.look(watch.passing(), now);
        if (roster.isForgotten(envelope.proxy(), envelope.incarnation())) {
            comeBack();
        }
        settings.deadAfter().ifPresent(limit -> forgetSilent(limit.toMillis(), now));
    }

    private void comeBack() {
        LOG.error(
                "This proxy was declared forgotten while it lives: what it wrote meanwhile comes late for readers. It says hello again.");
        long[] hellos = announcer.hello(partition -> true);
        if (hellos.length > 0) {
            roster.heard(announcer.hello().setStamp(hellos[0]).build(), System.nanoTime());
        }
    }

    private void forgetSilent(long limitMillis, long now) {
        for (RecorderStatus.Proxy proxy : roster.silent(now)) {
            if (!proxy.proxy().equals(envelope.proxy()) && proxy.silentMillis() > limitMillis) {
                LOG.warn(
                        "Proxy {} has been silent for {} ms and is declared forgotten.",
                        proxy.proxy(),
                        proxy.silentMillis());
                if (announcer.forget(proxy.proxy(), proxy.incarnation())) {
                    roster.heard(
                            announcer
                                    .forgotten(proxy.proxy(), proxy.incarnation())
                                    .build(),
                            now);
                }
            }
        }
    }

    /** How the recorder is now. Cheap enough for every scrape, not for every request. */
    public RecorderStatus status() {
        int waiting = 0;
        for (Gate gate : gates) {
            waiting += gate.waiting();
        }
        Admission admission = admission();
        return new RecorderStatus(
                envelope.proxy(),
                envelope.incarnation(),
                state(admission),
                reason(admission),
                journal.bytesUsed(),
                journal.bound(),
                watch.age() / 1_000_000,
                publisher.inFlight(),
                waiting,
                spread.connections(),
                counts(),
                roster.status(System.nanoTime()));
    }

    private RecorderStatus.State state(Admission admission) {
        return switch (admission) {
            case JOURNAL_BROKEN -> RecorderStatus.State.BROKEN;
            case KAFKA_FAILS, JOURNAL_FULL -> RecorderStatus.State.REJECTING;
            case ADMITTED ->
                incident.isOpen()
                        ? RecorderStatus.State.COMPROMISED
                        : watch.failing() ? RecorderStatus.State.SPILLING : RecorderStatus.State.OK;
        };
    }

    private String reason(Admission admission) {
        String broken = journal.broken();
        return switch (admission) {
            case JOURNAL_BROKEN -> broken == null ? "" : broken;
            case KAFKA_FAILS -> "Kafka acknowledges nothing";
            case JOURNAL_FULL -> "the journal is full of what Kafka has not acknowledged";
            case ADMITTED ->
                incident.isOpen() ? incident.reason() : watch.failing() ? "Kafka acknowledges nothing" : "";
        };
    }

    private RecorderStatus.Counts counts() {
        return new RecorderStatus.Counts(
                appender.records.sum(),
                publisher.acknowledgedRecords(),
                appender.writes.sum(),
                appender.reads.sum(),
                appender.refusedWrites.sum(),
                appender.uncapturedWrites.sum(),
                appender.uncapturedReads.sum(),
                pulse.acknowledged(),
                publisher.restarts());
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        closing = true;
        long deadline = System.nanoTime() + settings.drainTimeout().toNanos();
        stop(watch::stop);
        cutOpenExchanges();
        incident.close();
        publisher.eager();
        journal.seal();
        boolean drained = awaitDrained(deadline) && awaitPromised(deadline) && sayGoodbye(deadline);
        if (!drained) {
            LOG.warn(
                    "Kafka did not acknowledge {} bytes of the journal in time; the next start publishes them.",
                    journal.bytesUsed());
        }
        stop(tail::stop);
        stop(publisher::stop);
        stop(forcer::stop);
        try {
            journal.close();
        } catch (IOException e) {
            LOG.warn("The journal's folder could not be let go: {}", e.getMessage());
        }
    }

    private void cutOpenExchanges() {
        List<JournalExchange> open = new ArrayList<>();
        journal.exclusively(() -> {
            for (int partition = 0; partition < settings.partitions(); partition++) {
                open.addAll(appender.open(partition).all());
            }
        });
        open.forEach(exchange -> exchange.cut(CutReason.PROXY_STOPPED));
    }

    private boolean awaitDrained(long deadline) {
        while (journal.acknowledged() != journal.tail()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        return true;
    }

    /** A goodbye moves no time: without one more heartbeat, what came since the last would never be due for who reads it. */
    private boolean awaitPromised(long deadline) {
        long last = journal.lastStamp();
        while (pulse.promised() <= last) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        return true;
    }

    private boolean sayGoodbye(long deadline) {
        publisher.beating(false);
        return announcer.goodbye() && awaitDrained(deadline);
    }

    /** Ends one of our threads. */
    private interface Stop {
        void run() throws InterruptedException;
    }

    private static void stop(Stop stop) {
        try {
            stop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
