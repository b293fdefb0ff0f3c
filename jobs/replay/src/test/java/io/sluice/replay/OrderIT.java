package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.Recorder;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Rewriter;
import io.sluice.replay.send.RecordingTarget;
import io.sluice.replay.send.RecordingTarget.Arrival;
import io.sluice.state.JobSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When, and in which order, requests arrive at the target. */
class OrderIT {

    private static final Logger LOG = LoggerFactory.getLogger(OrderIT.class);

    private static final boolean LONG = Boolean.getBoolean("sluice.long");
    private static final Duration PACED = Duration.ofSeconds(LONG ? 60 : 8);

    /** Until a JVM that is new has compiled most of what it runs; a replay is at work for hours. */
    private static final Duration WARM_UP = Duration.ofSeconds(LONG ? 60 : 0);

    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int AROUND_A_DELETION = 30;
    private static final long WINDOW_MILLIS = 250;

    /**
     * How punctual it is on two cores that have Kafka, the writers, the replay and the target to do, in milliseconds. A
     * build shares them with whatever else runs there, so only the long one holds it to what it can.
     */
    private static final long PUNCTUAL = LONG ? 250 : 2_500;

    /** As many threads, one after the other, have a part in what is measured. */
    private static final int PARTS = 5;

    private static final AtomicBoolean CRASH = new AtomicBoolean();

    @TempDir
    private Path folder;

    /** The rules, and a crash of the whole job when it is ordered. */
    private static final class Crashing implements Rewriting.Maker {
        private static final long serialVersionUID = 1L;

        @Override
        public Rewriting make() {
            Rewriter rewriter = new Rewriter(RewriteRules.DEFAULT);
            return exchange -> {
                if (CRASH.getAndSet(false)) {
                    throw new AssertionError("a crash that the test ordered");
                }
                return rewriter.rewrite(exchange);
            };
        }
    }

    @Test
    void requestsLeaveInTheOrderOfTimeWhenTheyAreDue() throws Exception {
        try (CaptureKafka kafka = CaptureKafka.start(folder);
                RecordingTarget target = RecordingTarget.start();
                Recorder recorder = kafka.recorder();
                Stalls stalls = Stalls.start();
                RunningReplay replay = RunningReplay.start(
                        kafka.spec(new Crashing(), target.endpoint(), 1),
                        kafka.state(),
                        2,
                        JobSettings.CHECKPOINT_EVERY);
                SteadyWriters writers = SteadyWriters.start(recorder, "paced")) {
            replay.await(status -> status.path("caught_up").asBoolean());
            watch(replay, WARM_UP);
            int before = target.arrivals().size();

            List<Double> lags = watch(replay, PACED);

            LOG.info("Lag in seconds: {}; longest stall {} ms", spread(lags), stalls.longestMillis());
            isPaced(target.arrivals(), before, writers, PUNCTUAL + PARTS * stalls.longestMillis());
            assertThat(percentile(lags, 0.99))
                    .as("lag in seconds: %s", spread(lags))
                    .isLessThan((CaptureKafka.DELAY.toMillis() + PUNCTUAL + PARTS * stalls.longestMillis()) / 1e3 + 1);

            deleteBetweenWrites(recorder);
            crash(replay, target, stalls);
            pause(kafka, replay, target, stalls);

            nothingCrossedTheDeletion(target.arrivals());
            noDocumentWentBack(target.arrivals(), writers);
        } finally {
            CRASH.set(false);
        }
    }

    private static List<Double> watch(RunningReplay replay, Duration length) throws Exception {
        List<Double> lags = new ArrayList<>();
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            lags.add(replay.status().path("lag_seconds").asDouble());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return lags;
    }

    private static void isPaced(List<Arrival> arrivals, int from, SteadyWriters writers, long punctual) {
        List<Double> errors = new ArrayList<>();
        List<Double> overtaken = new ArrayList<>();
        long latest = 0;
        for (Arrival arrival : arrivals.subList(from, arrivals.size())) {
            SteadyWriters.Sent sent = writers.sent(arrival.fence());
            errors.add((double) (arrival.millis() - sent.millis() - CaptureKafka.DELAY.toMillis()));
            overtaken.add((double) Math.max(0, latest - sent.untilMillis()));
            latest = Math.max(latest, sent.millis());
        }
        LOG.info("Milliseconds after they were due, of {} writes: {}", errors.size(), spread(errors));
        LOG.info("Milliseconds by which a later one came before: {}", spread(overtaken));
        assertThat(errors).hasSizeGreaterThan((int) (PACED.toSeconds() * SteadyWriters.PER_SECOND / 2));
        assertThat(percentile(errors, 0)).as("before its time").isGreaterThan(-5);
        assertThat(percentile(errors, 0.99)).as(spread(errors)).isLessThan(punctual);
        assertThat(percentile(overtaken, 1))
                .as("order of time: %s", spread(overtaken))
                .isLessThan(punctual);
    }

    private static void deleteBetweenWrites(Recorder recorder) {
        ConnectionRecorder connection = recorder.connection("127.0.0.1:99");
        for (int number = 1; number <= 2 * AROUND_A_DELETION; number++) {
            String id = String.valueOf(number);
            SteadyWriters.record(
                    connection,
                    "PUT /walled/_doc/" + id,
                    "{}",
                    "{\"_index\":\"walled\",\"_id\":\"%s\",\"result\":\"created\",\"_seq_no\":%s}".formatted(id, id));
            if (number == AROUND_A_DELETION) {
                SteadyWriters.record(connection, "DELETE /walled", "", "{\"acknowledged\":true}");
            }
        }
        connection.close();
    }

