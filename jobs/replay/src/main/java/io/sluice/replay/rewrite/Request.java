package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import org.jspecify.annotations.Nullable;

/** An exchange whose request's head is known, with its bodies as they are when nothing encodes them. */
final class Request {

    /** What the status line tells. */
    enum Outcome {
        /** Done, or for a bulk: looked at, item by item. */
        APPLIED,
        /** Not done. */
        REFUSED,
        /** There is no answer, or one that can hide that it was done. */
        UNKNOWN
    }

    private final CapturedExchange captured;
    private final Plan plan;
    private final Head head;
    private final Target target;
    private final int status;
    private final Outcome outcome;
    private final String answerEncoding;
    private final int mostBodyBytes;
    private ByteString body = ByteString.EMPTY;
    private String bodyRule = "";

    Request(CapturedExchange captured, Plan plan, Head head, int mostBodyBytes) {
        this.captured = captured;
        this.plan = plan;
        this.head = head;
        this.target = new Target(head.target());
        this.mostBodyBytes = mostBodyBytes;
        Head answer = Head.ofAnswer(captured.answer().head());
        this.status = answer == null ? 0 : answer.status();
        this.answerEncoding = answer == null ? "" : answer.encoding();
        this.outcome = status >= 200 && status < 300
                ? Outcome.APPLIED
                : status >= 300 && status < 500 ? Outcome.REFUSED : Outcome.UNKNOWN;
        readBody();
    }

    /** Of a part whose end is missing, what is there is kept where nothing encodes it: a bulk can be read up to there. */
    private void readBody() {
        CapturedPart part = captured.request();
        if (!part.bodyHeld()) {
            bodyRule = "request_body_not_held";
        } else if (part.whole()) {
            try {
                body = Body.decoded(part.body(), head.encoding(), mostBodyBytes);
                String source = body.isEmpty() ? target.parameter("source") : null;
                body = source == null ? body : ByteString.copyFromUtf8(source);
            } catch (Body.UnreadableException e) {
                bodyRule = "request_" + e.rule();
            }
        } else {
            bodyRule = "request_incomplete";
            body = head.encoding().isEmpty() ? part.body() : ByteString.EMPTY;
        }
    }

    CapturedExchange captured() {
        return captured;
    }

    Plan plan() {
        return plan;
    }

    String method() {
        return head.method();
    }

    Target target() {
        return target;
    }

    /** Of the answer; 0 when there is none. */
    int status() {
        return status;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Whether the body is there as a whole. */
    boolean hasBody() {
        return bodyRule.isEmpty();
    }

    /** The body, or what is there of it. */
    ByteString body() {
        return body;
    }

    /** Why the body is not there. */
    String bodyRule() {
        return bodyRule;
    }

    /** The answer's body; null when it is not there as a whole. */
    @Nullable
    ByteString answerBody() {
        return answerBody(mostBodyBytes);
    }

    /** The answer's body; null when it is not there as a whole, or too long. */
    @Nullable
    ByteString answerBody(int mostBytes) {
        CapturedPart part = captured.answer();
        if (!part.whole() || !part.bodyHeld() || part.bodyBytes() > mostBytes) {
            return null;
        }
        try {
            return Body.decoded(part.body(), answerEncoding, mostBytes);
        } catch (Body.UnreadableException e) {
            return null;
        }
    }

    /** So much of the answer's body; null when it is not there as a whole. */
    @Nullable
    ByteString answerBeginning(int mostBytes) {
        CapturedPart part = captured.answer();
        if (!part.whole() || !part.bodyHeld()) {
            return null;
        }
        try {
            return Body.beginning(part.body(), answerEncoding, mostBytes);
        } catch (Body.UnreadableException e) {
            return null;
        }
    }

    /** How long the source took, in microseconds, from the end of the request to the end of the answer; −1 when not known. */
    long micros() {
        return captured.micros();
    }

    /** What the path names as the index. */
    @Nullable
    String index() {
        return target.segment(plan.index());
    }

    /** What the path names as the mapping type. */
    @Nullable
    String type() {
        return target.segment(plan.type());
    }

    /** What the path names as the document. */
    @Nullable
    String id() {
        return target.segment(plan.id());
    }
}
