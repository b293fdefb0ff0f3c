package io.sluice.replay.clock;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.replay.ReplaySpec;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.Counts;
import io.sluice.replay.account.Result;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.bypass.BypassSight;
import io.sluice.replay.conduct.Conductor.Sight;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;

/** The JSON that {@code replay status} shows. Used by one thread at a time. */
final class StatusReport {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    /** Behind now by no more than this beyond the delay counts as caught up, in milliseconds. */
    private static final long AT_THE_EDGE_MILLIS = 1_000;

    /** The rate is taken over this long, so that it neither jumps nor lags. */
    private static final long RATE_MILLIS = 5_000;

    private static final String BEYOND_PROMISES = "%d exchanges are not sent: the capture has no heartbeat behind them";

    private record Sample(long atMillis, long exchanges) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    ObjectNode of(Sight sight, Tempo tempo, long clockMillis, long nowMillis, Reading reading, ReplaySpec spec) {
        long confirmed = sight.confirmed() / NANOS_PER_MILLI;
        boolean known = confirmed > 0;
        ObjectNode status = JSON.objectNode();
        status.put("state", tempo.paused() ? "paused" : "running");
        status.put("number", System.currentTimeMillis());
        status.put("applied", tempo.number());
        status.put("updated", Instant.ofEpochMilli(nowMillis).toString());
        putTime(status, "captured_until", sight.time() / NANOS_PER_MILLI);
        putTime(status, "replayed_until", confirmed);
        putTime(status, "clock", clockMillis);
        if (known) {
            status.put("lag_seconds", Math.max(0, nowMillis - confirmed) / MILLIS_PER_SECOND);
        } else {
            status.putNull("lag_seconds");
        }
        putHowFar(sight, nowMillis, reading, spec, status);
        status.set("exchanges", exchanges(sight));
        status.set("items", counts(sight.items()));
        ReadsReport.put(sight.breakdown(), status);
        status.put("due", sight.due());
        status.put("retries", sight.retries());
        if (tempo.speed() == Tempo.MAX) {
            status.put("speed", "max");
        } else {
            status.put("speed", tempo.speed());
        }
        status.put(
                "rate",
                rate(nowMillis, sight.exchanges().captured() - sight.exchanges().held()));
        status.put("held_by_target", tempo.held());
        status.put("waiting_for", waitingFor(sight, reading, spec));
        ObjectNode failed = status.putObject("failed_backfills");
        new TreeMap<>(sight.failedBackfills()).forEach(failed::put);
        return status;
    }

    private static void putHowFar(Sight sight, long nowMillis, Reading reading, ReplaySpec spec, ObjectNode status) {
        status.put("capture_ended", reading.ended());
        BypassSight bypass = sight.bypass();
        status.put(
                "caught_up",
                hasAll(sight, nowMillis, reading, spec)
                        && (bypass == null || bypass.reasons(nowMillis).isEmpty()));
        if (bypass != null) {
            status.set("not_captured", notCaptured(bypass, nowMillis));
        }
        if (spec.rewriting().isLoad()) {
            status.put("done", isDone(sight, reading));
        }
    }

    /** Whether all that was captured is at the target: up to now, or at all where nothing more comes. */
    private static boolean hasAll(Sight sight, long nowMillis, Reading reading, ReplaySpec spec) {
        long confirmed = sight.confirmed() / NANOS_PER_MILLI;
        // Where the clocks of proxies are ahead of this one, what they have captured is later than now.
        long present = Math.max(nowMillis, sight.time() / NANOS_PER_MILLI);
        boolean isAtTheEdge = present - confirmed <= spec.delay().toMillis() + AT_THE_EDGE_MILLIS;
        boolean isSettled = sight.exchanges().held() == 0 && sight.due() == 0;
        return confirmed > 0 && (isAtTheEdge || (reading.ended() && isSettled));
    }

    /** Of a load test. */
    private static boolean isDone(Sight sight, Reading reading) {
        return reading.all() && sight.due() == 0 && (sight.exchanges().held() == 0 || sight.isBeyondPromises());
    }

    private static String waitingFor(Sight sight, Reading reading, ReplaySpec spec) {
        long held = sight.exchanges().held();
        boolean isOver = spec.rewriting().isLoad() ? isDone(sight, reading) : reading.ended() && sight.due() == 0;
        boolean isCutOff = isOver && held > 0 && sight.isBeyondPromises();
        return isCutOff ? BEYOND_PROMISES.formatted(held) : sight.waitingFor();
    }

    private static ObjectNode notCaptured(BypassSight bypass, long nowMillis) {
        ObjectNode json = JSON.objectNode();
        putTime(json, "checked_until", bypass.checkedUntilMillis());
        json.put("found", bypass.found());
        ArrayNode reasons = json.putArray("reasons");
        bypass.reasons(nowMillis).forEach(reasons::add);
        ObjectNode byHand = json.putObject("by_hand");
        bypass.again().forEach(byHand::put);
        ObjectNode closing = json.putObject("closing");
        bypass.closing().forEach(closing::put);
        ObjectNode unclosed = json.putObject("unclosed");
        bypass.unclosed().forEach(unclosed::put);
        ObjectNode unchecked = json.putObject("unchecked");
        bypass.unchecked().forEach(unchecked::put);
        return json;
    }

    private static void putTime(ObjectNode status, String name, long millis) {
        if (millis > 0) {
            status.put(name, Instant.ofEpochMilli(millis).toString());
        } else {
            status.putNull(name);
        }
    }

    private static ObjectNode exchanges(Sight sight) {
        ObjectNode exchanges = counts(sight.exchanges());
        for (Result result : Result.values()) {
            if (result.isComparison()) {
                exchanges.put("compared_" + result.word(), 0);
            }
        }
        Noted.all().forEach(what -> exchanges.put(what, 0));
        exchanges.put("order_uncertain", 0); // nobody counts any
        sight.noted().forEach(exchanges::put);
        return exchanges;
    }

    private static ObjectNode counts(Counts counts) {
        ObjectNode json = JSON.objectNode();
        json.put("captured", counts.captured());
        json.put("applied", counts.settled(Verdict.APPLIED));
        json.put("superseded", counts.settled(Verdict.SUPERSEDED));
        json.put("in_snapshot", counts.settled(Verdict.IN_SNAPSHOT));
        json.put("refused_at_source", counts.settled(Verdict.REFUSED_AT_SOURCE));
        ObjectNode skipped = json.putObject("skipped");
        counts.skipped().forEach(skipped::put);
        json.put("failed", counts.settled(Verdict.FAILED));
        json.put("unknown", counts.settled(Verdict.UNKNOWN));
        json.put("held", counts.held());
        return json;
    }

    private double rate(long nowMillis, long settled) {
        samples.add(new Sample(nowMillis, settled));
        while (samples.size() > 2 && nowMillis - samples.getFirst().atMillis() > RATE_MILLIS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        long millis = nowMillis - first.atMillis();
        return millis == 0 ? 0 : Math.max(0, settled - first.exchanges()) * MILLIS_PER_SECOND / millis;
    }
}
