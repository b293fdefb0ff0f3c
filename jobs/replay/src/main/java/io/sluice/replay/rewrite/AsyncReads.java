package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous searches. At the target each is a search, sent when the client submitted it: that is when it begins to look at the
 * source, too. Its answer is held there until the source's is whole, in whichever exchange that comes, and compared with that.
 *
 * <p>So nothing depends on the target having a plugin for them, or on how far either cluster was when a client asked.
 */
final class AsyncReads {

    private static final int NOT_FOUND = 404;

    private static final String TOTAL = "track_total_hits";
    /** As long as Elasticsearch keeps one of which its client does not say so, in milliseconds. */
    private static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(5);

    private static final String UNFINISHED = "async_search_unfinished";

    /** What says how an answer is waited for and kept, and the index, which goes into the path. */
    private static final Set<String> OF_WAITING =
            Set.of("wait_for_completion_timeout", "keep_on_completion", "keep_alive", "index");

    private static final List<String> ROUTES = List.of("_async_search", "_asynchronous_search");

    private final Set<String> refused;
    private final ReadAnswers answers;

    /** @param refused parameters that the target does not know */
    AsyncReads(Set<String> refused, ReadAnswers answers) {
        this.refused = refused;
        this.answers = answers;
    }

    /** Whether requests of a template are about such searches. */
    static boolean isOne(List<String> segments) {
        return segments.stream().anyMatch(ROUTES::contains);
    }

    /** Whether they begin one. */
    static boolean isSubmission(List<String> segments) {
        return ROUTES.contains(segments.get(segments.size() - 1));
    }

    /** What a submission searches: OpenSearch's plugin has that in a parameter. */
    static @Nullable String indexOf(Request request) {
        return request.index() == null ? request.target().parameter("index") : request.index();
    }

    /**
     * Begins one.
     *
     * @param named what is searched, as the target calls it
     * @param body as JSON
     */
    void submit(Request request, Named named, ByteString body, Items into) {
        ReadAnswer answer = answers.of(request);
        String reason = answer == null ? "read_answer_not_held" : Comparison.reasonToSkip(answer);
        if (answer == null || !reason.isEmpty()) {
            into.skipped(0, reason);
            return;
        }
        AsyncAnswer told = AsyncAnswer.of(answer.body());
        boolean isRefused = request.status() / 100 != 2;
        ByteString result = isRefused ? answer.body() : told.result();
        if (result == null && told.id() == null) {
            into.skipped(0, UNFINISHED); // nobody will ever know more
            return;
        }
        String index = indexOf(request);
        String path = index == null || index.isEmpty() ? "/_search" : "/" + named.segment() + "/_search";
        into.add(new Step.Read(
                0,
                "POST",
                path + query(request, body, told),
                body.isEmpty() ? null : "application/json",
                body,
                new ReadAnswer(request.status(), result == null ? ByteString.EMPTY : result),
                request.micros(),
                told.id() == null ? null : cursor(request, Role.OPENS, told.id(), result == null ? UNFINISHED : "")));
    }

    /** With the total counted as the source does it, which may count all hits of these searches. */
    private String query(Request request, ByteString body, AsyncAnswer told) {
        String query = request.target().queryOf(name -> !refused.contains(name) && !OF_WAITING.contains(name));
        boolean isTold =
                request.target().parameter(TOTAL) != null || body.toStringUtf8().contains(TOTAL);
        return isTold || !told.countsAll() ? query : query + (query.isEmpty() ? "?" : "&") + TOTAL + "=true";
    }

    private static Cursor cursor(Request request, Role role, String id, String reason) {
        long told = CursorIds.millis(request.target().parameter("keep_alive"));
        long keep = told < 0 && role == Role.OPENS ? KEPT_MILLIS : told;
        return new Cursor(Kind.ASYNC_SEARCH, role, Cursor.digest(id), null, -1, keep, Matter.ALL, reason);
    }

    /** Asks how it is with one, or ends it. */
    void goOn(Request request, Items into) {
        List<String> segments = request.plan().segments();
        String id = request.target().segment(segments.size() - 1);
        boolean isEnd = request.method().equals("DELETE");
        if (!segments.get(segments.size() - 1).equals("{id}") || segments.contains("status") || id == null) {
            into.skipped(0, "read_not_mirrored"); // how far it is, or how many there are
        } else if (request.status() == NOT_FOUND) {
            into.skipped(0, "cursor_gone_at_source");
        } else if (isEnd) {
            add(
                    request,
                    id,
                    Role.CLOSES,
                    new ReadAnswer(request.status(), ByteString.EMPTY),
                    "async_search_ended",
                    into);
        } else {
            ask(request, id, into);
        }
    }

    private void ask(Request request, String id, Items into) {
        ReadAnswer answer = answers.of(request);
        String reason = answer == null ? "read_answer_not_held" : Comparison.reasonToSkip(answer);
        ByteString result =
                answer == null ? null : AsyncAnswer.of(answer.body()).result();
        if (!reason.isEmpty()) {
            into.skipped(0, reason);
        } else if (result == null) {
            into.skipped(0, UNFINISHED);
        } else {
            add(request, id, Role.GOES_ON, new ReadAnswer(request.status(), result), "", into);
        }
    }

    private static void add(Request request, String id, Role role, ReadAnswer answer, String reason, Items into) {
        into.add(new Step.Read(
                0,
                request.method(),
                "/_async_search",
                null,
                ByteString.EMPTY,
                answer,
                request.micros(),
                cursor(request, role, id, reason)));
    }
}
