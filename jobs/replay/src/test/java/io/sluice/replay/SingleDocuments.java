package io.sluice.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Rewritten;
import io.sluice.replay.rewrite.Settled;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rewrites {@code PUT} and {@code DELETE} of {@code /index/_doc/id}, and {@code POST /index/_update/id}. Can be told to fail
 * with an error, which takes the whole job down.
 */
final class SingleDocuments implements Rewriting, Rewriting.Maker {

    private static final long serialVersionUID = 1L;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How many exchanges are rewritten before a crash; below 0: there is none. */
    static final AtomicInteger BEFORE_CRASH = new AtomicInteger(-1);

    @Override
    public Rewriting make() {
        return this;
    }

    @Override
    public Rewritten rewrite(CapturedExchange exchange) {
        if (BEFORE_CRASH.getAndUpdate(left -> left < 0 ? left : left - 1) == 0) {
            throw new AssertionError("a crash that the test ordered");
        }
        String[] line = exchange.request().head().toStringUtf8().split(" ", 3);
        String[] path = line[1].split("[/?]", -1);
        if (path[2].equals("_update") || !exchange.isWhole()) {
            return step(new Step.Ask(0, path[1], path[1], true, null, path[3], null, AskReason.UPDATE));
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(exchange.answer().body().toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (!answer.has("_seq_no")) {
            return new Rewritten(
                    "document", List.of(), List.of(new Settled(0, Settled.Kind.REFUSED_AT_SOURCE, "refused")));
        }
        return step(new Step.Write(
                0,
                answer.get("_index").asText(),
                answer.get("_index").asText(),
                null,
                answer.get("_id").asText(),
                null,
                answer.get("_seq_no").asLong(),
                line[0].equals("DELETE") ? null : exchange.request().body()));
    }

    private static Rewritten step(Step step) {
        return new Rewritten("document", List.of(step), List.of());
    }
}
