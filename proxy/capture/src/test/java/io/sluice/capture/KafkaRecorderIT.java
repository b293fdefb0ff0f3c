package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Uncaptured;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Record;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recorder and a real Kafka. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class KafkaRecorderIT {

    private static final int PARTITIONS = 4;
    private static final int KILLS = Boolean.getBoolean("sluice.long") ? 10 : 1;

    private static KafkaProcess kafka;

    @TempDir
    Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = KafkaProcess.start(KafkaSetup.single());
    }

    @AfterAll
    static void stopKafka() throws IOException {
        kafka.close();
    }

    private RecorderSettings.Builder settings(Capture capture, String proxy) {
        return RecorderSettings.of(capture.topic(), PARTITIONS, capture.kafka(), folder.resolve(proxy))
                .journalBytes(16 << 20)
                .recordBytes(64 << 10)
                .admin(proxy + ":9299")
                .ackTimeout(Duration.ofSeconds(1));
    }

    private static Set<String> wholeWrites(Capture.Content content) {
        Set<String> bodies = new HashSet<>();
        for (CapturedExchange exchange : content.exchanges()) {
            String body = exchange.request().body().toStringUtf8();
            if (exchange.write() && exchange.isWhole()) {
                assertThat(exchange.answer().body().toStringUtf8()).isEqualTo("answer to " + body);
                bodies.add(body);
            }
        }
        return bodies;
    }

    private static void assertKept(Capture.Content content, Set<String> acknowledged) {
        assertThat(content.report().violations()).isEmpty();
        assertThat(content.troubles()).isEmpty();
        assertThat(wholeWrites(content)).containsAll(acknowledged);
    }

    @Test
    void everyExchangeComesBackWholeAndInOrder() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            Traffic traffic = new Traffic(recorder, acknowledged::add);
            traffic.start(40, "client");
            Until.isTrue("2,000 writes", () -> traffic.done() > 2_000);
            Traffic.read(recorder, "a read");
            traffic.stop();
        }

        Capture.Content content = capture.read();
        assertKept(content, acknowledged);
        assertThat(content.report().openExchanges()).isZero();
        assertThat(content.report().repeats()).isZero();
        assertThat(content.controls(Record.KindCase.HELLO)).hasSize(PARTITIONS);
        assertThat(content.controls(Record.KindCase.GOODBYE)).hasSize(PARTITIONS);
        assertThat(content.exchanges())
                .as("all is before the last heartbeats")
                .allSatisfy(exchange -> assertThat(exchange.answer().ended())
                        .isLessThan(Collections.min(content.times().values())));
        assertThat(content.exchanges()).anySatisfy(exchange -> {
            assertThat(exchange.write()).isFalse();
            assertThat(exchange.isWhole()).isTrue();
        });
    }

    @Test
    void heartbeatsNameTheRosterTheAdminPortAndTheClock() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            Until.isTrue("heartbeats", () -> recorder.status().counts().heartbeats() > 20L * PARTITIONS);

            RecorderStatus status = recorder.status();
            assertThat(status.state()).isEqualTo(RecorderStatus.State.OK);
            assertThat(status.proxies()).singleElement().satisfies(proxy -> {
                assertThat(proxy.proxy()).isEqualTo(status.proxy());
                assertThat(proxy.admin()).isEqualTo("p:9299");
                assertThat(proxy.silentMillis()).isLessThan(5_000);
            });
        }

        Heartbeat last = lastHeartbeat(capture);
        assertThat(last.getRosterList())
                .singleElement()
                .satisfies(member -> assertThat(member.getAdmin()).isEqualTo("p:9299"));
        assertThat(last.hasClockOffsetNanos()).isTrue();
        assertThat(Math.abs(last.getClockOffsetNanos()))
                .isLessThan(Duration.ofSeconds(1).toNanos());
    }

    private static Heartbeat lastHeartbeat(Capture capture) {
        Heartbeat[] last = {Heartbeat.getDefaultInstance()};
        try (var topic = new CaptureTopic(capture.kafka(), capture.topic())) {
            topic.readToEnd((partition, offset, key, value) -> {
                Record record = parse(value);
                last[0] = record.hasHeartbeat() ? record.getHeartbeat() : last[0];
            });
        }
        return last[0];
    }

    private static Record parse(byte[] value) {
        try {
            return Record.parseFrom(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theJournalStandsInWhileKafkaIsFrozen() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            Traffic traffic = new Traffic(recorder, acknowledged::add);
            traffic.start(8, "client");
            Until.isTrue("writes", () -> traffic.done() > 100);

            kafka.suspend();
            long before = traffic.done();
            Until.isTrue("spilling", () -> recorder.status().state() == RecorderStatus.State.SPILLING);
            Until.isTrue("writes go on", () -> traffic.done() > before + 500);
            assertThat(recorder.status().journalBytesUsed()).isPositive();
            assertThat(recorder.status().oldestUnacknowledgedMillis()).isGreaterThan(900);

            kafka.resume();
            Until.isTrue("ok again", () -> recorder.status().state() == RecorderStatus.State.OK);
            traffic.stop();
        } finally {
            kafka.resume();
        }
        assertKept(capture.read(), acknowledged);
    }

    @Test
    void nothingIsLostWhenKafkaIsKilledUnderLoad() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            Traffic traffic = new Traffic(recorder, acknowledged::add);
            traffic.start(8, "client");
            for (int round = 0; round < KILLS; round++) {
                long before = traffic.done();
                Until.isTrue("writes", () -> traffic.done() > before + 200);
                kafka.kill();
                long killed = traffic.done();
                Until.isTrue("writes go on", () -> traffic.done() > killed + 200);
                assertThat(recorder.status().journalBytesUsed()).isPositive();
                kafka.restart();
                Until.isTrue("ok again", () -> recorder.status().state() == RecorderStatus.State.OK);
            }
            traffic.stop();
        }
        assertKept(capture.read(), acknowledged);
    }

    @Test
    void newWritesAreRefusedAndForwardedOnesAreAnsweredWhenThePolicyIsToReject() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        RecorderSettings settings =
                settings(capture, "p").onKafkaFailure(OnKafkaFailure.REJECT).build();
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            kafka.suspend();
            boolean answered = Traffic.write(recorder, "forwarded before the failure showed");
            assertThat(answered).isTrue();
            assertThat(recorder.admission()).isEqualTo(Admission.KAFKA_FAILS);
            assertThat(recorder.status().state()).isEqualTo(RecorderStatus.State.REJECTING);

            kafka.resume();
            Until.isTrue("admitted again", () -> recorder.admission() == Admission.ADMITTED);
        } finally {
            kafka.resume();
        }
        assertKept(capture.read(), Set.of("forwarded before the failure showed"));
    }

    @Test
    void theCaptureSaysThatItIsCompromisedWhenThePolicyIsToForward() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        RecorderSettings settings =
                settings(capture, "p").onKafkaFailure(OnKafkaFailure.FORWARD).build();
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            kafka.suspend();
            Traffic.write(recorder, "first");
            Until.isTrue("compromised", () -> recorder.status().state() == RecorderStatus.State.COMPROMISED);
            Traffic.write(recorder, "second");

            kafka.resume();
            Until.isTrue("ok again", () -> recorder.status().state() == RecorderStatus.State.OK);
        } finally {
            kafka.resume();
        }
        Capture.Content content = capture.read();
        assertKept(content, Set.of("first", "second"));
        List<Compromised> said = content.controls(Record.KindCase.COMPROMISED).stream()
                .map(Record::getCompromised)
                .toList();
        assertThat(said).hasSize(2 * PARTITIONS);
        assertThat(said.stream().filter(Compromised::hasUntil)).hasSize(PARTITIONS);
        assertThat(said)
                .extracting(Compromised::getSince)
                .containsOnly(said.get(0).getSince());
    }

    @Test
    void theSourceSeesNoEndOfAWriteThatKafkaDoesNotHaveWithBeforeForward() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        RecorderSettings settings = settings(capture, "p")
                .durability(Durability.BEFORE_FORWARD)
                .onKafkaFailure(OnKafkaFailure.REJECT)
                .ackTimeout(Duration.ofSeconds(3))
                .build();
        AtomicBoolean forwarded = new AtomicBoolean();
        AtomicBoolean refused = new AtomicBoolean();
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            assertThat(Traffic.write(recorder, "before")).isTrue();
            kafka.suspend();
            ExchangeRecorder exchange = recorder.connection("c:1").exchange(true, false);
            exchange.request(Traffic.head(), Traffic.bytes("after"), true);
            exchange.whenForwardable(() -> forwarded.set(true), () -> refused.set(true));

            Until.isTrue("refused", refused::get);
            assertThat(forwarded).isFalse();
            exchange.cut(CutReason.REFUSED_BY_PROXY);
            kafka.resume();
            Until.isTrue("admitted", () -> recorder.admission() == Admission.ADMITTED);
        } finally {
            kafka.resume();
        }
        Capture.Content content = capture.read();
        assertKept(content, Set.of("before"));
        assertThat(content.exchanges())
                .filteredOn(exchange -> exchange.request().body().toStringUtf8().equals("after"))
                .singleElement()
                .satisfies(exchange -> assertThat(exchange.answer().cut()).isEqualTo(Cut.REFUSED_BY_PROXY));
    }

    @Test
    void theEndOfAnAnswerWaitsForKafkaWithBeforeResponseFull() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        RecorderSettings settings = settings(capture, "p")
                .durability(Durability.BEFORE_RESPONSE_FULL)
                .ackTimeout(Duration.ofSeconds(30))
                .build();
        AtomicBoolean answerable = new AtomicBoolean();
        AtomicBoolean completable = new AtomicBoolean();
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            ExchangeRecorder exchange = recorder.connection("c:1").exchange(true, false);
            exchange.request(Traffic.head(), Traffic.bytes("x"), true);
            exchange.whenAnswerable(() -> answerable.set(true));
            Until.isTrue("answerable", answerable::get);

            kafka.suspend();
            exchange.answer(Traffic.answerHead(), Traffic.bytes("y"), true);
            exchange.whenCompletable(() -> completable.set(true));
            Until.isTrue("in flight", () -> recorder.status().waiting() == 1);
            assertThat(completable).isFalse();

            kafka.resume();
            Until.isTrue("completable", completable::get);
        } finally {
            kafka.resume();
        }
    }

    @Test
    void aFullJournalRefusesWritesAndCountsTheReadsThatPass() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        RecorderSettings settings = settings(capture, "p").journalBytes(4 << 20).build();
        try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
            ExchangeRecorder forwarded = recorder.connection("c:1").exchange(true, false);
            forwarded.request(Traffic.head(), Traffic.bytes("forwarded"), true);
            kafka.suspend();
            ConnectionRecorder filling = recorder.connection("c:2");
            for (int size = 60_000; recorder.admission() == Admission.ADMITTED; ) {
                ExchangeRecorder exchange = filling.exchange(true, false);
                if (exchange.request(Traffic.head(), ByteBuffer.allocate(size), true)) {
                    exchange.answer(Traffic.answerHead(), Traffic.bytes("z"), true);
                } else {
                    exchange.cut(CutReason.REFUSED_BY_PROXY);
                    size /= 2; // what is left has room for smaller ones
                }
            }
            assertThat(recorder.admission()).isEqualTo(Admission.JOURNAL_FULL);
            Traffic.read(recorder, "passes uncaptured");
            forwarded.answer(Traffic.answerHead(), Traffic.bytes("answer to forwarded"), true);
            Until.isTrue("compromised", () -> recorder.status().counts().uncapturedReads() == 1);

            kafka.resume();
            Until.isTrue("ok again", () -> recorder.status().state() == RecorderStatus.State.OK);
        } finally {
            kafka.resume();
        }
        Capture.Content content = capture.read();
        assertThat(content.report().violations()).isEmpty();
        assertThat(content.troubles()).isEmpty();
        assertThat(content.exchanges()).anySatisfy(exchange -> {
            assertThat(exchange.request().body().toStringUtf8()).isEqualTo("forwarded");
            assertThat(exchange.isWhole()).isTrue();
        });
        assertThat(content.controls(Record.KindCase.COMPROMISED))
                .filteredOn(record -> record.getCompromised().hasUntil())
                .hasSize(PARTITIONS)
                .allSatisfy(
                        record -> assertThat(record.getCompromised().getReads()).isEqualTo(1));
    }

    @Test
    void aMarkLiesInEveryPartitionAndNamesWhatIsOpen() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            ExchangeRecorder open = recorder.connection("c:1").exchange(true, false);
            open.request(Traffic.head(), Traffic.bytes("open"), true);

            MarkReceipt receipt =
                    recorder.mark("snapshot", Map.of("uuid", "abc")).get(30, TimeUnit.SECONDS);

            assertThat(receipt.run().proxy()).isEqualTo(recorder.status().proxy());
            assertThat(receipt.run().incarnation()).isEqualTo(recorder.status().incarnation());
            assertThat(receipt.partitions()).hasSize(PARTITIONS);
            assertThat(receipt.partitions().stream().flatMap(in -> in.open().stream()))
                    .singleElement()
                    .satisfies(exchange -> assertThat(exchange.connection()).isEqualTo(1));
            open.answer(Traffic.answerHead(), Traffic.bytes("answer to open"), true);
        }
        Capture.Content content = capture.read();
        assertKept(content, Set.of("open"));
        assertThat(content.controls(Record.KindCase.MARK)).hasSize(PARTITIONS).allSatisfy(record -> {
            assertThat(record.getMark().getName()).isEqualTo("snapshot");
            assertThat(record.getMark().getPropertiesMap()).containsEntry("uuid", "abc");
        });
    }

    @Test
    void aHeartbeatThatIsOneTooHighIsFoundOut() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder =
                KafkaRecorder.open(settings(capture, "p").build(), InstantSource.system(), lowest -> lowest + 1)) {
            Traffic traffic = new Traffic(recorder, acknowledged::add);
            traffic.start(32, "client");
            Until.isTrue(
                    "a heartbeat that was not true", () -> !violations(capture).isEmpty());
            traffic.stop();
        }

        assertThat(violations(capture))
                .anySatisfy(violation -> assertThat(violation).contains("which was not true"));
    }

    private static List<String> violations(Capture capture) {
        try {
            return capture.read().report().violations();
        } catch (UnreadableRecordException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatCouldNotBeSentIsSentAgainAndLaterSendsGoOn() throws Exception {
        byte[] random = new byte[40_000];
        new Random(1).nextBytes(random);
        String incompressible = Base64.getEncoder().encodeToString(random);
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            Traffic traffic = new Traffic(recorder, acknowledged::add);
            traffic.start(8, "client");
            Until.isTrue("writes", () -> traffic.done() > 100);

            capture.setting("max.message.bytes", "10000");
            ExchangeRecorder large = recorder.connection("c:1").exchange(true, false);
            large.request(Traffic.head(), Traffic.bytes(incompressible), true);
            Until.isTrue("a failed send", () -> recorder.status().counts().producerRestarts() > 1);
            capture.setting("max.message.bytes", "1000000");
            large.answer(Traffic.answerHead(), Traffic.bytes("answer to " + incompressible), true);
            AtomicBoolean answerable = new AtomicBoolean();
            large.whenAnswerable(() -> answerable.set(true));

            Until.isTrue("answerable", answerable::get);
            Until.isTrue("ok again", () -> recorder.status().state() == RecorderStatus.State.OK);
            traffic.stop();
        }
        Capture.Content content = capture.read();
        assertKept(content, acknowledged);
        assertThat(wholeWrites(content)).contains(incompressible);
    }

    @Test
    void theNextRunTellsWhatTheLastOneCouldNot() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        RecorderSettings settings = settings(capture, "p").build();
        try (Journal journal = Journal.open(
                settings.journal(), settings.journalBytes(), settings.recordBytes(), InstantSource.system())) {
            journal.remember(new Uncaptured(5, 2, 3));
        }

        KafkaRecorder.open(settings).close();
        KafkaRecorder.open(settings).close();

        assertThat(capture.read().controls(Record.KindCase.COMPROMISED))
                .hasSize(PARTITIONS)
                .allSatisfy(record -> {
                    assertThat(record.getCompromised().getSince()).isEqualTo(5);
                    assertThat(record.getCompromised().hasUntil()).isTrue();
                    assertThat(record.getCompromised().getWrites()).isEqualTo(2);
                    assertThat(record.getCompromised().getReads()).isEqualTo(3);
                });
    }

    @Test
    void exchangesThatAreOpenWhenTheProxyStopsAreCut() throws Exception {
        Capture capture = Capture.create(kafka, PARTITIONS);
        try (KafkaRecorder recorder = KafkaRecorder.open(settings(capture, "p").build())) {
            ExchangeRecorder open = recorder.connection("c:1").exchange(true, false);
            open.request(Traffic.head(), Traffic.bytes("open"), true);
        }

        assertThat(capture.read().exchanges())
                .singleElement()
                .satisfies(exchange -> assertThat(exchange.answer().cut()).isEqualTo(Cut.PROXY_STOPPED));
    }

    @Test
    void whatIsWrongWithTheTopicIsSaid() throws Exception {
        Capture five = Capture.create(kafka, 5);
        assertThatThrownBy(() -> KafkaRecorder.open(settings(five, "p").build()))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("has 5 partitions, but 4 are configured");

        Capture small = Capture.create(kafka, PARTITIONS, Map.of("max.message.bytes", "20000"));
        assertThatThrownBy(() -> KafkaRecorder.open(settings(small, "p").build()))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("max.message.bytes");

        Capture none = Capture.existing(kafka.address(), "nothing-here");
        assertThatThrownBy(() -> KafkaRecorder.open(settings(none, "p").build()))
                .isInstanceOf(CaptureException.class)
                .hasMessage("There is no topic nothing-here. Create it with: sluice capture create-topic.");
    }
}