    private static void nothingCrossedTheDeletion(List<Arrival> arrivals) {
        List<String> those = arrivals.stream()
                .map(Arrival::what)
                .filter(what -> what.contains("walled"))
                .toList();
        List<String> before = those.subList(0, those.indexOf("DELETE /walled"));
        List<String> after = those.subList(those.lastIndexOf("DELETE /walled") + 1, those.size());
        assertThat(before).hasSameElementsAs(writes(1, AROUND_A_DELETION));
        assertThat(after).hasSameElementsAs(writes(AROUND_A_DELETION + 1, 2 * AROUND_A_DELETION));
    }

    private static List<String> writes(int from, int to) {
        List<String> writes = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            writes.add("index walled/" + number);
        }
        return writes;
    }

    /** What was lost is made up for, and never faster than it was said. */
    private static void crash(RunningReplay replay, RecordingTarget target, Stalls stalls) throws Exception {
        replay.await(status -> status.at("/exchanges/held").asInt() < SteadyWriters.PER_SECOND);
        awaitArrival(target, "DELETE /walled");
        awaitArrival(target, "index walled/" + 2 * AROUND_A_DELETION);
        long from = System.currentTimeMillis();
        CRASH.set(true);
        await(() -> !CRASH.get());
        Instant later = Instant.ofEpochMilli(from).plusSeconds(2); // by then it is down, or up again
        JsonNode status = replay.await(now -> now.path("caught_up").asBoolean()
                && Instant.parse(now.path("updated").asText()).isAfter(later));
        LOG.info("Caught up {} ms after a crash: {}", System.currentTimeMillis() - from, status.path("lag_seconds"));
        isNoBurst(target, from, stalls.longestMillis());
    }

    private static void isNoBurst(RecordingTarget target, long from, long stallMillis) {
        assertThat(most(target.arrivals(), from))
                .as("writes in %d ms", WINDOW_MILLIS)
                .isLessThan(CaptureKafka.CATCH_UP
                        * SteadyWriters.PER_SECOND
                        * (WINDOW_MILLIS + PUNCTUAL / 2 + 2 * stallMillis)
                        / 1000);
    }

    private static void pause(CaptureKafka kafka, RunningReplay replay, RecordingTarget target, Stalls stalls)
            throws Exception {
        order(kafka, 1, true);
        replay.await(status -> status.path("state").asText().equals("paused"));
        int paused = target.arrivals().size();
        long end = System.nanoTime() + PAUSE.toNanos();
        await(() -> System.nanoTime() > end);
        assertThat(target.arrivals().size() - paused)
                .as("what was under way when it was paused")
                .isLessThan((int) (SteadyWriters.PER_SECOND * (PUNCTUAL + PARTS * stalls.longestMillis()) / 1000));
        long from = System.currentTimeMillis();
        order(kafka, 2, false);
        int resumed = target.arrivals().size();
        await(() -> target.arrivals().size() > resumed + 2 * SteadyWriters.PER_SECOND);
        isNoBurst(target, from, stalls.longestMillis());
    }

    private static void order(CaptureKafka kafka, int number, boolean paused) throws Exception {
        Path control = kafka.state().resolve(ReplaySpec.CONTROL);
        Files.createDirectories(control.getParent());
        Files.writeString(control, "{\"number\":%d,\"paused\":%s,\"speed\":1}".formatted(number, paused));
    }

    /** How many arrived in any window. */
    private static long most(List<Arrival> arrivals, long from) {
        long[] times = arrivals.stream()
                .mapToLong(Arrival::millis)
                .filter(millis -> millis >= from)
                .sorted()
                .toArray();
        long most = 0;
        for (int first = 0, last = 0; last < times.length; last++) {
            while (times[last] - times[first] >= WINDOW_MILLIS) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** Repeats apart, which a crash makes: each document was written in the order of its sequence numbers. */
    private static void noDocumentWentBack(List<Arrival> arrivals, SteadyWriters writers) {
        Map<String, Long> newest = new HashMap<>();
        Map<Long, Integer> times = new HashMap<>();
        for (Arrival arrival : arrivals) {
            if (arrival.what().startsWith("index paced") && times.merge(arrival.fence(), 1, Integer::sum) == 1) {
                String document = writers.sent(arrival.fence()).document();
                Long before = newest.put(document, arrival.fence());
                assertThat(before == null || before < arrival.fence())
                        .as("%s: %s after %d", document, arrival, before)
                        .isTrue();
            }
        }
    }

    private static void awaitArrival(RecordingTarget target, String what) {
        await(() ->
                target.arrivals().stream().anyMatch(arrival -> arrival.what().equals(what)));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static double percentile(List<Double> values, double part) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * part)];
    }

    private static String spread(List<Double> values) {
        return "least %s, half %s, 90 %% %s, 99 %% %s, most %s"
                .formatted(Arrays.stream(new double[] {0, 0.5, 0.9, 0.99, 1})
                        .mapToObj(part -> percentile(values, part))
                        .toArray());
    }
}
