package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.Run;
import io.sluice.capture.route.Route;
import io.sluice.capture.wire.Cut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/** Exchanges as the capture hands them on, and what became of them as lines of text. */
record Exchanges(
        String requestLine,
        String requestHeaders,
        ByteString body,
        int status,
        String answerHeaders,
        ByteString answer,
        boolean isStripped,
        boolean isRequestWhole,
        boolean isAnswerWhole,
        Cut answerCut,
        long answered) {

    /** What lies before and behind a body. */
    private static final int MARGIN = 5;

    static final Run RUN = new Run(new UUID(1, 2), 3);

    /** A request that was answered; {@code line} is method and target. */
    static Exchanges of(String line, String body, int status, String answer) {
        return new Exchanges(
                line,
                "",
                within(body.getBytes(UTF_8)),
                status,
                "",
                within(answer.getBytes(UTF_8)),
                false,
                true,
                true,
                Cut.WHOLE,
                2_000_000);
    }

    Exchanges withBodies(String requestHeaders, byte[] request, String answerHeaders, byte[] answer) {
        return new Exchanges(
                requestLine,
                requestHeaders,
                within(request),
                status,
                answerHeaders,
                within(answer),
                isStripped,
                isRequestWhole,
                isAnswerWhole,
                answerCut,
                answered);
    }

    /** A body lies in the midst of the record that it was captured in. */
    private static ByteString within(byte[] body) {
        byte[] record = new byte[body.length + 2 * MARGIN];
        Arrays.fill(record, (byte) '{');
        System.arraycopy(body, 0, record, MARGIN, body.length);
        return UnsafeByteOperations.unsafeWrap(record, MARGIN, body.length);
    }

    /** The same as two records hold it. */
    Exchanges inPieces() {
        return new Exchanges(
                requestLine,
                requestHeaders,
                twoOf(body),
                status,
                answerHeaders,
                twoOf(answer),
                isStripped,
                isRequestWhole,
                isAnswerWhole,
                answerCut,
                answered);
    }

    private static ByteString twoOf(ByteString body) {
        int half = body.size() / 2;
        return body.substring(0, half).concat(body.substring(half));
    }

    Exchanges stripped() {
        return new Exchanges(
                requestLine,
                requestHeaders,
                body,
                status,
                answerHeaders,
                answer,
                true,
                isRequestWhole,
                isAnswerWhole,
                answerCut,
                answered);
    }

    /** Nothing of the answer is there. */
    Exchanges unanswered() {
        return new Exchanges(
                requestLine,
                requestHeaders,
                body,
                0,
                "",
                ByteString.EMPTY,
                isStripped,
                isRequestWhole,
                false,
                Cut.SOURCE_LEFT,
                0);
    }

    Exchanges refusedByProxy() {
        return new Exchanges(
                requestLine,
                requestHeaders,
                body,
                503,
                "",
                ByteString.EMPTY,
                isStripped,
                isRequestWhole,
                true,
                Cut.REFUSED_BY_PROXY,
                answered);
    }

    Exchanges cutRequest() {
        return new Exchanges(
                requestLine,
                requestHeaders,
                body,
                status,
                answerHeaders,
                answer,
                isStripped,
                false,
                isAnswerWhole,
                answerCut,
                answered);
    }

    CapturedExchange captured() {
        String[] line = requestLine.split(" ", 2);
        String requestHead = "%s HTTP/1.1\r\nHost: source\r\n%s\r\n".formatted(requestLine, requestHeaders);
        String answerHead =
                status == 0 ? "" : "HTTP/1.1 %d Some Reason\r\nX: y\r\n%s\r\n".formatted(status, answerHeaders);
        return new CapturedExchange(
                new ExchangeId(RUN, 1, 1),
                Route.of(line[0], line[1]).isWrite(),
                isStripped,
                "client:1",
                part(requestHead, body, 1_000_000, isRequestWhole ? Cut.WHOLE : Cut.CLIENT_LEFT, isRequestWhole),
                part(answerHead, answer, answered, answerCut, isAnswerWhole && answerCut == Cut.WHOLE),
                End.ENDED,
                List.of());
    }

    private static CapturedPart part(String head, ByteString body, long ended, Cut cut, boolean isWhole) {
        return new CapturedPart(
                ByteString.copyFrom(head, UTF_8),
                body,
                ByteString.EMPTY,
                ended,
                ended,
                cut,
                body.size(),
                true,
                isWhole);
    }

    List<String> rewritten(RewriteRules rules) {
        return shown(new Rewriter(rules).rewrite(captured()));
    }

    List<String> rewritten() {
        return rewritten(RewriteRules.DEFAULT);
    }

    /** A line for each item, in their order. */
    static List<String> shown(Rewritten rewritten) {
        record Line(int item, String text) {}
        List<Line> lines = new ArrayList<>();
        rewritten.steps().forEach(step -> lines.add(new Line(step.item(), shown(step))));
        rewritten
                .settled()
                .forEach(settled -> lines.add(new Line(settled.item(), settled.kind() + " " + settled.rule())));
        return lines.stream()
                .sorted((one, other) -> Integer.compare(one.item, other.item))
                .map(Line::text)
                .toList();
    }

    static String shown(Step step) {
        if (step instanceof Step.Write write) {
            return "%s %s/%s%s @%d%s"
                    .formatted(
                            write.source() == null ? "delete" : "write",
                            write.index(),
                            write.id(),
                            write.routing() == null ? "" : "?" + write.routing(),
                            write.fence(),
                            write.source() == null ? "" : " " + write.source().toStringUtf8());
        }
        if (step instanceof Step.Ask ask) {
            return "ask %s%s/%s%s %s"
                    .formatted(
                            ask.index(),
                            ask.concrete() ? "" : "~",
                            ask.id(),
                            ask.routing() == null ? "" : "?" + ask.routing(),
                            ask.reason());
        }
        if (step instanceof Step.Sweep sweep) {
            return "sweep %s%s%s %s%s"
                    .formatted(
                            sweep.writes() ? "+" : "",
                            sweep.deletes() ? "-" : "",
                            sweep.index(),
                            sweep.reason(),
                            sweep.task() == null ? "" : " " + sweep.task());
        }
        if (step instanceof Step.Call call) {
            Object scope = call.scope().everything()
                    ? "all"
                    : new TreeSet<>(call.scope().indices());
            return "call %s %s %s %s"
                    .formatted(scope, call.method(), call.target(), call.body().toStringUtf8())
                    .trim();
        }
        Step.Read read = (Step.Read) step;
        return "read %s %s %s"
                .formatted(read.method(), read.target(), read.body().toStringUtf8())
                .trim();
    }
}
