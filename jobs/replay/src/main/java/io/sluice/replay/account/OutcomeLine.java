package io.sluice.replay.account;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.replay.account.AccountRecord.Noted;
import io.sluice.replay.account.AccountRecord.Unreadable;
import io.sluice.replay.wire.ExchangeRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as one line of JSON in an outcome file; docs/replay.md explains every field:
 *
 * <pre>
 *   {"at", "proxy", "connection", "exchange", "partition", "route", "index", "verdict", "rule", "items": {verdict: n},
 *    "source": {"status", "ms"}, "target": {"status", "ms"}, "saw_unfinished_writes", "differences": […],
 *    "hits": {"overlap", "jaccard", "rank_biased"}, "request", "source_answer", "target_answer",
 *    "lacks": [{"item", "index", "id", "reason", "document"}]}
 * </pre>
 *
 * What is not known, or says nothing, is left out. A record of the capture that cannot be read has a line of its own:
 *
 * <pre>
 *   {"verdict": "malformed", "reason", "partition", "offset"}
 * </pre>
 */
final class OutcomeLine {

    private static final JsonFactory JSON =
            JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private static final double MICROS_PER_MILLI = 1_000;
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private OutcomeLine() {}

    /** Writes it, without the end of a line. */
    static void write(ExchangeRef ref, Unsettled exchange, ByteArrayOutputStream into) {
        try (JsonGenerator json = JSON.createGenerator(into)) {
            json.writeStartObject();
            which(ref, exchange.about(), json);
            outcome(exchange, json);
            clusters(exchange, json);
            Answered answered = exchange.answered();
            if (answered != null && answered.result() != Result.EQUAL) {
                comparison(answered, json);
            }
            if (!exchange.failures().isEmpty()) {
                lacks(exchange, json);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** Writes one for a record that belongs to no exchange, without the end of a line. */
    static void write(Unreadable record, ByteArrayOutputStream into) {
        try (JsonGenerator json = JSON.createGenerator(into)) {
            json.writeStartObject();
            json.writeStringField("verdict", Noted.MALFORMED);
            text("reason", record.reason(), json);
            json.writeNumberField("partition", record.partition());
            json.writeNumberField("offset", record.offset());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private static void which(ExchangeRef ref, About about, JsonGenerator json) throws IOException {
        Instant at = Instant.ofEpochSecond(
                Math.floorDiv(ref.stamp(), NANOS_PER_SECOND), Math.floorMod(ref.stamp(), NANOS_PER_SECOND));
        json.writeStringField("at", at.toString());
        json.writeStringField("proxy", ref.proxy().toString());
        json.writeNumberField("connection", ref.connection());
        json.writeNumberField("exchange", ref.exchange());
        json.writeNumberField("partition", ref.partition());
        text("route", about.route(), json);
        text("index", about.index(), json);
    }

    private static void outcome(Unsettled exchange, JsonGenerator json) throws IOException {
        json.writeStringField("verdict", exchange.result().word());
        text("rule", exchange.rule(), json);
        int items =
                exchange.items().values().stream().mapToInt(Integer::intValue).sum();
        if (items != 1) {
            json.writeObjectFieldStart("items");
            for (Map.Entry<Verdict, Integer> count : exchange.items().entrySet()) {
                json.writeNumberField(Result.of(count.getKey()).word(), count.getValue());
            }
            json.writeEndObject();
        }
    }

    private static void clusters(Unsettled exchange, JsonGenerator json) throws IOException {
        cluster("source", exchange.about().status(), exchange.about().micros(), json);
        Answered answered = exchange.answered();
        if (answered != null) {
            cluster("target", answered.status(), answered.micros(), json);
        }
    }

    private static void cluster(String name, int status, long micros, JsonGenerator json) throws IOException {
        if (status == 0 && micros < 0) {
            return;
        }
        json.writeObjectFieldStart(name);
        if (status != 0) {
            json.writeNumberField("status", status);
        }
        if (micros >= 0) {
            json.writeNumberField("ms", micros / MICROS_PER_MILLI);
        }
        json.writeEndObject();
    }

    private static void comparison(Answered answered, JsonGenerator json) throws IOException {
        if (answered.sawUnfinishedWrites()) {
            json.writeBooleanField("saw_unfinished_writes", true);
        }
        json.writeArrayFieldStart("differences");
        for (String difference : answered.differences()) {
            json.writeString(difference);
        }
        json.writeEndArray();
        if (answered.overlap() < 1 || answered.rankBiased() < 1) {
            json.writeObjectFieldStart("hits");
            json.writeNumberField("overlap", answered.overlap());
            json.writeNumberField("jaccard", answered.jaccard());
            json.writeNumberField("rank_biased", answered.rankBiased());
            json.writeEndObject();
        }
        text("request", answered.request(), json);
        text("source_answer", answered.source(), json);
        text("target_answer", answered.target(), json);
    }

    private static void lacks(Unsettled exchange, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("lacks");
        for (Failure failure : exchange.failures()) {
            json.writeStartObject();
            json.writeNumberField("item", failure.item());
            text("index", failure.index(), json);
            text("id", failure.id(), json);
            text("reason", failure.reason(), json);
            text("document", failure.document(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void text(String name, @Nullable String text, JsonGenerator json) throws IOException {
        if (text != null && !text.isEmpty()) {
            json.writeStringField(name, text);
        }
    }
}
