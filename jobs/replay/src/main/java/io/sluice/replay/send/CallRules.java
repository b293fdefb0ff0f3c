package io.sluice.replay.send;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.account.AccountRecord.Ruled;
import io.sluice.replay.account.Verdict;
import io.sluice.replay.rewrite.Step;
import io.sluice.transform.IndexBodies;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an answer to a call means, also to one that may have been done before. Pure. */
final class CallRules {

    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The name of the new index stands behind it. */
    private static final String ROLLOVER = "/_rollover/";

    private static final Set<String> ALREADY_THERE =
            Set.of("resource_already_exists_exception", "index_already_exists_exception");

    private CallRules() {}

    private static String path(Step.Call call) {
        int query = call.target().indexOf('?');
        return query < 0 ? call.target() : call.target().substring(0, query);
    }

    /** Whether a call may be done twice: it then ends as it did at first, or is refused by an answer that {@link #judge} knows. */
    static boolean mayBeDoneTwice(Step.Call call) {
        String path = path(call);
        return switch (call.method()) {
            case "PUT", "DELETE" -> true;
            default ->
                path.endsWith("/_open")
                        || path.endsWith("/_close")
                        || path.equals("/_aliases")
                        || path.contains(ROLLOVER);
        };
    }

    /** The index at the target that a rollover makes; empty when the call is none. */
    static Optional<String> rolledOverTo(Step.Call call) {
        String path = path(call);
        int at = path.indexOf(ROLLOVER);
        return at < 0
                ? Optional.empty()
                : Optional.of(URLDecoder.decode(path.substring(at + ROLLOVER.length()), StandardCharsets.UTF_8));
    }

    /** The index at the target that a call makes, by a rollover or by itself; empty when it makes none. */
    static Optional<String> made(Step.Call call) {
        String name = path(call).substring(1);
        boolean isIndex = call.method().equals("PUT") && !name.startsWith("_") && name.indexOf('/') < 0;
        return isIndex ? Optional.of(URLDecoder.decode(name, StandardCharsets.UTF_8)) : rolledOverTo(call);
    }

    /** Whether a call would be done if the target had the index that it changes. */
    static boolean wantsIndex(Step.Call call, RawResponse answer) {
        String path = path(call);
        return (path.endsWith("/_mapping") || path.endsWith("/_mappings") || path.endsWith("/_settings"))
                && !call.scope().everything()
                && answer.status() == NOT_FOUND
                && BulkAnswer.reasonOf(answer).startsWith("index_not_found_exception");
    }

    /**
     * What became of a call.
     *
     * @param again whether it may have been done before this answer's request
     * @return null when it is to be sent again
     */
    static @Nullable Ruled judge(Step.Call call, RawResponse answer, boolean again) {
        ItemVerdict verdict = BulkAnswer.verdictOf(answer);
        return switch (verdict) {
            case APPLIED -> new Ruled(Verdict.APPLIED, isOfStreams(call) ? "data_stream_left_out" : "");
            case RETRY, INDEX_BLOCKED -> null;
            case SUPERSEDED, INDEX_MISSING, REFUSED -> refused(call, answer, again);
        };
    }

    /** Whether it is a template that makes data streams at the source, and plain indices at the target. */
    private static boolean isOfStreams(Step.Call call) {
        if (!call.method().equals("PUT") || !path(call).startsWith("/_index_template/")) {
            return false;
        }
        try (InputStream body = call.body().newInput()) {
            return IndexBodies.isOfStreams(JSON.readTree(body));
        } catch (IOException e) {
            throw new UncheckedIOException("the rewritten body of a template is no JSON", e);
        }
    }

    private static Ruled refused(Step.Call call, RawResponse answer, boolean again) {
        String reason = BulkAnswer.reasonOf(answer);
        int colon = reason.indexOf(": ");
        String type = colon < 0 ? "" : reason.substring(0, colon);
        boolean isThere = ALREADY_THERE.contains(type);
        boolean isGone = answer.status() == NOT_FOUND && call.method().equals("DELETE");
        boolean isMoved = answer.status() == NOT_FOUND && path(call).equals("/_aliases");
        if (isGone || (again && (isThere || isMoved))) {
            return new Ruled(Verdict.APPLIED, "");
        }
        if (again && answer.status() == NOT_FOUND && type.equals("index_not_found_exception")) {
            // It was there at first, and deleted by what came later.
            return new Ruled(Verdict.SUPERSEDED, "index_deleted_later");
        }
        if (isThere) {
            return new Ruled(Verdict.SUPERSEDED, "already_there");
        }
        return new Ruled(Verdict.FAILED, Failures.rule(answer.status(), type.contains(" ") ? "" : type));
    }
}
